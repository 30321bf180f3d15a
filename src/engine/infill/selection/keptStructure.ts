import type { RefusedChange } from '../../../shared/outcome.js';
import type { DenoiseRequest } from '../../../shared/infillRequest.js';
import { keepsStructure } from '../../text/keepsStructure.js';
import { toLineFeeds } from '../../text/lineEnds.js';
import { type DenoisedUnit, keptUnit } from './denoisedRun.js';
import type { RemaskPlan } from './remaskPlan.js';
import type { SelectionText } from './selectionText.js';

/**
 * The units of a selection's new text, with those of the old one wherever brackets, quotes, line breaks or the indentation would not fit
 * any more, and what was refused for that.
 */
export function keptStructure(
  units: readonly DenoisedUnit[],
  { selection, context }: DenoiseRequest,
  selected: Pick<SelectionText, 'units'>,
  { confidences }: Pick<RemaskPlan, 'confidences'>,
): { readonly units: readonly DenoisedUnit[]; readonly refused: readonly RefusedChange[] } {
  const result: DenoisedUnit[] = [];
  const refused: RefusedChange[] = [];
  let start = 0;
  let run: DenoisedUnit[] = [];
  const endRun = (end: number): void => {
    const text = run.map((unit) => unit.text).join('');
    const old = selection.slice(start, end);
    const before = toLineFeeds(context.prefix + result.map((unit) => unit.text).join(''));
    const after = toLineFeeds(selection.slice(end) + context.suffix);
    const lineBefore = before.slice(before.lastIndexOf('\n') + 1);
    const change = { old: toLineFeeds(old), text: toLineFeeds(text), lineBefore, lineAfter: after.split('\n', 1)[0]! };
    if (text === old || keepsStructure(change)) result.push(...run);
    else {
      refused.push({ span: { start, end }, before: old, text, why: 'structure' });
      selected.units.forEach((unit, i) => {
        if (unit.span.start >= start && unit.span.end <= end) result.push(keptUnit(unit, confidences[i]!));
      });
    }
    run = [];
  };
  for (const unit of units) {
    if (unit.span === undefined) run.push(unit);
    else {
      endRun(unit.span.start);
      result.push(unit);
      start = unit.span.end;
    }
  }
  endRun(selection.length);
  return { units: result, refused };
}
