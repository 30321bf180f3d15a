import type { DenoisedChange } from '../../../shared/outcome.js';
import type { DenoisedUnit } from './denoisedRun.js';

/** What has to be replaced in `selection` so that it says what `units` say: everything between two units that were kept. */
export function denoisedChanges(units: readonly DenoisedUnit[], selection: string): readonly DenoisedChange[] {
  const changes: DenoisedChange[] = [];
  let start = 0;
  let text = '';
  const changeTo = (end: number): void => {
    const before = selection.slice(start, end);
    if (before !== text) changes.push({ span: { start, end }, before, text });
    text = '';
  };
  for (const unit of units) {
    if (unit.span === undefined) text += unit.text;
    else {
      changeTo(unit.span.start);
      start = unit.span.end;
    }
  }
  changeTo(selection.length);
  return changes;
}
