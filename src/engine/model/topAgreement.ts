import type { InfillModel, LaneQuery } from './modelContract.js';

/** Tokens of a canvas that are masked: every so many. */
const STRIDE = 4;
/** For networks that are told the noise level: that of a canvas of which a quarter is masked. */
const NOISE = { t: 1 / STRIDE, sigma: -Math.log1p(-1 / STRIDE) };

/**
 * Share of masked tokens for which two models name the same most likely id, 0..1: what quantising a model cost. `ids` = a sample text,
 * read in canvases one after the other, each between what comes before and after it; a quarter of the tokens is masked in turn.
 */
export async function topAgreement(
  reference: InfillModel,
  model: InfillModel,
  ids: readonly number[],
): Promise<number> {
  const { limits, tokens } = model.manifest;
  const size = Math.min(limits.canvas, ids.length);
  let [same, all] = [0, 0];
  for (let start = 0; start + size <= ids.length; start += size) {
    const before = ids.slice(Math.max(0, start - limits.prefix), start);
    const after = ids.slice(start + size).slice(0, limits.suffix);
    const text = ids.slice(start, start + size);
    const positions = text.flatMap((_, i) => (i % STRIDE === STRIDE - 1 ? [i] : []));
    const canvas = tokens.mask < 0 ? text : text.map((id, i) => (positions.includes(i) ? tokens.mask : id));
    const query: LaneQuery = { canvas, positions, noise: NOISE };
    const [expected, found] = await Promise.all(
      [reference, model].map(async (each) => mostLikely(each, before, after, query)),
    );
    all += positions.length;
    same += expected!.filter((id, i) => id === found![i]).length;
  }
  return all === 0 ? 1 : same / all;
}

async function mostLikely(
  model: InfillModel,
  prefix: readonly number[],
  suffix: readonly number[],
  query: LaneQuery,
): Promise<readonly (number | undefined)[]> {
  const context = await model.openContext(prefix, suffix, 1);
  const [rows] = await context.predict([query], 0);
  return rows!.map(({ ids }) => ids[0]);
}
