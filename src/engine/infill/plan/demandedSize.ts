import type { MiddleDemands } from '../context/demands.js';
import type { HealedPrefix } from '../context/healing.js';
import type { Pipeline } from '../run/pipeline.js';

/** The number of canvas positions nearest to `wanted` with which a middle can be what is demanded, and the model's canvas allows. */
export function demandedSize(
  wanted: number,
  { contains = '', least, most }: MiddleDemands,
  { healed }: Pick<HealedPrefix, 'healed'>,
  { model, tokenizer }: Pick<Pipeline, 'model' | 'tokenizer'>,
): number {
  const { limits, tokens } = model.manifest;
  // The first position may only repeat the end of the prefix, and the last one says that the middle ends.
  const besides = (healed.length > 0 ? 1 : 0) + (tokens.endOfMiddle < 0 ? 0 : 1);
  const needed = Math.max(least, tokenizer.encode(contains).length) + besides;
  return Math.max(1, Math.min(limits.canvas, most + besides, Math.max(wanted, needed)));
}
