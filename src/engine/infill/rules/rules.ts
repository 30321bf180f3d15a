import { allOf, closeAfter, closeAtEnd, type Projection, resize, restorePinned } from '../../diffusion/projection.js';
import type { CanvasTask } from '../canvas/canvasTask.js';
import { endingTokens, mustWriteFirst, noOpenEnds } from './endings.js';
import type { Pipeline } from '../run/pipeline.js';
import { onlyOpens } from '../../text/onlyOpens.js';
import { Demanded } from './demanded.js';
import { type Canvas, canvasText } from '../canvas/canvas.js';
import type { Rule } from '../canvas/rule.js';
import { endedName } from './endedName.js';
import { lengthTokens, lengthTokenTest } from './lengthTokens.js';
import { likelyNames } from './likelyNames.js';
import { noForeignCharacters } from './noForeignCharacters.js';
import { stopEvidence } from './stopEvidence.js';
import { uncertainEnd } from './uncertainEnd.js';
import { wholeCharacters } from './wholeCharacters.js';

/**
 * The rules that change the model's predictions for a canvas, in their order: a later one has the last word.
 * @param weight of the encoder's evidence for where the middle ends, 0..1.
 */
export function rulesFor(task: CanvasTask, { model, tokenizer }: Pipeline, weight: number): Rule[] {
  const { tokens } = model.manifest;
  const { endOfMiddle } = tokens;
  const { openEnds, stopBelow, names } = task;
  const healedBytes = task.context.healed.length;
  const isLineEnd = lineEndTest(task, tokenizer.bytesOf.bind(tokenizer));
  const sizes = lengthTokenTest(tokens);
  const textOf = (canvas: Canvas): string => canvasText(canvas, tokenizer, healedBytes);
  // A control token, besides those for the length, or the end of the only line.
  const isControl = (id: number): boolean => tokenizer.bytesOf(id).length === 0 && !sizes(id);
  const ends = rememberedBy((id, position) => isControl(id) || isLineEnd(id, position));
  return [
    ...lengthTokens(tokens, task.growsTo),
    wholeCharacters(task.context.ids, endOfMiddle, tokenizer),
    noForeignCharacters(task.context.ids, task.ownHidden, tokenizer),
    ...(task.afterWholeName ? [endedName(task.context.healed, tokenizer)] : []),
    ...(names ? [likelyNames({ names: names.ahead, weight: names.weight, endOfMiddle, tokenizer })] : []),
    endingTokens(endOfMiddle, ends),
    ...(weight > 0 ? [stopEvidence({ ...task, tokenizer, endOfMiddle, healedBytes, weight })] : []),
    ...(task.multiline || task.insideLine
      ? [noOpenEnds(endOfMiddle, (canvas) => openEnds(textOf(canvas)) !== 'nothing')]
      : []),
    ...(task.mustWrite ? [mustWriteFirst(endOfMiddle, textOf, task.inside)] : []),
    ...(stopBelow > 0
      ? [uncertainEnd(endOfMiddle, stopBelow, (canvas) => !(task.mustWrite && onlyOpens(textOf(canvas), task.inside)))]
      : []),
  ];
}

/** What is demanded of a canvas while it is denoised; undefined where nothing is. */
export function demandedOf(task: CanvasTask, pipeline: Pick<Pipeline, 'model' | 'tokenizer'>): Demanded | undefined {
  const { demands } = task;
  const isLineEnd = lineEndTest(task, pipeline.tokenizer.bytesOf.bind(pipeline.tokenizer));
  return demands && new Demanded({ ...task, demands }, pipeline, isLineEnd);
}

/** The projection that brings a canvas back to what is known about it, after every step. */
export function projectionFor(task: CanvasTask, { model, tokenizer }: Pipeline): Projection {
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
  return (id, position) => {
    const bytes = bytesOf(id).subarray(position === 0 ? context.healed.length : 0);
    return bytes.includes(0x0a) || bytes.includes(0x0d);
  };
}

/**
 * A test of tokens that remembers its answers. It depends on the position only in so far as that is the first one or not. Where a
 * sampler needs full distributions, the test is asked about every token of the vocabulary at every position.
 */
function rememberedBy(test: (id: number, position: number) => boolean): (id: number, position: number) => boolean {
  const known: (boolean | undefined)[] = []; // by id
  return (id, position) => {
    if (position === 0) return test(id, position);
    return (known[id] ??= test(id, position));
  };
}
