import { toLineFeeds } from '../text/lineEnds.js';
import { indentOf, isBlank } from '../text/lines.js';
import { lineStart } from './middleText.js';

/** Units that are looked at: more than a token has, but for long runs of blanks. */
const MOST_UNITS = 96;

/** Blanks, and the word, number or run of marks behind them: where the first token of it ends does not depend on what follows. */
const CHUNK = /^\s*(?:\p{L}+|\p{N}+|[^\s\p{L}\p{N}]+)?/u;

/** The line that a written text ends in. */
export interface WrittenLine {
  /** The blanks that it ends with. */
  readonly blanks: string;
  /** Whether there is nothing else in it. */
  readonly isBlank: boolean;
  /** The indentation of the line, or where that is blank of the nearest line above that is not. */
  readonly indent: string;
}

export function writtenLine(text: string): WrittenLine {
  const lines = toLineFeeds(text).split('\n');
  const line = lines.at(-1)!;
  return {
    blanks: /\s*$/u.exec(line)![0],
    isBlank: isBlank(line),
    indent: indentOf(lines.findLast((each) => !isBlank(each)) ?? ''),
  };
}

/**
 * The start of what stands in `text` from `at` on, as it is to stand behind a written line: without the blanks that are there already,
 * with `\n` at line ends, and indented as that line is. It reaches as far as its first token does, in any vocabulary.
 *
 * @param ceiling what stands from there on is not looked at
 * @param isBegun whether `at` is inside of a word, or at its end
 * @returns empty where nothing follows
 */
export function nextText(
  text: string,
  at: number,
  ceiling: number,
  { blanks, isBlank: isAtStart, indent }: WrittenLine,
  isBegun: boolean,
): string {
  const raw = CHUNK.exec(toLineFeeds(text.slice(at, Math.min(ceiling, at + MOST_UNITS))))![0];
  // Blanks at a text's end say nothing.
  if (isBlank(raw) && !raw.includes('\n')) return '';
  const own = indentBefore(text, at);
  const lastBreak = raw.lastIndexOf('\n');
  if (lastBreak >= 0) return raw.slice(0, lastBreak + 1) + reindented(raw.slice(lastBreak + 1), own, indent);
  if (isBegun) return raw;
  const found = isAtStart && isBlank(text.slice(lineStart(text, at), at)) ? reindented(raw, own, indent) : raw;
  return found.startsWith(blanks) ? found.slice(blanks.length) : found.trimStart();
}

/** The indentation of the line that ends at `at`, or where that is blank of the nearest line above that is not. */
function indentBefore(text: string, at: number): string {
  return writtenLine(text.slice(Math.max(0, at - MOST_LINE), at)).indent;
}

/** Units in which the line before a place is looked for. */
const MOST_LINE = 400;

/** A line that stands below one with the indentation `from`, as it stands below one with the indentation `to`. */
function reindented(line: string, from: string, to: string): string {
  const own = /^\s*/u.exec(line)![0];
  const rest = line.slice(own.length);
  if (own.startsWith(from)) return to + own.slice(from.length) + rest;
  const less = from.slice(own.length);
  return (to.endsWith(less) ? to.slice(0, to.length - less.length) : to) + rest;
}
