import type { RefusedReason } from '../../../shared/outcome.js';
import type { TextChange } from '../../../shared/textChange.js';
import { foreignCharacter } from '../../text/foreignCharacters.js';
import type { Alternative } from './alternatives.js';
import type { ImproveWork } from './improveWork.js';
import type { ReadSection } from './judged.js';
import { keepsStructure } from '../../text/keepsStructure.js';
import { trimmed } from './trimmed.js';

/** A change with what it replaces. */
export interface ChangeOfText extends TextChange {
  readonly old: string;
}

/** Whether a change says something, or takes out what stands there twice: nothing else is likelier than something too often. */
export function saysSomething({ text }: TextChange, source: Alternative['source']): boolean {
  return source === 'doubled' || text.trim() !== '';
}

/** Why an alternative must not come into the text; undefined where it may. */
export function misfit(
  alternative: Alternative,
  read: ReadSection,
  { ownHidden }: ImproveWork,
): RefusedReason | undefined {
  const { text, own, units } = read;
  const [start, end] = [units[alternative.from]!.start, units[alternative.to - 1]!.end];
  // Tokens at the ends may reach beyond the selection, which is not to be touched.
  const outsideBefore = text.slice(start, Math.max(start, own.start));
  const outsideAfter = text.slice(Math.min(end, own.end), end);
  const reaches = alternative.text.length >= outsideBefore.length + outsideAfter.length;
  if (!reaches || !alternative.text.startsWith(outsideBefore) || !alternative.text.endsWith(outsideAfter))
    return 'structure';
  const { span, old, text: is } = changeOf(alternative, read);
  const before = text.slice(0, own.start + span.start);
  const after = text.slice(own.start + span.end);
  const lineBefore = before.slice(before.lastIndexOf('\n') + 1);
  const lineAfter = after.split('\n', 1)[0]!;
  if (!keepsStructure({ old, text: is, lineBefore, lineAfter })) return 'structure';
  return foreignCharacter(is, { prefix: before, suffix: after }, ownHidden) === undefined ? undefined : 'foreign-text';
}

/** An alternative as a change of the section's own text, of whole words; what its tokens say of the text around is left out. */
export function changeOf({ from, to, text }: Alternative, read: ReadSection): ChangeOfText {
  const { own } = read;
  const [start, end] = [read.units[from]!.start, read.units[to - 1]!.end];
  const span = { start: Math.max(start, own.start), end: Math.min(end, own.end) };
  const inside = text.slice(span.start - start, text.length - (end - span.end));
  const change = trimmed({ span, text: inside }, read.text.slice(span.start, span.end));
  const old = read.text.slice(change.span.start, change.span.end);
  return { span: { start: change.span.start - own.start, end: change.span.end - own.start }, text: change.text, old };
}
