import { type Surroundings, typedAtOthers } from './severalCursors.js';
import { SUFFIX_LIMIT } from './documentText.js';
import type { Suggestion } from './suggestion.js';

/** Longer insertions after the cursor are edits, not brackets that the editor closed by itself. */
const LONGEST_AUTO_CLOSE = 64;

/**
 * What is left of `text`, suggested at `then`, now that the cursor stands at `now`: a person typed the first characters of
 * it, accepted a part of it, or deleted some of these again. Accepting the rest gives the same document as accepting the
 * whole would have given.
 *
 * @returns undefined if the document does not agree with the suggestion any more or nothing is left.
 */
export function continueSuggestion(text: string, then: Surroundings, now: Surroundings): Suggestion | undefined {
  const place = typedAtOthers(then, now);
  const typed = place && typedSince(place, now);
  if (place === undefined || typed === undefined) {
    return undefined;
  }
  const rest = restAfter(text, typed);
  const closed = addedBefore(place.suffix, now.suffix);
  if (rest === '' || rest === undefined || closed === undefined) {
    return undefined;
  }
  // The editor closed a bracket or a quote that the suggestion closes too: do not close it twice.
  if (rest.endsWith(closed)) {
    const open = rest.slice(0, rest.length - closed.length);
    return open === '' ? undefined : { text: open, replaceAfter: 0 };
  }
  return !/[\r\n]/.test(closed) && isSubsequence(closed, rest)
    ? { text: rest, replaceAfter: closed.length }
    : undefined;
}

/** The text between the two cursors, or undefined if anything before the first one differs. */
function typedSince(then: Surroundings, now: Surroundings): string | undefined {
  const length = now.prefixOffset + now.prefix.length - (then.prefixOffset + then.prefix.length);
  if (length < 0 || length > now.prefix.length) {
    return undefined;
  }
  const before = now.prefix.slice(0, now.prefix.length - length);
  const common = Math.min(before.length, then.prefix.length);
  return before.slice(before.length - common) === then.prefix.slice(then.prefix.length - common)
    ? now.prefix.slice(now.prefix.length - length)
    : undefined;
}

/**
 * What follows `typed` in `text`, or undefined if they differ. The editor indents every new line by itself, also one that the
 * text leaves empty: such blanks nobody typed.
 */
function restAfter(text: string, typed: string): string | undefined {
  if (text.startsWith(typed)) {
    return text.slice(typed.length);
  }
  const lines = text.split('\n');
  const typedLines = typed.split('\n');
  const left = typedLines.map((start, index) => restOfLine(lines[index], start, index > 0));
  return left.slice(0, -1).every((rest) => rest === '') && left.at(-1) !== undefined
    ? [left.at(-1), ...lines.slice(typedLines.length)].join('\n')
    : undefined;
}

function restOfLine(line: string | undefined, start: string, isNew: boolean): string | undefined {
  if (line?.startsWith(start) === true) {
    return line.slice(start.length);
  }
  const isIndentation = isNew && line?.trim() === '' && start.trim() === '';
  return isIndentation ? (line.endsWith('\r') && !start.endsWith('\r') ? '\r' : '') : undefined;
}

/** What was put in front of the old suffix. Where both are heads of a longer text, the new one shows less of the old. */
function addedBefore(old: string, suffix: string): string | undefined {
  const isHead = suffix.length >= SUFFIX_LIMIT - 1;
  for (let added = 0; added <= Math.min(LONGEST_AUTO_CLOSE, suffix.length); added++) {
    const rest = suffix.slice(added);
    if (rest === old || (isHead && old.startsWith(rest))) {
      return suffix.slice(0, added);
    }
  }
  return undefined;
}

function isSubsequence(part: string, whole: string): boolean {
  let found = 0;
  for (const character of whole) {
    if (part.startsWith(character, found)) {
      found += character.length;
    }
  }
  return found === part.length;
}
