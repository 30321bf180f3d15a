import type { DenoiseRequest } from '../../../shared/infillRequest.js';
import type { CanvasTask } from '../canvas/canvasTask.js';
import { denoisedRun, type DenoisedUnit, keptUnit, type RunContext } from './denoisedRun.js';
import { contextRoom } from '../../contract/contextRoom.js';
import type { Decoding } from '../plan/decoding.js';
import type { Pipeline } from '../run/pipeline.js';
import { fillCanvas } from '../denoise/fillCanvas.js';
import { assembleContext } from '../context/assembleContext.js';
import type { HealedPrefix } from '../context/healing.js';
import type { CommittedToken } from '../canvas/canvas.js';
import { codeBefore } from '../../text/codeBefore.js';
import { toLineFeeds } from '../../text/lineEnds.js';
import { isBlank, tabWidthOf } from '../../text/lines.js';
import type { RemaskPlan } from './remaskPlan.js';
import type { RunRecord } from '../run/runRecord.js';
import type { SelectionText } from './selectionText.js';
import type { SelectionWindow } from './selectionWindows.js';
import { tokenTexts } from '../../tokenizer/tokenTexts.js';

/** Units before a run, and characters before the selection, that tell whether the run may begin as it does. */
const LOOK_BACK = 16;

/** What the work on a window needs to know of the whole. */
export interface WindowWork {
  readonly request: DenoiseRequest;
  readonly selected: SelectionText;
  readonly plan: RemaskPlan;
  /** The new text so far, up to the window. */
  readonly before: readonly DenoisedUnit[];
  /** Hidden characters of the user's own text, which may come again. */
  readonly ownHidden: ReadonlySet<string>;
  readonly decoding: Decoding;
  readonly pipeline: Pipeline;
  readonly record: RunRecord;
}

/** Denoises one window of a selection, the rest of the text being its context. Answers the window's units anew. */
export async function denoiseWindow(window: SelectionWindow, work: WindowWork): Promise<DenoisedUnit[]> {
  const { request, selected, plan, before, ownHidden, decoding, pipeline, record } = work;
  const { model, tokenizer } = pipeline;
  const { tokens } = model.manifest;
  const { eol, indentUnit } = request.context;
  const masks = (count: number): number[] => new Array<number>(count).fill(tokens.mask);
  const own = selected.units.slice(window.start, window.end);
  const next = window.slack === 0 ? selected.units[window.end] : undefined;
  const fixed = own.flatMap(({ ids }, i) => (plan.masked[window.start + i] ? masks(ids.length) : ids));
  const canvas = [...fixed, ...(next?.ids ?? masks(window.slack))];
  record.canvasSize = Math.max(record.canvasSize, canvas.length);

  const after = selected.text.slice((next ?? own.at(-1)!).end) + request.context.suffix;
  const multiline = /[\r\n]/u.test(selected.text);
  const newText = before.map(({ text }) => text).join('');
  const code = codeBefore({ ...request.context, prefix: request.context.prefix + newText });
  const text = { prefix: selected.prefix + toLineFeeds(newText), context: contextOf(window, work) };
  const between = assembleContext(text, after, code, pipeline);
  const task: CanvasTask = {
    ...between,
    canvas,
    multiline,
    insideLine: !isBlank(between.suffix.split('\n', 1)[0] ?? ''),
    tabWidth: tabWidthOf(indentUnit),
    ownHidden,
    stopBelow: decoding.stopBelow,
  };
  const filled = await fillCanvas(task, decoding, pipeline, record);
  const committed = filled.committed();
  // Where the model finds no end within the slack, the text keeps its length.
  const written = window.slack > 0 && filled.hasEnd ? wholeTokens(committed, work) : committed.slice(0, fixed.length);
  return newUnits(window, work, written, { tokenizer, eol, multiline, healedBytes: between.context.healed.length });
}

/** Without the start of a character that has no end. */
function wholeTokens(tokens: readonly CommittedToken[], { pipeline }: WindowWork): readonly CommittedToken[] {
  const ids = tokens.map(({ id }) => id);
  return tokens.slice(0, tokenTexts(ids, pipeline.tokenizer).length);
}

function contextOf({ start }: SelectionWindow, { selected, before, pipeline }: WindowWork): HealedPrefix {
  if (start === 0) return selected.context;
  const ids = [...selected.context.ids, ...before.flatMap((unit) => unit.ids)];
  return {
    ids: ids.slice(-contextRoom(pipeline.model.manifest.limits).prefix),
    healed: new Uint8Array(0),
    allowedFirst: undefined,
  };
}

/** Kept units as they are, masked runs with their new tokens; the last run has as many as are left. */
function newUnits(
  { start, end }: SelectionWindow,
  { request, selected, plan, before, ownHidden }: WindowWork,
  tokens: readonly CommittedToken[],
  context: Omit<RunContext, 'before' | 'ownHidden'>,
): DenoisedUnit[] {
  const result: DenoisedUnit[] = [];
  const textBefore = (): string =>
    request.context.prefix.slice(-LOOK_BACK) +
    [...before, ...result]
      .slice(-LOOK_BACK)
      .map(({ text }) => text)
      .join('');
  let at = 0;
  for (let i = start; i < end;) {
    const runEnd = endOfRun(plan.masked, i, end);
    const old = selected.units.slice(i, runEnd);
    const count = runEnd === end ? tokens.length - at : old.reduce((sum, { ids }) => sum + ids.length, 0);
    const healedBytes = i === 0 ? context.healedBytes : 0;
    const fresh = plan.masked[i]
      ? denoisedRun(old, tokens.slice(at, at + count), { ...context, healedBytes, ownHidden, before: textBefore() })
      : undefined;
    const first = i;
    result.push(...(fresh ?? old.map((unit, j) => keptUnit(unit, plan.confidences[first + j]!))));
    at += count;
    i = runEnd;
  }
  return result;
}

/** End of the run of units from `start` that are masked, or kept, like the first of them. */
function endOfRun(masked: readonly boolean[], start: number, end: number): number {
  let i = start;
  while (i < end && masked[i] === masked[start]) i++;
  return i;
}
