import type { RowPrediction } from '../model/modelContract.js';

/** The prediction with candidates ruled out; the others make up the whole. Unchanged where there are no others. */
export function withoutIds(row: RowPrediction, isOut: (id: number) => boolean): RowPrediction {
  const left = row.ids.flatMap((id, i) => (isOut(id) ? [] : [i]));
  if (left.length === 0 || left.length === row.ids.length) return row;
  const total = Math.log(left.reduce((sum, i) => sum + Math.exp(row.logProbs[i]!), 0));
  return { ...row, ids: left.map((i) => row.ids[i]!), logProbs: left.map((i) => row.logProbs[i]! - total) };
}
