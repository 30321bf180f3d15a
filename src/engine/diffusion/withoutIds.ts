import type { RowPrediction } from '../contract/model.js';

/** The prediction with candidates ruled out; the others make up the whole. Unchanged where there are no others. */
export function withoutIds(row: RowPrediction, isOut: (id: number) => boolean): RowPrediction {
  const ids: number[] = [];
  const logs: number[] = [];
  let mass = 0;
  for (let i = 0; i < row.ids.length; i++) {
    if (isOut(row.ids[i]!)) continue;
    ids.push(row.ids[i]!);
    logs.push(row.logProbs[i]!);
    mass += Math.exp(row.logProbs[i]!);
  }
  if (ids.length === 0 || ids.length === row.ids.length) return row;
  const total = Math.log(mass);
  return { ...row, ids, logProbs: logs.map((log) => log - total) };
}
