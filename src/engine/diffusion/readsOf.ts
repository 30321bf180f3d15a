import type { Reads } from './sampler.js';

/** What a sampler reads that takes the most likely tokens at temperature 0, and above it draws from whole distributions. */
export function readsOf(rows: Reads['rows'], temperature: number): Reads {
  return { rows, ids: temperature > 0 ? 'all' : 'likeliest' };
}
