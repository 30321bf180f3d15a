import type { TextContext } from '../../shared/infillRequest.js';
import type { NoneReason } from '../../shared/outcome.js';
import { isBlank, type Filter } from './filter.js';
import { convertLineEnds } from './filters/convertLineEnds.js';
import { stopAtControlText } from './filters/stopAtControlText.js';
import { stopAtLineEnd } from './filters/stopAtLineEnd.js';
import { trimRepeatedSpace } from './filters/trimRepeatedSpace.js';
import { trimTrailingSpace } from './filters/trimTrailingSpace.js';
import { surroundingsOf, toLineFeeds } from './surroundings.js';

export interface PostprocessContext extends TextContext {
  /** Whether the text may have more than one line: the request's policy, decided for this place. */
  readonly multiline: boolean;
}

export type PostprocessResult =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'none'; readonly reason: NoneReason; readonly detail: string };

/** The filters in the order they run, each with the reason for its place. */
export const FILTERS: readonly { readonly name: string; readonly filter: Filter }[] = [
  { name: 'stopAtControlText', filter: stopAtControlText }, // first: nothing after it is text at all
  { name: 'stopAtLineEnd', filter: stopAtLineEnd }, // early: it settles how much there is to look at
  { name: 'trimRepeatedSpace', filter: trimRepeatedSpace },
  { name: 'trimTrailingSpace', filter: trimTrailingSpace }, // after all cuts: each can leave blanks at the end
];

/**
 * Makes a model's text fit the place it is for, or says why it does not. Pure. Only the end of `text` is ever cut and only
 * whitespace is ever changed, so the result is what the model wrote; it has the document's line ends.
 * @param onAct told the name of each filter that changed or dropped the text; for tests and logs
 */
export function postprocess(
  text: string,
  context: PostprocessContext,
  onAct?: (filter: string) => void,
): PostprocessResult {
  const around = surroundingsOf(context);
  let current = toLineFeeds(text);
  // A cut can expose what an earlier filter looks for, so the list runs until nothing changes. Every filter shortens the
  // text or settles its whitespace, so this ends; nearly always after the second round.
  for (let before: string | undefined; before !== current; ) {
    before = current;
    for (const { name, filter } of FILTERS) {
      if (isBlank(current)) return { kind: 'none', reason: 'empty', detail: 'The model wrote nothing but blanks.' };
      const result = filter(current, around);
      if (result !== current) onAct?.(name);
      if (typeof result !== 'string') return { kind: 'none', ...result };
      current = result;
    }
  }
  const converted = convertLineEnds(current, around) as string;
  if (converted !== current) onAct?.('convertLineEnds');
  return { kind: 'text', text: converted };
}
