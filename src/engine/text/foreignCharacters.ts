import type { TextContext } from '../../shared/infillRequest.js';

/**
 * What a reader does not see, takes for an ordinary blank, or cannot read: controls other than tab and line feed, blanks other
 * than the space, half line ends, characters that are shown as nothing (bidirectional controls, zero widths, tags, variation selectors),
 * those of private use or of none yet, half surrogate pairs and U+FFFD. Code can hide in them or be shown in another order than it runs in (Trojan
 * Source, CVE-2021-42574), and many a compiler takes them for something else than its reader.
 */
const HIDDEN =
  /(?![\t\n ]|\r\n)(?:\p{Cc}|\p{Z}|\p{Cn}|\p{Co}|\p{Cs}|\p{Default_Ignorable_Code_Point}|[\u2800\uFFF9-\uFFFD])/gu;
/** Not a character of any text: bytes that could not be decoded, and half of a line end or of a surrogate pair. */
const BROKEN = /[\r\uFFFD]|\p{Cs}/u;

const ZERO_WIDTH_NON_JOINER = '\u200C';
const ZERO_WIDTH_JOINER = '\u200D';
const TEXT_STYLE = '\uFE0E';
const EMOJI_STYLE = '\uFE0F';
const JOINERS = new Set([ZERO_WIDTH_NON_JOINER, ZERO_WIDTH_JOINER, TEXT_STYLE, EMOJI_STYLE]);
/** Scripts whose letters join, or form a conjunct, unless told otherwise (Unicode Standard Annex 31, section 2.3.1). */
const JOINING_SCRIPTS =
  'Arabic Syriac Mongolian Nko Devanagari Bengali Gurmukhi Gujarati Oriya Tamil Telugu Kannada Malayalam Sinhala Khmer Myanmar';
const JOINING = new RegExp(
  `(?=[\\p{L}\\p{M}])[${JOINING_SCRIPTS.split(' ')
    .map((script) => `\\p{Script_Extensions=${script}}`)
    .join('')}]`,
  'u',
);
/** What an emoji ends with before it is joined to the next one. */
const EMOJI_END = /(?:\p{Extended_Pictographic}\uFE0F?|\p{Emoji_Modifier}|[\u{1F1E6}-\u{1F1FF}]{2})$/u;
const EMOJI_START = /^\p{Extended_Pictographic}/u;

/** UTF-16 units on each side in which the user's own characters are looked for. */
const NEAR = 12_000;
/** UTF-16 units on each side that decide whether something joins. */
const NEXT_TO = 8;

/** The hidden characters of the user's own text near the new one: what is among them may come again. */
export function ownHiddenCharacters(
  { prefix, suffix }: Pick<TextContext, 'prefix' | 'suffix'>,
  selection = '',
): ReadonlySet<string> {
  const own = [prefix.slice(-NEAR), selection, suffix.slice(0, NEAR)].flatMap((text) => text.match(HIDDEN) ?? []);
  return new Set(own.filter((character) => !BROKEN.test(character)));
}

/**
 * Where in `text`, whose line ends are `\n` or `\r\n`, the first character stands that must not come into the user's text: a hidden one that
 * is not among their own and does not join what needs to be joined; undefined if there is none. UTF-16 units.
 */
export function foreignCharacter(
  text: string,
  { prefix, suffix }: Pick<TextContext, 'prefix' | 'suffix'>,
  own: ReadonlySet<string>,
): number | undefined {
  for (const { 0: character, index } of text.matchAll(HIDDEN)) {
    if (own.has(character)) continue;
    const before = prefix.slice(-NEXT_TO) + text.slice(Math.max(0, index - NEXT_TO), index);
    const end = index + character.length;
    const after = text.slice(end, end + NEXT_TO) + suffix.slice(0, NEXT_TO);
    if (!joins(character, before, after)) return index;
  }
  return undefined;
}

/** Whether `text` has a character that is foreign whatever stands around it. */
export function isForeign(text: string, own: ReadonlySet<string>): boolean {
  return (text.match(HIDDEN) ?? []).some((character) => !own.has(character) && !JOINERS.has(character));
}

/** Whether a joiner or a variation selector does between two texts what it is for. */
function joins(character: string, before: string, after: string): boolean {
  const [last = ''] = /.$/su.exec(before) ?? [];
  const next = String.fromCodePoint(after.codePointAt(0) ?? 0);
  switch (character) {
    case ZERO_WIDTH_JOINER:
      if (EMOJI_END.test(before) && EMOJI_START.test(after)) return true;
      return JOINING.test(last) && JOINING.test(next);
    case ZERO_WIDTH_NON_JOINER:
      return JOINING.test(last) && JOINING.test(next);
    case TEXT_STYLE:
    case EMOJI_STYLE:
      return /[0-9#*]/u.test(last) ? next === '\u20E3' : /\p{Emoji}/u.test(last);
    default:
      return false;
  }
}
