import type { Span } from '../../../shared/infillRequest.js';
import { type TextUnit, textUnits } from '../../tokenizer/textUnits.js';
import type { Tokenizer } from '../../tokenizer/tokenizerContract.js';

/** Characters behind a section that are read with it: what comes after tells whether something before it fits. */
const AFTER_UNITS = 160;

/** Units of it. */
const MOST_FOLLOWING = 16;

/** A stretch of a selection as it stands now, between the texts before and behind it, as tokens. Line ends are `\n`. */
export interface SectionText {
  /** Tokens before the first of `units`, no more than there is room for. */
  readonly contextIds: readonly number[];
  /** The tokens of the stretch, those of one character together; the first and the last may reach beyond it. Offsets into `text`. */
  readonly units: readonly SectionUnit[];
  /** The first units behind it. */
  readonly following: readonly TextUnit[];
  /** Everything from the start of the first unit to the end of the last one of `following`. */
  readonly text: string;
  /** Where the stretch stands in `text`. */
  readonly own: Span;
}

export interface SectionUnit extends TextUnit {
  readonly text: string;
  readonly pinned: boolean;
}

export interface SectionParts {
  /** Tokens that come before everything, such as those of lines that follow. */
  readonly preamble: readonly number[];
  readonly before: string;
  readonly section: string;
  readonly after: string;
  /** Spans of the section that stay as they are. */
  readonly pinned: readonly Span[];
}

/** @param room most ids together. */
export function sectionText(
  { preamble, before, section, after, pinned }: SectionParts,
  tokenizer: Tokenizer,
  room: number,
): SectionText {
  const whole = before + section + after.slice(0, AFTER_UNITS);
  const end = before.length + section.length;
  const all = textUnits(whole, tokenizer);
  const first = all.findIndex((unit) => unit.end > before.length);
  const own = all.slice(first).filter(({ start }) => start < end);
  const base = own[0]?.start ?? before.length;
  const shifted = ({ ids, start, end: to }: TextUnit): TextUnit => ({ ids, start: start - base, end: to - base });
  const from = before.length - base;
  const units = own.map((unit): SectionUnit => {
    const { ids, start, end: to } = shifted(unit);
    const isPinned = pinned.some((pin) => pin.start + from < to && start < pin.end + from);
    return { ids, start, end: to, text: whole.slice(unit.start, unit.end), pinned: isPinned };
  });
  const context = all.slice(0, first).flatMap(({ ids }) => ids);
  // The last unit may be cut off.
  const behind = all.slice(first + own.length, after.length > AFTER_UNITS ? -1 : undefined).map(shifted);
  const following = behind.slice(0, MOST_FOLLOWING);
  const taken = [...own, ...following].reduce((total, unit) => total + unit.ids.length, preamble.length);
  return {
    contextIds: [...preamble, ...(taken < room ? context.slice(taken - room) : [])],
    units,
    following,
    text: whole.slice(base, base + (following.at(-1)?.end ?? units.at(-1)?.end ?? 0)),
    own: { start: from, end: from + section.length },
  };
}
