import { characterBoundary } from '../../text/characterBoundary.js';

/** UTF-16 units, behind as many blanks at most. */
const SUFFIX_UNITS = 16;

/**
 * The start of a suffix that tells whether a text fits before it. Its first tokens do; those after them are as likely after one text as
 * after another.
 */
export function suffixStart(suffix: string): string {
  const blanks = suffix.search(/\S|$/u);
  return suffix.slice(0, characterBoundary(suffix, Math.min(blanks, SUFFIX_UNITS) + SUFFIX_UNITS));
}
