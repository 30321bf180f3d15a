import { type InfillRequest, LONGEST_CONDITION, type TextConditions } from '../../../shared/infillRequest.js';
import { convertLineEnds, toLineFeeds } from '../../text/lineEnds.js';
import type { Demands } from '../context/demands.js';
import { invalidRequest } from '../run/invalidRequest.js';
import type { Pipeline } from '../run/pipeline.js';
import { certainTokens } from './certainTokens.js';

/** A canvas holds the last bytes of the prefix again, and the end of the middle. */
const POSITIONS_BESIDES = 2;

/** What each of the texts is to the text that is asked for. */
export const NAMES = { start: 'must start with', end: 'must end with', contains: 'must contain' } as const;

/**
 * A request's conditions as what is demanded of the text between the demanded start and end.
 *
 * @throws InfillError `invalid-request` for conditions that no text can meet, with the reason.
 */
export function demandsOf(
  { context, options }: Pick<InfillRequest, 'context' | 'options'>,
  conditions: TextConditions,
  { model, tokenizer }: Pick<Pipeline, 'model' | 'tokenizer'>,
): Demands {
  refuseConditions(conditions, options.multiline);
  const { start = '', end = '', contains = '' } = conditions;
  const { least, most } = lengthOf(conditions, options.maxTokens);
  const tokensOf = (text: string): number => tokenizer.encode(toLineFeeds(text)).length;
  if (tokenizer.decode(tokenizer.encode(toLineFeeds(contains))) !== toLineFeeds(contains)) {
    throw invalidRequest(
      `The text that the suggestion ${NAMES.contains} has characters that the model has no tokens for.`,
      'Leave them out.',
    );
  }
  // What stands in the start or the end already needs no place.
  const isThere = [start, end].some((text) => toLineFeeds(text).includes(toLineFeeds(contains)));
  const taken = { start: tokensOf(start), end: tokensOf(end), contains: isThere ? 0 : tokensOf(contains) };
  const maximum = conditions.length === undefined ? 'the limit' : 'the greatest length';
  if (tokensOf(contains) > most) {
    throw invalidRequest(
      `The text that the suggestion ${NAMES.contains} has ${String(tokensOf(contains))} tokens, and ${maximum} is ${String(most)}.`,
      'Allow a longer text, or ask for a shorter one in it.',
    );
  }
  const all = taken.start + taken.end + taken.contains;
  if (all > most) {
    throw invalidRequest(
      `What the suggestion has to start with, end with and contain has ${String(all)} tokens together, and ${maximum} is ${String(most)}.`,
      'Allow a longer text, or demand less of it.',
    );
  }
  const around = taken.start + taken.end;
  const room = model.manifest.limits.canvas - POSITIONS_BESIDES;
  const needed = Math.max(least - around, taken.contains);
  if (needed > room) {
    throw invalidRequest(
      `The suggestion would need ${String(needed)} tokens on the canvas of the model ${model.manifest.name}, which has room for ${String(room)}.`,
      'Ask for a shorter text.',
    );
  }
  const own = (text: string): string => convertLineEnds(toLineFeeds(text), context.eol);
  return {
    start: own(start),
    end: own(end),
    startTokens: certainTokens(own(start), tokenizer),
    endTokens: certainTokens(own(end), tokenizer),
    ...(isThere ? {} : { contains: toLineFeeds(contains) }),
    least: Math.max(0, least - around),
    most: Math.min(most - around, room),
    isSized: conditions.length !== undefined,
  };
}

/** @throws InfillError `invalid-request` for conditions that are none by themselves, with the reason. */
export function refuseConditions(conditions: TextConditions, multiline: string): void {
  for (const name of ['start', 'end', 'contains'] as const) refuseText(conditions[name], NAMES[name], multiline);
  refuseLength(conditions.length);
}

/** Tokens of the whole text. */
function lengthOf({ length }: TextConditions, maxTokens: number): { readonly least: number; readonly most: number } {
  if (length === undefined) return { least: 0, most: maxTokens };
  if (length.least > maxTokens) {
    throw invalidRequest(
      `The suggestion is to have at least ${String(length.least)} tokens, and the request allows ${String(maxTokens)}.`,
      'Raise the limit of tokens, or lower the least length.',
    );
  }
  return { least: length.least, most: Math.min(length.most, maxTokens) };
}

function refuseLength(length: TextConditions['length']): void {
  if (length === undefined) return;
  const { least, most } = length;
  if (![least, most].every((each) => Number.isInteger(each)) || least < 0 || most < 1) {
    throw invalidRequest(
      `The length ${String(least)}-${String(most)} is none.`,
      'It is two whole numbers of tokens, the least from 0 on and the greatest from 1 on.',
    );
  }
  if (least > most) {
    throw invalidRequest(
      `The least length is ${String(least)} tokens, and the greatest is ${String(most)}.`,
      'The first number must not be above the second.',
    );
  }
}

function refuseText(text: string | undefined, what: string, multiline: string): void {
  if (text === undefined) return;
  if (text === '')
    throw invalidRequest(
      `The text that the suggestion ${what} is empty.`,
      'Leave the condition out, or give at least one character.',
    );
  if (text.length > LONGEST_CONDITION) {
    throw invalidRequest(
      `The text that the suggestion ${what} has ${String(text.length)} characters.`,
      `Give at most ${String(LONGEST_CONDITION)}.`,
    );
  }
  if (/\p{Cs}/u.test(text))
    throw invalidRequest(`The text that the suggestion ${what} holds half a character.`, 'Give whole characters.');
  if (multiline === 'never' && /[\r\n]/u.test(text)) {
    throw invalidRequest(
      `The text that the suggestion ${what} has a line break, and the suggestion is to have one line.`,
      'Leave the line break out, or allow several lines.',
    );
  }
}
