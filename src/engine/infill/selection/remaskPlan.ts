import type { InfillModel, ModelEncoder } from '../../contract/model.js';
import { contextRoom } from '../../contract/contextRoom.js';
import { networkScores } from './networkScores.js';
import type { RunRecord } from '../run/runRecord.js';
import type { SelectionText } from './selectionText.js';

/** Per unit of a selection. */
export interface RemaskPlan {
  /** Probability of the unit's least likely token, 0..1: the encoder's after all before it, or else the denoiser's among all. */
  readonly confidences: readonly number[];
  readonly masked: readonly boolean[];
}

/**
 * Chooses what is denoised again: of the units that are not pinned the share `strength`, those the model finds least likely.
 * Its encoder is asked where it has one: that is an exact left-to-right language model, while a denoiser sees the token it is
 * asked about.
 * @param after token ids that follow the selection.
 */
export async function remaskPlan(
  { context, units }: Pick<SelectionText, 'context' | 'units'>,
  after: readonly number[],
  { strength, model, record }: { readonly strength: number; readonly model: InfillModel; readonly record: RunRecord },
): Promise<RemaskPlan> {
  const ids = units.flatMap((unit) => unit.ids);
  const { prefix: room } = contextRoom(model.manifest.limits);
  const logProbs = model.encoder
    ? await encoderScores(context.ids, ids, model.encoder, room)
    : await networkScores({ before: context.ids, ids, after }, strength, model, record);
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

/**
 * Log-probabilities of `ids`, however many, each after at least half a window of context where there is as much.
 * @param room most tokens of a window, the start token not counted.
 */
async function encoderScores(
  context: readonly number[],
  ids: readonly number[],
  encoder: ModelEncoder,
  room: number,
): Promise<number[]> {
  const part = Math.max(1, Math.floor(room / 4));
  const scores: number[] = [];
  for (let start = 0; start < ids.length; start += part) {
    const scored = ids.slice(start, start + part);
    const before = [...context, ...ids.slice(0, start)].slice(-(room - part));
    scores.push(...(await encoder.scoreTokens(before, scored)));
  }
  return scores;
}
