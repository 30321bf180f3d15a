import { ownHiddenCharacters } from '../../text/foreignCharacters.js';
import { isBlank, tabWidthOf } from '../../text/lines.js';
import { assembleContext, textBeforeCursor } from '../context/assembleContext.js';
import type { Hole } from '../context/hole.js';
import type { CanvasPart } from '../../../shared/infillRequest.js';
import type { CanvasTask } from '../canvas/canvasTask.js';
import { canvasPlan } from '../plan/canvasPlan.js';
import type { Decoding } from '../plan/decoding.js';
import type { Pipeline } from '../run/pipeline.js';
import { type GivenTokens, givenTokens } from './givenTokens.js';

/** The task of denoising a canvas that was given, and what the request said of its positions. */
export interface GivenTask {
  readonly task: CanvasTask;
  readonly given: GivenTokens;
}

/** @throws InfillError `invalid-request` for a canvas that does not fit the place or the model. */
export function givenTask(
  canvas: readonly CanvasPart[],
  hole: Hole,
  decoding: Decoding,
  pipeline: Pick<Pipeline, 'model' | 'tokenizer'>,
): GivenTask {
  const { context, lines, code, options } = hole;
  const before = textBeforeCursor(hole, decoding.recommended.preamble, pipeline);
  const between = assembleContext(before, context.suffix, code, pipeline);
  const given = givenTokens(canvas, between.context, pipeline);
  const { multiline } = canvasPlan(lines, context, options.multiline, decoding.canvasSizes);
  const hasLines = given.ids.some((id) => pipeline.tokenizer.bytesOf(id).includes(0x0a));
  const task: CanvasTask = {
    ...between,
    canvas: given.ids,
    multiline: multiline || (hasLines && options.multiline !== 'never'),
    insideLine: !isBlank(lines.rest),
    inside: code.cursor.inside,
    tabWidth: tabWidthOf(context.indentUnit),
    ownHidden: ownHiddenCharacters(context),
    stopBelow: 0, // a person says where the text is open, so doubt does not end it
  };
  return { task, given };
}
