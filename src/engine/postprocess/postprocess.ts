import type { TextContext } from '../../shared/infillRequest.js';
import type { NoneReason } from '../../shared/outcome.js';
import { type Filter, type Nothing } from './surroundings/filter.js';
import { codeBefore, type CodeBefore } from '../text/codeBefore.js';
import { convertLineEnds, toLineFeeds } from '../text/lineEnds.js';
import { isBlank } from '../text/lines.js';
import { closeOwnEnd } from './closeOwnEnd.js';
import { alignFirstLine } from './indentation/alignFirstLine.js';
import { alignLinesBelow } from './indentation/alignLinesBelow.js';
import { cutDoubledQuote } from './filters/cutDoubledQuote.js';
import { cutSemicolonInBrackets } from './filters/cutSemicolonInBrackets.js';
import { cutUnbalancedClosers } from './filters/cutUnbalancedClosers.js';
import { cutUnbalancedEnd } from './filters/cutUnbalancedEnd.js';
import { dropLinesAbove } from './filters/dropLinesAbove.js';
import { dropLinesBelow } from './filters/dropLinesBelow.js';
import { dropMarkdownFence } from './filters/dropMarkdownFence.js';
import { dropRepeatedPunctuation } from './filters/dropRepeatedPunctuation.js';
import { dropRepetition } from './filters/dropRepetition.js';
import { dropRestOfLine } from './filters/dropRestOfLine.js';
import { dropRepeatedStart } from './filters/dropRepeatedStart.js';
import { fixOddIndents } from './indentation/fixOddIndents.js';
import { joinCursorLine } from './filters/joinCursorLine.js';
import { matchIndentCharacters } from './indentation/matchIndentCharacters.js';
import { scopeByIndentation } from './filters/scopeByIndentation.js';
import { stopAtControlText } from './filters/stopAtControlText.js';
import { stopAtLineEnd } from './filters/stopAtLineEnd.js';
import { trimRepeatedSpace } from './filters/trimRepeatedSpace.js';
import { trimTrailingSpace } from './filters/trimTrailingSpace.js';
import { separateItem } from './separateItem.js';
import { type Surroundings, surroundingsOf } from './surroundings/surroundings.js';

export interface PostprocessContext extends TextContext {
  /** Whether the text may have more than one line: the request's policy, decided for this place. */
  readonly multiline: boolean;
}

export type PostprocessResult =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'none';
      readonly reason: NoneReason;
      readonly detail: string;
      /** Where it was a matter of judgement: the text as it fits the place, for somebody who would rather have it than none. */
      readonly doubtful?: string;
    };

/** The filters in the order they run, each with the reason for its place. */
export const FILTERS = {
  stopAtControlText, // first: nothing behind it is text at all
  joinCursorLine, // before the first line end is taken for the end of a line that was asked for
  stopAtLineEnd, // early: it settles how much there is to look at
  trimRepeatedSpace, // before anything compares the text with the document's line
  matchIndentCharacters, // before anything measures columns
  alignFirstLine, // measures columns; later filters rely on them
  alignLinesBelow, // after the first line has its place
  fixOddIndents, // after alignFirstLine, which may have explained the odd column
  dropRepeatedStart, // before the cuts: it is about the beginning
  dropMarkdownFence, // before anything reads what a chat says around code
  dropLinesBelow, // the surest cuts come first: the text meets the document, whole lines ...
  dropRestOfLine, // ... or the rest of the line; the next ones would take away what shows it
  scopeByIndentation, // the coarsest guess, whole lines; it spares the next ones lines of another block
  cutDoubledQuote, // before the brackets: what follows the string's end is not part of it
  cutUnbalancedClosers, // after the scope, which decides about closers on lines of their own
  cutSemicolonInBrackets, // after the brackets: what closes too much is gone
  dropLinesAbove, // after the cuts at the end: what is left may be nothing but what stands above
  cutUnbalancedEnd, // after the cuts, which may have taken away what closed something
  dropRepetition, // judges what would be shown
  dropRepeatedPunctuation, // judges what would be shown
  trimTrailingSpace, // after all cuts: each may leave blanks at the end
} satisfies Record<string, Filter>;

/** Filters after whose verdict the text could stand all the same: what says the same again may be meant to. */
const JUDGES: ReadonlySet<string> = new Set<keyof typeof FILTERS>(['dropLinesAbove', 'dropRepetition']);

/** A text that is still being cut after that many rounds goes round in circles. */
const MAX_ROUNDS = 8;

/**
 * Makes a model's text fit the place it is for, or says why it does not. Pure. Only the end of `text` is ever cut, only
 * whitespace is ever changed, and nothing is ever added but what closes the text's own openers, where nothing would be left without, and
 * the separator that the next item needs. So the result is what the model wrote; it has the document's line ends.
 * @param onAct told the name of each filter that changed or dropped the text; for tests and logs
 */
export type Postprocess = (text: string, onAct?: (filter: string) => void) => PostprocessResult;

/**
 * What stands around a place is looked at once for all texts that may come there.
 * @param before the code before the place, where it has been scanned already.
 */
export function postprocessAt(context: PostprocessContext, before: CodeBefore = codeBefore(context)): Postprocess {
  const around = surroundingsOf(context, before);
  return (text, onAct) => postprocess(text, around, onAct);
}

/** @param isLenient whether the judges are not asked. */
function postprocess(
  text: string,
  around: Surroundings,
  onAct?: (filter: string) => void,
  isLenient = false,
): PostprocessResult {
  let current = toLineFeeds(text);
  if (isBlank(current)) return { kind: 'none', reason: 'empty', detail: '' };
  // A cut can expose what an earlier filter looks for, so the list runs until nothing changes; nearly always that is twice.
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = current;
    for (const [name, filter] of Object.entries(FILTERS)) {
      const judges = JUDGES.has(name);
      if (judges && isLenient) continue;
      const result: string | Nothing = filter(current, around);
      if (result !== current) onAct?.(name);
      if (typeof result !== 'string') {
        const lenient = judges ? postprocess(text, around, undefined, true) : undefined;
        return { kind: 'none', ...result, ...(lenient?.kind === 'text' ? { doubtful: lenient.text } : {}) };
      }
      current = result;
    }
    if (current === before) {
      const closed = closeOwnEnd(current, around);
      if (closed !== current) onAct?.('closeOwnEnd');
      if (typeof closed !== 'string') return { kind: 'none', ...closed };
      const separated = separateItem(closed, around);
      if (separated !== closed) onAct?.('separateItem');
      if (typeof separated !== 'string') return { kind: 'none', ...separated };
      current = separated;
      // Not a filter: it must come once, after all of them.
      const converted = convertLineEnds(current, around.eol);
      if (converted !== current) onAct?.('convertLineEnds');
      return { kind: 'text', text: converted };
    }
  }
  return { kind: 'none', reason: 'repetition', detail: 'The text keeps repeating what is around it.' };
}
