import type { TextConditions } from '../../../shared/infillRequest.js';
import { toLineFeeds } from '../../text/lineEnds.js';
import { NAMES, refuseConditions } from '../conditions/demandsOf.js';
import type { MiddleDemands } from '../context/demands.js';
import { likeliestPlace, repeats } from '../rules/likeliestPlace.js';
import { invalidRequest } from '../run/invalidRequest.js';
import { type CanvasPlace, demandedEnds } from './demandedEnds.js';
import type { GivenTokens } from './givenTokens.js';
import { stillCanvas } from './stillCanvas.js';

/** A canvas that was given, as conditions want it. */
export interface DemandedCanvas {
  /** With the demanded start and end on it. */
  readonly given: GivenTokens;
  /** What else has to hold after every step; undefined where nothing has to. */
  readonly demands?: MiddleDemands;
}

/**
 * What the conditions of a request make of its canvas. Start and end are written onto it; a contained text finds its place among the masks
 * while it is denoised, and the length says where the text may end.
 *
 * @throws InfillError `invalid-request` for conditions that this canvas cannot meet, with what is in the way.
 */
export function demandedCanvas(
  given: GivenTokens,
  conditions: TextConditions,
  multiline: string,
  place: CanvasPlace & { readonly contextIds: readonly number[] },
): DemandedCanvas {
  refuseConditions(conditions, multiline);
  const written = demandedEnds(given, conditions, place);
  const most = place.model.manifest.limits.canvas;
  const length = conditions.length ?? { least: 0, most };
  if (conditions.length !== undefined) refuseLength(written.ids, conditions.length, place);
  const contains = missingText(written.ids, conditions, place);
  if (contains === undefined && conditions.length === undefined) return { given: written };
  const demands: MiddleDemands = {
    ...(contains === undefined ? {} : { contains }),
    ...{ least: length.least, most: Math.min(length.most, most), isSized: conditions.length !== undefined },
  };
  if (contains !== undefined) refuseUnplaced(written.ids, { ...demands, contains }, place);
  return { given: written, demands };
}

/** How many tokens of text the canvas can have, whatever is drawn, against how many it is to have. */
function refuseLength(
  ids: readonly number[],
  { least, most }: NonNullable<TextConditions['length']>,
  { model, tokenizer, before }: CanvasPlace,
): void {
  const { mask, endOfMiddle } = model.manifest.tokens;
  const end = ids.indexOf(endOfMiddle);
  const length = end < 0 ? ids.length : end;
  const [first] = ids;
  const isOpen = first === undefined || first === mask;
  // A first token that only repeats the end of the text before is none of the text; while it is open, it may become such a one.
  const certain = !isOpen && repeats(first, { healed: before.healed, tokenizer }) ? 1 : 0;
  const possible = isOpen && before.healed.length > 0 ? 1 : certain;
  const lastSettled = ids.slice(0, length).findLastIndex((id) => id !== mask);
  const shortest = Math.max(0, end < 0 && endOfMiddle >= 0 ? lastSettled + 1 - certain : length - certain);
  const longest = length - possible;
  if (longest < least) {
    throw invalidRequest(
      `The canvas has room for ${String(longest)} tokens, and the text is to have at least ${String(least)}.`,
      'Add masks, or lower the least length.',
    );
  }
  if (shortest > most) {
    throw invalidRequest(
      `The text on the canvas has ${String(shortest)} tokens, and at most ${String(most)} are allowed.`,
      'Remove some, or raise the greatest length.',
    );
  }
}

/** What still has to come somewhere; undefined where nothing has, or it stands there already. */
function missingText(
  ids: readonly number[],
  { start = '', end = '', contains }: TextConditions,
  { model, tokenizer, before }: CanvasPlace,
): string | undefined {
  if (contains === undefined) return undefined;
  const wanted = toLineFeeds(contains);
  if ([start, end].some((text) => toLineFeeds(text).includes(wanted))) return undefined;
  const { mask, endOfMiddle } = model.manifest.tokens;
  let settled = Buffer.alloc(0);
  for (const [at, id] of [...ids, mask].entries()) {
    if (id !== mask && id !== endOfMiddle) {
      settled = Buffer.concat([
        settled,
        Buffer.from(tokenizer.bytesOf(id)).subarray(at === 0 ? before.healed.length : 0),
      ]);
      continue;
    }
    if (settled.toString('utf8').includes(wanted)) return undefined;
    settled = Buffer.alloc(0);
  }
  return wanted;
}

function refuseUnplaced(
  ids: readonly number[],
  { contains, most }: MiddleDemands & { readonly contains: string },
  {
    model,
    tokenizer,
    before: { healed, allowedFirst },
    contextIds,
  }: CanvasPlace & { readonly contextIds: readonly number[] },
): void {
  const { endOfMiddle } = model.manifest.tokens;
  const text = { text: contains, healed, allowedFirst, contextIds, most, endOfMiddle, tokenizer };
  const isSpelled = toLineFeeds(tokenizer.decode(tokenizer.encode(contains))) === contains;
  if (isSpelled && likeliestPlace([], stillCanvas(ids, model), text) !== undefined) return;
  throw invalidRequest(
    `The text ${NAMES.contains} ${JSON.stringify(contains)}, for which the canvas has too few masks in a row.`,
    'Add masks, or change the condition.',
  );
}
