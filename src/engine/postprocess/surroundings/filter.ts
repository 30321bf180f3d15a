import { isBlank } from '../../text/lines.js';
import type { NoneReason } from '../../../shared/outcome.js';
import type { Surroundings } from './surroundings.js';

/**
 * One step of postprocessing: gives back the text it got, cut at its end or with other whitespace at the start of its
 * lines, or says why nothing is left. It never adds characters that are not whitespace, never throws, and depends on
 * nothing but its arguments. Line ends are `\n`; the text is never blank on entry.
 */
export type Filter = (text: string, around: Surroundings) => string | Nothing;

/** A filter's verdict that nothing should be suggested. `detail` is a sentence for the log and for a curious user. */
export interface Nothing {
  readonly reason: NoneReason;
  readonly detail: string;
}

/** The first `length` units of `text`, or the reason when only blanks are left of it. */
export function cut(text: string, length: number, reason: NoneReason, detail: string): string | Nothing {
  const kept = text.slice(0, length);
  return isBlank(kept) ? { reason, detail } : kept;
}
