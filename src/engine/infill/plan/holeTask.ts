import { ownHiddenCharacters } from '../../text/foreignCharacters.js';
import { balancePlaceOf, isBalanced } from '../../text/balance.js';
import type { CodeBefore } from '../../text/codeBefore.js';
import { isBlank, type LinesAround, tabWidthOf } from '../../text/lines.js';
import { type InfillRequest, isBehindEntry } from '../../../shared/infillRequest.js';
import type { CanvasTask } from '../canvas/canvasTask.js';
import { namesAhead } from '../canvas/namesAhead.js';
import type { Pipeline } from '../run/pipeline.js';
import type { RunRecord } from '../run/runRecord.js';
import type { MiddleDemands } from '../context/demands.js';
import { canvasPlan } from './canvasPlan.js';
import type { Decoding } from './decoding.js';
import { demandedSize } from './demandedSize.js';
import { sizedTask } from './sizedTask.js';

/** The task of filling a hole: a canvas of masks, as long as the text around and the decoding's length policy say. */
export async function holeTask(
  request: InfillRequest & {
    readonly lines: LinesAround;
    readonly code: CodeBefore;
    readonly demands?: MiddleDemands;
  },
  between: Pick<CanvasTask, 'context' | 'suffixIds' | 'prefix' | 'suffix' | 'openEnds'>,
  decoding: Decoding,
  pipeline: Pipeline,
  record: RunRecord,
): Promise<CanvasTask> {
  const { context, options, lines, code, names, demands } = request;
  const { multiline, size } = canvasPlan(lines, context, options.multiline, decoding.canvasSizes);
  const { weight = 0 } = decoding.recommended.names ?? {};
  const ahead = names && weight > 0 ? namesAhead(names, context, between.context.healed) : [];
  const insideLine = !isBlank(lines.rest);
  const place = balancePlaceOf(code, context.suffix);
  const { mask } = pipeline.model.manifest.tokens;
  const wanted = demands?.isSized ? Infinity : size + pipeline.tokenizer.encode(demands?.contains ?? '').length;
  const length = demands ? demandedSize(wanted, demands, between.context, pipeline) : size;
  const planned: CanvasTask = {
    ...between,
    canvas: new Array<number>(length).fill(mask),
    multiline,
    insideLine,
    mayEnd: (middle) => isBalanced(middle, place),
    mustWrite: !insideLine && isBlank(lines.line),
    inside: code.cursor.inside,
    tabWidth: tabWidthOf(context.indentUnit),
    ownHidden: ownHiddenCharacters(context),
    ...(isBehindEntry(request) ? { afterWholeName: true } : {}),
    ...(ahead.length > 0 ? { names: { ahead, weight } } : {}),
    stopBelow: decoding.stopBelow,
    ...(demands ? { demands } : {}),
  };
  const task = await sizedTask(planned, decoding, pipeline, record);
  record.canvasSize = task.canvas.length;
  return task;
}
