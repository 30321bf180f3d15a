import type { DenoiseRequest, Span } from '../../shared/infillRequest.js';
import type { Tokenizer } from '../tokenizer/tokenizerContract.js';
import type { HealedPrefix } from './healing.js';
import { originalOffsets, toLineFeeds } from './lineEnds.js';
import { type TextUnit, textUnits } from './textUnits.js';

/** A selection as tokens, the first of which may begin before it. */
export interface SelectionText {
  /** Tokens before the selection's first unit, and what of that unit stands before the selection. */
  readonly context: HealedPrefix;
  readonly units: readonly SelectionUnit[];
  /** The window's text before the selection, and the selection, with `\n`. */
  readonly prefix: string;
  readonly text: string;
}

/** `start` and `end` are offsets into the selection with `\n`. */
export interface SelectionUnit extends TextUnit {
  /** What the document says there. */
  readonly original: string;
  readonly pinned: boolean;
}

/**
 * Tokenises a selection together with the text before it, so that its tokens are those of the whole text.
 * @param prefix the window's text before the selection, with `\n`.
 * @param limit most ids of the context.
 */
export function selectionText(
  { selection, pinned }: Pick<DenoiseRequest, 'selection' | 'pinned'>,
  prefix: string,
  tokenizer: Tokenizer,
  limit: number,
): SelectionText {
  const text = toLineFeeds(selection);
  const offsets = originalOffsets(selection);
  const all = textUnits(prefix + text, tokenizer);
  const firstIndex = all.findIndex(({ end }) => end > prefix.length);
  const units = all.slice(firstIndex).map((unit): SelectionUnit => {
    const start = Math.max(0, unit.start - prefix.length);
    const end = unit.end - prefix.length;
    const span = { start: offsets[start]!, end: offsets[end]! };
    return {
      ids: unit.ids,
      start,
      end,
      original: selection.slice(span.start, span.end),
      pinned: pinned.some((pin) => overlap(pin, span)),
    };
  });
  const healed = Buffer.from(prefix.slice(all[firstIndex]!.start));
  const ids = all.slice(0, firstIndex).flatMap((unit) => unit.ids);
  const allowedFirst = healed.length > 0 ? tokenizer.idsStartingWith(healed) : undefined;
  return { context: { ids: ids.slice(-limit), healed, allowedFirst }, units, prefix, text };
}

function overlap(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end;
}
