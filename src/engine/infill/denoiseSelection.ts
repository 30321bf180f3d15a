import { InfillError } from '../../shared/infillError.js';
import type { DenoiseRequest } from '../../shared/infillRequest.js';
import type { DenoisedToken, DenoiseOutcome, NoneReason } from '../../shared/outcome.js';
import { ownHiddenCharacters } from '../text/foreignCharacters.js';
import { type InfillModel, networkOf, NO_TOKEN } from '../contract/model.js';
import { contextRoom } from '../contract/contextRoom.js';
import { contextWindow } from './context/contextWindow.js';
import { type DenoisedUnit, keptUnit } from './selection/denoisedRun.js';
import { denoiseWindow } from './selection/denoiseWindow.js';
import { decodingFor } from './plan/decoding.js';
import type { Pipeline } from './run/pipeline.js';
import { remaskPlan } from './selection/remaskPlan.js';
import type { RunControl } from './run/runControl.js';
import { RunRecord } from './run/runRecord.js';
import { selectionText } from './selection/selectionText.js';
import { selectionWindows } from './selection/selectionWindows.js';
import { splitsCharacter } from '../text/characterBoundary.js';
import { suffixAfter } from './context/suffixAfter.js';
import { validateDenoiseRequest } from './run/validateRequest.js';

/** Hours of work on a slow machine; beyond it is a mistake. UTF-16 units. */
const LONGEST_SELECTION = 20_000;

/**
 * Denoises a selection again, between the text before and after it: the least likely part of it is masked, what is kept
 * is a soft start. Window by window from left to right where it is longer than a canvas.
 * @throws InfillError `invalid-request` for options and spans out of range.
 */
export async function denoiseSelection(
  request: DenoiseRequest,
  pipeline: Pipeline,
  control: RunControl = {},
): Promise<DenoiseOutcome> {
  validateDenoiseRequest(request);
  const { context, selection, options, strength } = request;
  if (selection.length > LONGEST_SELECTION) throw tooLong(selection.length);
  const { model, tokenizer } = pipeline;
  const { limits } = model.manifest;
  const record = new RunRecord(options, control, tokenizer);
  const none = (reason: NoneReason, detail: string): DenoiseOutcome => ({
    kind: 'none',
    reason,
    detail,
    report: record.report(),
  });
  const cancelled = (): DenoiseOutcome => none('cancelled', `Cancelled after ${String(record.stepsUsed)} steps.`);
  if (selection === '') return none('empty', 'Nothing is selected.');
  if (
    splitsCharacter({ prefix: context.prefix, suffix: selection }) ||
    splitsCharacter({ prefix: selection, suffix: context.suffix })
  ) {
    return none('unsuitable-position', 'The selection begins or ends inside a character or a line break.');
  }
  if (record.isCancelled()) return cancelled();

  // What was selected is to be replaced, not shortened, so its canvases have their lengths already.
  const decoding = decodingFor({ ...options, candidates: 1, length: 'auto', stopBelow: 0 }, pipeline);
  const room = contextRoom(limits);
  const window = contextWindow(context, tokenizer, room.prefix);
  const selected = selectionText(request, window.prefix, tokenizer, room.prefix);
  record.clock.endPhase('tokenize');
  const suffix = suffixAfter(context.suffix, room.suffix, tokenizer);
  const plan = await remaskPlan(selected, suffix.ids, { strength, model, record });
  record.clock.endPhase('context');
  if (!plan.masked.includes(true)) return none('empty', 'All of the selection is pinned.');

  const ownHidden = ownHiddenCharacters(context, selection);
  const done: DenoisedUnit[] = [];
  const keep = (from: number, to: number): void => {
    for (let i = from; i < to; i++) done.push(keptUnit(selected.units[i]!, plan.confidences[i]!));
  };
  let next = 0;
  for (const part of selectionWindows(selected.units, plan.masked, limits.canvas, canEnd(model))) {
    keep(next, part.start);
    const units = await denoiseWindow(part, {
      request,
      selected,
      plan,
      before: done,
      ownHidden,
      decoding,
      pipeline,
      record,
    });
    if (record.isCancelled()) return cancelled();
    done.push(...units);
    next = part.end;
  }
  keep(next, selected.units.length);

  const text = done.map((unit) => unit.text).join('');
  if (text === '') return none('empty', 'The model would leave nothing of the selection.');
  return { kind: 'denoised', text, tokens: denoisedTokens(done), report: record.report() };
}

/** Whether the model can say that a text is shorter than its canvas. */
function canEnd({ manifest }: InfillModel): boolean {
  return manifest.tokens.endOfMiddle !== NO_TOKEN && networkOf(manifest).graph === 'absorbing';
}

function denoisedTokens(units: readonly DenoisedUnit[]): DenoisedToken[] {
  const tokens: DenoisedToken[] = [];
  let start = 0;
  for (const { text, changed, pinned, confidence } of units) {
    const end = start + text.length;
    if (text !== '') tokens.push({ span: { start, end }, text, changed, pinned, confidence });
    start = end;
  }
  return tokens;
}

function tooLong(length: number): InfillError {
  return new InfillError(
    'invalid-request',
    `The selection has ${String(length)} characters.`,
    `Select at most ${String(LONGEST_SELECTION)}.`,
  );
}
