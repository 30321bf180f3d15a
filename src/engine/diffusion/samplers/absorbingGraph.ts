import type { ReverseGraph } from './reverseGraph.js';
import type { ScoreRow } from './scoreRow.js';

/**
 * Noise that masks tokens. Only masked positions move. Where a network overstates the scores, more than everything would
 * move: the weight of staying is 0 then, never negative, which in the reference's race of exponentials comes to the same.
 */
export const absorbingGraph: ReverseGraph = {
  name: 'absorbing',

  analytic: (row, _mask, change) => moved(row, Math.expm1(change)),

  euler: (row, _mask, amount) => moved(row, amount),

  /** The mask's column is dropped, so it is the scores that decide. */
  denoise: (row) => ({ tokens: row.shares, stay: 0 }),
};

function moved({ shares, sum }: ScoreRow, factor: number): { readonly tokens: number[]; readonly stay: number } {
  return { tokens: shares.map((share) => share * sum * factor), stay: Math.max(0, 1 - factor * sum) };
}
