import { allOf, closeAfter, closeAtEnd, type Projection, resize, restorePinned } from '../diffusion/projection.js';
import type { CanvasTask } from './canvasTask.js';
import { endingTokens } from './endingTokens.js';
import type { Equipment } from './equipment.js';
import { laneText } from './laneText.js';
import type { Refinement } from './modelDenoiser.js';
import { lengthTokens } from './lengthTokens.js';
import { noOpenEnds } from './noOpenEnds.js';
import { stopEvidence } from './stopEvidence.js';
import { uncertainEnd } from './uncertainEnd.js';
import { wholeCharacters } from './wholeCharacters.js';

/** What changes the model's predictions for a canvas, in order: a later one has the last word. */
export function refinementsFor(task: CanvasTask, { model, tokenizer, recommended }: Equipment): Refinement[] {
  const { tokens } = model.manifest;
  const { endOfMiddle } = tokens;
  const { openEnds, stopBelow } = task;
  const healedBytes = task.context.healed.length;
  const weight = recommended.stopEvidence;
  const isLineEnd = lineEndTest(task, tokenizer.bytesOf.bind(tokenizer));
  const ends = (id: number, position: number): boolean => tokenizer.bytesOf(id).length === 0 || isLineEnd(id, position); // a control token, or the end of the only line
  return [
    ...lengthTokens(tokens, task.growsTo),
    wholeCharacters(task.context.ids, endOfMiddle, tokenizer),
    endingTokens(endOfMiddle, ends),
    ...(weight > 0 ? [stopEvidence({ ...task, tokenizer, endOfMiddle, healedBytes, weight })] : []),
    ...(task.multiline || task.insideLine
      ? [noOpenEnds(endOfMiddle, (lane) => openEnds(laneText(lane, tokenizer, healedBytes)) !== 'nothing')]
      : []),
    ...(stopBelow > 0 ? [uncertainEnd(endOfMiddle, stopBelow)] : []),
  ];
}

/** What holds for a canvas after every step. */
export function projectionFor(task: CanvasTask, { model, tokenizer }: Equipment): Projection {
  const { mask, endOfMiddle, expand, delete: remove } = model.manifest.tokens;
  const pinned = new Map(Array.from(task.canvas.entries()).filter(([, id]) => id !== mask));
  const lastPinned = Math.max(-1, ...pinned.keys());
  const isLineEnd = lineEndTest(task, tokenizer.bytesOf.bind(tokenizer));
  const isLast = (id: number, position: number): boolean => position > lastPinned && isLineEnd(id, position);
  const grows = task.growsTo !== undefined && expand !== undefined;
  return allOf(
    ...(endOfMiddle < 0 ? [] : [closeAfter(isLast, mask, endOfMiddle), closeAtEnd(endOfMiddle)]),
    // Where the model's end token also deletes (DreamOn), what it says is that the middle ends there.
    ...(grows ? [resize(expand, remove === endOfMiddle ? undefined : remove, mask)] : []),
    restorePinned(pinned),
  );
}

/** Whether a token ends the middle because it ends the line; `position` counts from the first canvas's start. */
function lineEndTest(
  { multiline, context }: CanvasTask,
  bytesOf: (id: number) => Uint8Array,
): (id: number, position: number) => boolean {
  if (multiline) return () => false;
  const known = new Map<number, boolean>(); // of whole distributions all ids are asked about, at every position
  const hasLineEnd = (bytes: Uint8Array): boolean => bytes.includes(0x0a) || bytes.includes(0x0d);
  return (id, position) => {
    if (position > 0) {
      let ends = known.get(id);
      if (ends === undefined) known.set(id, (ends = hasLineEnd(bytesOf(id))));
      return ends;
    }
    return hasLineEnd(bytesOf(id).subarray(context.healed.length));
  };
}
