import type { DenoiseRequest, Span } from '../../../shared/infillRequest.js';
import type { Tokenizer } from '../../tokenizer/tokenizerContract.js';
import type { HealedPrefix } from '../context/healing.js';
import { originalOffsets, toLineFeeds } from '../../text/lineEnds.js';
import { type TextUnit, textUnits } from '../../tokenizer/textUnits.js';

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
  /** What the document says there, and where in the selection as it stands in the document. */
  readonly original: string;
  readonly span: Span;
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
  const { before, own, healed, allowedFirst } = splitAt(prefix, text, tokenizer);
  const units = own.map((unit): SelectionUnit => {
    const start = Math.max(0, unit.start - prefix.length);
    const end = unit.end - prefix.length;
    const span = { start: offsets[start]!, end: offsets[end]! };
    return {
      ids: unit.ids,
      start,
      end,
      original: selection.slice(span.start, span.end),
      span,
      pinned: pinned.some((pin) => overlap(pin, span)),
    };
  });
  const ids = before.flatMap((unit) => unit.ids);
  return { context: { ids: ids.slice(-limit), healed, allowedFirst }, units, prefix, text };
}

/** The units of `prefix + text`, offsets into it: those before `text`, and those that say something of it. */
function splitAt(
  prefix: string,
  text: string,
  tokenizer: Tokenizer,
): Pick<HealedPrefix, 'healed' | 'allowedFirst'> & { readonly before: TextUnit[]; readonly own: TextUnit[] } {
  const all = textUnits(prefix + text, tokenizer);
  const first = all.findIndex(({ end }) => end > prefix.length);
  const healed = Buffer.from(prefix.slice(all[first]!.start));
  const split = { before: all.slice(0, first), own: all.slice(first), healed };
  if (healed.length === 0) return { ...split, allowedFirst: undefined };
  const allowedFirst = tokenizer.idsStartingWith(healed);
  if (allowedFirst.length > 0) return { ...split, allowedFirst };
  // Several tokens share their bytes among characters on both sides, and none could begin the new text.
  const own = textUnits(text, tokenizer).map(({ ids, start, end }): TextUnit => {
    return { ids, start: prefix.length + start, end: prefix.length + end };
  });
  return { before: textUnits(prefix, tokenizer), own, healed: new Uint8Array(0), allowedFirst: undefined };
}

function overlap(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end;
}
