import type { InfillModel } from '../model/modelContract.js';
import type { SelectionText } from './selectionText.js';

/** Per unit of a selection. */
export interface RemaskPlan {
  /** Probability the encoder gives the unit's least likely token after all before it, 0..1. */
  readonly confidences: readonly number[];
  readonly masked: readonly boolean[];
}

/**
 * Chooses what is denoised again: of the units that are not pinned the share `strength`, those the encoder finds least
 * likely. It is an exact left-to-right language model; the denoiser would see the token it is asked about.
 */
export async function remaskPlan(
  { context, units }: SelectionText,
  strength: number,
  model: InfillModel,
): Promise<RemaskPlan> {
  const logProbs = await scoresOf(
    context.ids,
    units.flatMap(({ ids }) => ids),
    model,
  );
  let at = 0;
  const confidences = units.map(({ ids }) => {
    const own = logProbs.slice(at, (at += ids.length));
    return Math.exp(Math.min(...own));
  });
  const editable = units.flatMap(({ pinned }, i) => (pinned ? [] : [i]));
  const count = Math.ceil(strength * editable.length);
  const chosen = new Set(editable.sort((a, b) => confidences[a]! - confidences[b]! || a - b).slice(0, count));
  return { confidences, masked: units.map((_, i) => chosen.has(i)) };
}

/** Log-probabilities of `ids`, however many, each after at least half a window of context where there is as much. */
async function scoresOf(context: readonly number[], ids: readonly number[], model: InfillModel): Promise<number[]> {
  const room = model.manifest.limits.prefix - 1;
  const part = Math.max(1, Math.floor(room / 4));
  const scores: number[] = [];
  for (let start = 0; start < ids.length; start += part) {
    const scored = ids.slice(start, start + part);
    const before = [...context, ...ids.slice(0, start)].slice(-(room - part));
    scores.push(...(await model.scoreTokens(before, scored)));
  }
  return scores;
}
