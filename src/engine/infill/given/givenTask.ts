import { ownHiddenCharacters } from '../../text/foreignCharacters.js';
import { isBlank, tabWidthOf } from '../../text/lines.js';
import { assembleContext, textBeforeCursor } from '../context/assembleContext.js';
import type { Hole } from '../context/hole.js';
import type { CanvasRequest } from '../../../shared/infillRequest.js';
import type { CanvasTask } from '../canvas/canvasTask.js';
import { canvasPlan } from '../plan/canvasPlan.js';
import type { Decoding } from '../plan/decoding.js';
import type { Pipeline } from '../run/pipeline.js';
import { demandedCanvas } from './demandedCanvas.js';
import { type GivenTokens, givenTokens } from './givenTokens.js';

/** The task of denoising a canvas that was given, and what the request said of its positions. */
export interface GivenTask {
  readonly task: CanvasTask;
  readonly given: GivenTokens;
}

/** @throws InfillError `invalid-request` for a canvas that does not fit the place or the model, and for conditions that it cannot meet. */
export function givenTask(
  { canvas, conditions }: Pick<CanvasRequest, 'canvas' | 'conditions'>,
  hole: Hole,
  decoding: Decoding,
  pipeline: Pick<Pipeline, 'model' | 'tokenizer'>,
): GivenTask {
  const { context, lines, code, options } = hole;
  const before = textBeforeCursor(hole, decoding.recommended.preamble, pipeline);
  const between = assembleContext(before, context.suffix, code, pipeline);
  const brought = givenTokens(canvas, between.context, pipeline);
  const place = { ...pipeline, before: between.context, contextIds: between.context.ids };
  const { given, demands } =
    conditions === undefined
      ? { given: brought, demands: undefined }
      : demandedCanvas(brought, conditions, options.multiline, place);
  const { multiline } = canvasPlan(lines, context, options.multiline, decoding.canvasSizes);
  const hasLines =
    demands?.contains?.includes('\n') === true || given.ids.some((id) => pipeline.tokenizer.bytesOf(id).includes(0x0a));
  const task: CanvasTask = {
    ...between,
    canvas: given.ids,
    multiline: multiline || (hasLines && options.multiline !== 'never'),
    insideLine: !isBlank(lines.rest),
    inside: code.cursor.inside,
    tabWidth: tabWidthOf(context.indentUnit),
    ownHidden: ownHiddenCharacters(context),
    ...(demands === undefined ? {} : { demands }),
    stopBelow: 0, // a person says where the text is open, so doubt does not end it
  };
  return { task, given };
}
