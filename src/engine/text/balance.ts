import { type AfterCursor, afterCursor, endsText, openerOf } from './afterCursor.js';
import { CODE_REACH, type CodeBefore } from './codeBefore.js';
import type { LanguageSyntax } from './languageSyntax.js';
import { toLineFeeds } from './lineEnds.js';
import { isBlank } from './lines.js';
import { type CodeState, type OpenBracket, scanCode } from './scanCode.js';

/** What stands around a place, as far as it decides what a text there may leave open. Line ends are `\n`. */
export interface BalancePlace {
  /** The state of the code at the place. */
  readonly cursor: CodeState;
  readonly syntax: LanguageSyntax;
  /** The text behind it, and what that closes. */
  readonly suffix: string;
  readonly after: AfterCursor;
  /** The code before it does not start with the document. */
  readonly isCut: boolean;
}

/** @param suffix the text behind the place, with any line ends. */
export function balancePlaceOf({ cursor, syntax, isCut }: CodeBefore, suffix: string): BalancePlace {
  const behind = toLineFeeds(suffix.slice(0, CODE_REACH));
  return { cursor, syntax, isCut, suffix: behind, after: afterCursor(cursor, behind, syntax) };
}

/** Something that a text opens and does not close. */
interface OwnOpener {
  /** Where it stands in the text. */
  readonly index: number;
  /** How many brackets are open before it, those before the text included. */
  readonly depth: number;
  /** `code` is that of a template literal. */
  readonly kind: 'bracket' | 'text' | 'code';
  /** What ends a string or block comment; '' for others. */
  readonly ends: string;
}

/** How a text ends. */
interface TextEnd {
  readonly state: CodeState;
  /** How many of the brackets before the text are still open behind it, at most. */
  readonly lowest: number;
  /** Outermost first. */
  readonly own: readonly OwnOpener[];
}

/** As many cuts are tried at most: it keeps the time linear. */
const MOST_CUTS = 20;
/** What closes each bracket. */
const CLOSERS: ReadonlyMap<string, string> = new Map(Object.entries({ '(': ')', '[': ']', '{': '}', $: '}' }));
/** The end of a value: behind anything else something is still to come. */
const VALUE_END = /[\p{L}\p{N}_)\]}"'`]\s*$/u;
const WORD_END = /[\p{L}\p{N}]\W*$/u;

/**
 * Length of the longest start of `text`, in UTF-16 units, that closes what it opens itself, as far as the text behind the place does not
 * close that. Where nothing follows in the line, a first line may end with a bracket that it opens: it is typed on from there.
 * Of several lines whole ones are left.
 */
export function balancedLength(text: string, place: BalancePlace): number {
  let length = text.length;
  for (let cuts = 0; cuts < MOST_CUTS && length > 0; cuts++) {
    const shorter = cutOnce(text.slice(0, length), place);
    if (shorter === length) return length;
    length = shorter;
  }
  return 0;
}

/** Whether a text may end as it does, see `balancedLength`. */
export function isBalanced(text: string, place: BalancePlace): boolean {
  return cutOnce(text, place) === text.length;
}

/**
 * What closes all that `text` leaves open of its own, the innermost first. '' where there is nothing to close, where something behind
 * the place closes a part of it, and where the text breaks off behind an operator, a separator or an opening, so that something is missing.
 */
export function ownClosers(text: string, place: BalancePlace): string {
  const { state, lowest, own } = endOf(text, place);
  const innermost = own.at(-1);
  if (innermost === undefined || closedBehind(state.open, place).some((opener) => opener >= lowest)) return '';
  if (!(innermost.kind === 'text' ? WORD_END : VALUE_END).test(text)) return '';
  const isComment = place.syntax.blockComments.some(([, close]) => close === innermost.ends);
  const closers = own.toReversed().map(({ index, depth, kind, ends }) => {
    if (kind === 'text') return isComment ? ` ${ends}` : ends;
    const closer = CLOSERS.get(state.open[depth]?.mark ?? '') ?? '';
    return text.startsWith('{ ', index) ? ` ${closer}` : closer;
  });
  const all = closers.join('');
  return /\s$/u.test(text) ? all.trimStart() : all;
}

/** The text's length, or up to where an opener has to go. */
function cutOnce(text: string, place: BalancePlace): number {
  const end = endOf(text, place);
  const { own, state } = end;
  const firstText = own.findIndex(({ kind }) => kind !== 'bracket');
  if (firstText >= 0 ? endsOwnText(end, own[firstText]!, place) : isClosedBehind(end, place)) return text.length;
  const isLineEnd = isBlank(place.suffix.split('\n', 1)[0]!);
  for (const { index, depth, kind } of own.slice(0, firstText < 0 ? own.length : firstText + 1).reverse()) {
    const isFirstLine = !text.slice(0, index).trimStart().includes('\n');
    if (kind === 'bracket' && isLineEnd && isFirstLine) return isBlank(text.slice(index + 1)) ? text.length : index + 1;
    const open = state.open.slice(0, depth);
    if (isClosedBehind({ ...end, state: { ...state, open } }, place)) {
      return isFirstLine ? index : text.lastIndexOf('\n', index);
    }
  }
  return 0;
}

function endOf(text: string, { cursor, syntax }: BalancePlace): TextEnd {
  let own: OwnOpener[] = [];
  let lowest = cursor.open.length;
  const state = scanCode(text, cursor, syntax, {
    opened: (index, { inside, open }) => {
      const kind = inside !== '' ? 'text' : open.at(-1)?.mark === '$' ? 'code' : 'bracket';
      own.push({ index, depth: open.length - (kind === 'text' ? 0 : 1), kind, ends: inside });
    },
    closed: (index, { inside, open }, found) => {
      if (!')]}'.includes(text.charAt(index))) {
        own.pop(); // of a string that was begun before the text there is none
      } else if (found) {
        lowest = Math.min(lowest, open.length);
        // The end of code within a template literal goes back into that.
        own = own.filter(
          ({ depth, kind }) => depth < open.length || (depth === open.length && kind === 'text' && inside !== ''),
        );
      }
    },
    line: (_, { inside }) => {
      const innermost = own.at(-1);
      if (inside === '' && innermost?.kind === 'text') own.pop(); // it ends with its line, closed or not
    },
  });
  return { state, lowest, own };
}

/** Whether what stands behind the place closes a string, a comment or code within a string that a text leaves open. */
function endsOwnText({ state }: TextEnd, { depth }: OwnOpener, { suffix, syntax }: BalancePlace): boolean {
  if (state.open.length === depth) return endsText(state, suffix, syntax);
  // In the code of a template literal, whose end goes back into that.
  let isBack: boolean | undefined;
  const behind = scanCode(suffix, state, syntax, {
    closed: (_, { inside, open }) => {
      if (open.length <= depth) isBack ??= open.length === depth && inside !== '';
    },
  });
  // Read inside out, what follows would end in a string.
  return isBack === true && behind.inside !== '`';
}

/** Whether what stands behind the place closes all brackets that a text opened, and still those before it that it would close without. */
function isClosedBehind({ state, lowest }: Pick<TextEnd, 'state' | 'lowest'>, place: BalancePlace): boolean {
  const { open } = state;
  if (open.length <= lowest) return true;
  const closed = closedBehind(open, place);
  const own = open.length - lowest;
  if (closed.filter((opener) => opener >= lowest).length < own) return false;
  const left = place.cursor.open.length - closedBehind(place.cursor.open, place).length;
  return open.length - closed.length <= left;
}

/** Which of the brackets are closed by what stands behind the place. */
function closedBehind(open: readonly OpenBracket[], { after, isCut }: BalancePlace): readonly number[] {
  let left = open;
  const closed: number[] = [];
  for (const closer of after.closers) {
    const opener = openerOf(left, closer, isCut);
    if (opener < 0) continue;
    closed.push(opener);
    left = left.slice(0, opener);
  }
  return closed;
}
