import type { EncoderReading } from '../../contract/model.js';
import { tokenTexts } from '../../tokenizer/tokenTexts.js';
import type { Tokenizer } from '../../tokenizer/tokenizerContract.js';
import type { SectionText } from './sectionText.js';
import type { Suspect } from './suspects.js';

/** Where an alternative comes from: a likelier token, what the model wrote there, both at once, what stands there twice, neighbours exchanged, a word with a letter other. */
export type AlternativeSource = 'read' | 'written' | 'agreed' | 'doubled' | 'swapped' | 'respelt';

/** What could stand in the place of some units. */
export interface Alternative {
  /** Half-open range of unit indices. */
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly source: AlternativeSource;
}

/** Nats by which a token has to be likelier than the one that stands there. */
const LEAST_GAP = 1;
/** The likeliest tokens that are tried at most. */
const MOST_READ = 2;
const DOUBLED_WORD = /(?<![\w-])(\p{L}[\w-]*)([ \t]+)\1(?![\w-])/giu;
/** Two short values in a list, each at most a call's name or a literal. */
const NEIGHBOURS = /(?<=[([,]\s*)([\w.$'"`/-]+)(,\s*)([\w.$'"`/-]+)(?=\s*[,)\]])/gu;

/**
 * The tokens that the encoder finds likelier at a suspect's place than what stands there: in the place of that token, and in that of the
 * rest of its word.
 */
export function likelierTokens(
  { units }: Pick<SectionText, 'units'>,
  { to, at }: Suspect,
  reading: EncoderReading,
  tokenizer: Tokenizer,
): readonly Alternative[] {
  const found: Alternative[] = [];
  for (const [rank, id] of reading.ids.slice(0, MOST_READ).entries()) {
    if (reading.logProbs[rank]! < reading.logProb! + LEAST_GAP) break;
    const [text] = tokenTexts([id], tokenizer);
    if (text === undefined || text.includes('\n') || text.trim() === '') continue;
    if (text !== units[at]!.text) found.push({ from: at, to: at + 1, text, source: 'read' });
    if (to > at + 1) found.push({ from: at, to, text, source: 'read' });
  }
  return found;
}

/** Lines and words that stand there twice, without the second one. */
export function withoutDoubles(section: SectionText): readonly Alternative[] {
  const { text, own } = section;
  const found: ReturnType<typeof alternativeAt>[] = [];
  const lines = text.slice(0, own.end).split(/(?<=\n)/u);
  let start = 0;
  for (const [i, line] of lines.entries()) {
    const end = start + line.length;
    const isSecond = i > 0 && line.endsWith('\n') && line.trim() !== '' && line === lines[i - 1];
    if (isSecond) found.push(alternativeAt(section, start, end, ''));
    start = end;
  }
  for (const { index, 0: both, 1: word } of text.slice(0, own.end).matchAll(DOUBLED_WORD)) {
    found.push(alternativeAt(section, index + word!.length, index + both.length, ''));
  }
  return found.flatMap((each) => (each ? [{ ...each, source: 'doubled' as const }] : []));
}

/** Neighbours in a list of arguments or elements, exchanged, where one of them is suspect. */
export function exchanged(section: SectionText, suspects: readonly Suspect[]): readonly Alternative[] {
  const { text, own, units } = section;
  const isSuspect = (start: number, end: number): boolean =>
    suspects.some(({ at }) => units[at]!.start < end && units[at]!.end > start);
  return [...text.slice(0, own.end).matchAll(NEIGHBOURS)].flatMap(({ index, 0: both, 1: a, 2: comma, 3: b }) => {
    if (a === b || !isSuspect(index, index + both.length)) return [];
    const alternative = alternativeAt(section, index, index + both.length, `${b!}${comma!}${a!}`);
    return alternative ? [{ ...alternative, source: 'swapped' as const }] : [];
  });
}

/** The whole units around a part of the section's text, with that part replaced; undefined where they may not change. */
function alternativeAt(
  { units, text, own }: SectionText,
  start: number,
  end: number,
  replacement: string,
): Omit<Alternative, 'source'> | undefined {
  if (start < own.start || end > own.end) return undefined;
  const from = units.findIndex((unit) => unit.end > start);
  const to = units.findLastIndex((unit) => unit.start < end) + 1;
  if (from < 0 || units.slice(from, to).some(({ pinned }) => pinned)) return undefined;
  const before = text.slice(units[from]!.start, start);
  const after = text.slice(end, units[to - 1]!.end);
  return { from, to, text: before + replacement + after };
}
