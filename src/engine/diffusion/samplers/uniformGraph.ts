import type { ReverseGraph, StepWeights } from './reverseGraph.js';
import type { ScoreRow } from './scoreRow.js';

/**
 * Noise that replaces tokens by any of the vocabulary, each as likely: every position may change in every step.
 * @param size tokens of the vocabulary.
 */
export function uniformGraph(size: number): ReverseGraph {
  const analytic = (row: ScoreRow, current: number, change: number): StepWeights => {
    const kept = Math.exp(-change);
    const other = -Math.expm1(-change) / size; // (1 - kept) / size, with its digits
    const all = (-other / kept) * row.sum;
    const tokens = row.ids.map((id, i) => {
      const staggered = all + (row.shares[i]! * row.sum) / kept;
      return Math.max(0, staggered) * (id === current ? kept + other : other);
    });
    return { tokens, stay: 0 };
  };
  return {
    name: 'uniform',
    analytic,
    euler: (row, current, amount) => {
      let rates = 0;
      const tokens = row.ids.map((id, i) => {
        if (id === current) return 0;
        const rate = (amount / size) * row.shares[i]! * row.sum;
        rates += rate;
        return rate;
      });
      const at = row.ids.indexOf(current);
      if (at >= 0) tokens[at] = Math.max(0, 1 - rates);
      return { tokens, stay: at < 0 ? Math.max(0, 1 - rates) : 0 };
    },
    denoise: analytic,
  };
}
