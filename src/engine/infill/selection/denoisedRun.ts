import type { Span } from '../../../shared/infillRequest.js';
import type { DenoisedToken } from '../../../shared/outcome.js';
import { foreignCharacter } from '../../text/foreignCharacters.js';
import type { Tokenizer } from '../../tokenizer/tokenizerContract.js';
import type { CommittedToken } from '../canvas/canvas.js';
import { toLineFeeds } from '../../text/lineEnds.js';
import type { SelectionUnit } from './selectionText.js';
import { tokenTexts } from '../../tokenizer/tokenTexts.js';

/** A piece of the new text: a kept unit, or one or more new tokens that together are whole characters. */
export interface DenoisedUnit {
  readonly ids: readonly number[];
  /** With the document's line ends; '' where the token says only what stands before the selection. */
  readonly text: string;
  readonly changed: boolean;
  /** Where it stood in the selection; absent where it is new. */
  readonly span?: Span;
  readonly pinned: boolean;
  /** Probability, 0..1. */
  readonly confidence: number;
}

export function keptUnit({ ids, original, span, pinned }: SelectionUnit, confidence: number): DenoisedUnit {
  return { ids, text: original, span, pinned, confidence, changed: false };
}

export interface RunContext {
  readonly tokenizer: Tokenizer;
  readonly eol: '\n' | '\r\n';
  readonly multiline: boolean;
  /** Bytes of the first token that stand before the selection. */
  readonly healedBytes: number;
  /** Text before the run, as it is now; its end will do. */
  readonly before: string;
  /** Hidden characters of the user's own text, which may come again. */
  readonly ownHidden: ReadonlySet<string>;
}

/**
 * What became of a masked run; undefined where the new tokens are not proper text (bytes that are no UTF-8, a control token, a
 * character that the user's text does not have, a line break in a single line), so that the run has to stay as it was.
 */
export function denoisedRun(
  old: readonly SelectionUnit[],
  tokens: readonly CommittedToken[],
  { tokenizer, eol, multiline, healedBytes, before, ownHidden }: RunContext,
): DenoisedUnit[] | undefined {
  const texts = tokenTexts(
    tokens.map(({ id }) => id),
    tokenizer,
    healedBytes,
  );
  const isText = texts.length === tokens.length && tokens.every(({ id }) => tokenizer.bytesOf(id).length > 0);
  if (!isText || (!multiline && texts.join('').includes('\n'))) return undefined;
  const oldAt = unitsByStart(old);
  const oldLineEnds = old.flatMap(({ original }) => original.match(/\r\n?|\n/gu) ?? []).map(safeLineEnd);
  const units: DenoisedUnit[] = [];
  let first = 0;
  let lineEnds = 0;
  for (const [i, text] of texts.entries()) {
    const isHealed = i === 0 && tokenizer.bytesOf(tokens[0]!.id).length <= healedBytes; // says only what stands before
    if (text === '' && i < texts.length - 1 && !isHealed) continue; // part of a character that a later token ends
    const own = tokens.slice(first, i + 1);
    const confidence = Math.min(...own.map((token) => token.confidence));
    const stayed = oldAt.get(first);
    if (stayed !== undefined && sameIds(stayed.ids, own)) {
      units.push(keptUnit(stayed, confidence));
      lineEnds += toLineFeeds(text).split('\n').length - 1;
    } else {
      const around = { prefix: before + units.map((unit) => unit.text).join(''), suffix: texts.slice(i + 1).join('') };
      if (isForeignBetween(text, around, ownHidden)) return undefined;
      // The line ends that were there stay, in a document that mixes them too.
      const lines = toLineFeeds(text).replaceAll('\n', () => oldLineEnds[lineEnds++] ?? eol);
      units.push({ ids: own.map(({ id }) => id), text: lines, changed: true, pinned: false, confidence });
    }
    first = i + 1;
  }
  return units;
}

/** A lone return would become one line end with a line feed that comes to stand behind it: those are not written anew. */
function safeLineEnd(old: string): string | undefined {
  return old === '\r' ? undefined : old;
}

/** @param around the run only: what follows it may yet change, so nothing may join it. */
function isForeignBetween(
  text: string,
  around: { readonly prefix: string; readonly suffix: string },
  ownHidden: ReadonlySet<string>,
): boolean {
  if (around.prefix.endsWith('\r') && /^\r?\n/u.test(text)) return true; // would make one line end of two
  return foreignCharacter(text, around, ownHidden) !== undefined;
}

/** Units of a run by the index of their first token. */
function unitsByStart(units: readonly SelectionUnit[]): ReadonlyMap<number, SelectionUnit> {
  let at = 0;
  return new Map(
    units.map((unit) => {
      const entry = [at, unit] as const;
      at += unit.ids.length;
      return entry;
    }),
  );
}

function sameIds(ids: readonly number[], tokens: readonly CommittedToken[]): boolean {
  return ids.length === tokens.length && tokens.every(({ id }, i) => id === ids[i]);
}

/** The tokens of a selection's new text, with where they stand in it. */
export function denoisedTokens(units: readonly DenoisedUnit[]): DenoisedToken[] {
  const tokens: DenoisedToken[] = [];
  let start = 0;
  for (const { text, changed, pinned, confidence } of units) {
    const end = start + text.length;
    if (text !== '') tokens.push({ span: { start, end }, text, changed, pinned, confidence });
    start = end;
  }
  return tokens;
}
