import type { Tokenizer } from '../tokenizer/tokenizerContract.js';
import type { CommittedToken } from './lane.js';
import { toLineFeeds } from './lineEnds.js';
import type { SelectionUnit } from './selectionText.js';
import { tokenTexts } from './tokenTexts.js';

/** A piece of the new text: a kept unit, or one or more new tokens that together are whole characters. */
export interface DenoisedUnit {
  readonly ids: readonly number[];
  /** With the document's line ends; '' where the token says only what stands before the selection. */
  readonly text: string;
  readonly changed: boolean;
  readonly pinned: boolean;
  /** Probability, 0..1. */
  readonly confidence: number;
}

export function keptUnit({ ids, original, pinned }: SelectionUnit, confidence: number): DenoisedUnit {
  return { ids, text: original, pinned, confidence, changed: false };
}

export interface RunContext {
  readonly tokenizer: Tokenizer;
  readonly eol: '\n' | '\r\n';
  readonly multiline: boolean;
  /** Bytes of the first token that stand before the selection. */
  readonly healedBytes: number;
}

/**
 * What became of a masked run; undefined where the new tokens are not proper text (bytes that are no UTF-8, a control
 * token, a line break in a single line), so that the run has to stay as it was.
 */
export function denoisedRun(
  old: readonly SelectionUnit[],
  tokens: readonly CommittedToken[],
  { tokenizer, eol, multiline, healedBytes }: RunContext,
): DenoisedUnit[] | undefined {
  const oldIds = old.flatMap(({ ids }) => ids);
  const texts = tokenTexts(
    tokens.map(({ id }) => id),
    tokenizer,
    healedBytes,
  );
  const whole = texts.join('');
  const isText = texts.length === tokens.length && tokens.every(({ id }) => tokenizer.bytesOf(id).length > 0);
  const hasNewReplacement = whole.includes('\ufffd') && !old.some(({ original }) => original.includes('\ufffd'));
  if (!isText || hasNewReplacement || (!multiline && /[\r\n]/u.test(whole))) return undefined;
  if (tokens.length === oldIds.length && tokens.every(({ id }, i) => id === oldIds[i])) {
    let at = 0;
    return old.map((unit) =>
      keptUnit(unit, Math.min(...tokens.slice(at, (at += unit.ids.length)).map((token) => token.confidence))),
    );
  }
  const units: DenoisedUnit[] = [];
  let first = 0;
  for (const [i, text] of texts.entries()) {
    const isHealed = i === 0 && tokenizer.bytesOf(tokens[0]!.id).length <= healedBytes; // says only what stands before
    if (text === '' && i < texts.length - 1 && !isHealed) continue; // part of a character that a later token ends
    const own = tokens.slice(first, i + 1);
    units.push({
      ids: own.map(({ id }) => id),
      text: toLineFeeds(text).replaceAll('\n', eol),
      changed: own.some(({ id }, j) => id !== oldIds[first + j]),
      pinned: false,
      confidence: Math.min(...own.map(({ confidence }) => confidence)),
    });
    first = i + 1;
  }
  return units;
}
