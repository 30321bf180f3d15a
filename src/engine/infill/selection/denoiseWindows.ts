import { networkOf, NO_TOKEN } from '../../contract/model.js';
import { ownHiddenCharacters } from '../../text/foreignCharacters.js';
import { type DenoisedUnit, keptUnit } from './denoisedRun.js';
import { denoiseWindow, type WindowWork } from './denoiseWindow.js';
import { selectionWindows } from './selectionWindows.js';

/**
 * Denoises what is masked of a selection, window by window from left to right, since it may be longer than a canvas. What is kept
 * stays as it is. Answers the new text's units, or undefined where the run was cancelled.
 */
export async function denoiseWindows(
  work: Omit<WindowWork, 'before' | 'ownHidden'>,
): Promise<readonly DenoisedUnit[] | undefined> {
  const { request, selected, plan, pipeline, record } = work;
  const { manifest } = pipeline.model;
  // Whether the model can say that a text is shorter than its canvas.
  const canEnd = manifest.tokens.endOfMiddle !== NO_TOKEN && networkOf(manifest).graph === 'absorbing';
  const ownHidden = ownHiddenCharacters(request.context, request.selection);
  const done: DenoisedUnit[] = [];
  const keep = (from: number, to: number): void => {
    for (let i = from; i < to; i++) done.push(keptUnit(selected.units[i]!, plan.confidences[i]!));
  };
  let next = 0;
  const parts = selectionWindows(selected.units, plan.masked, manifest.limits.canvas, canEnd);
  for (const [index, part] of parts.entries()) {
    if (parts.length > 1) record.part = { index, count: parts.length };
    keep(next, part.start);
    const units = await denoiseWindow(part, { ...work, before: done, ownHidden });
    if (record.isCancelled()) return undefined;
    done.push(...units);
    next = part.end;
  }
  keep(next, selected.units.length);
  return done;
}
