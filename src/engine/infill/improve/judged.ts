import { sum } from './sum.js';
import type { EncoderReading, ModelEncoder } from '../../contract/model.js';
import type { Tokenizer } from '../../tokenizer/tokenizerContract.js';
import type { Alternative } from './alternatives.js';
import type { SectionText } from './sectionText.js';

/** Tokens behind a change that are read with it: few tell whether it is worth to read on. */
const FIRST_AFTER = 3;
const TOKENS_AFTER = 14;
/** Alternatives of a place that are read on. */
const MOST_AT_A_PLACE = 2;

/** A section as the encoder reads it. */
export interface ReadSection extends SectionText {
  /** Before each token of the section and of what follows it. */
  readonly readings: readonly EncoderReading[];
}

/** An alternative with what the encoder says of the text with it and without it; log-probabilities in nats. */
export interface Judged extends Alternative {
  /** Of what stands there and the tokens behind it, and of the alternative and the same. */
  readonly before: number;
  readonly after: number;
  /** The same without what is behind it. */
  readonly ownBefore: number;
  readonly ownAfter: number;
  readonly tokensBefore: number;
  readonly tokensAfter: number;
  /** The least likely token of the alternative; 0 of none. */
  readonly leastAfter: number;
  /** By how much the likeliest token at its start is likelier than the one that stands there. */
  readonly doubt: number;
}

/**
 * Alternatives with how likely the text is with each of them. Left out are those that are less likely with the next tokens already, that hold no
 * promise then, and of one place all but the likeliest few.
 *
 * @param room tokens that can be read behind the section's context
 * @param isPromising whether one that was read with few tokens behind it is worth reading on
 */
export async function judged(
  section: ReadSection,
  alternatives: readonly Alternative[],
  { encoder, tokenizer, room }: Reader,
  isPromising: (judged: Judged) => boolean = () => true,
): Promise<readonly Judged[]> {
  const gain = ({ before, after }: Judged): number => after - before;
  const first = await readAll(section, alternatives, FIRST_AFTER, { encoder, tokenizer, room });
  const likelier = first.filter((each) => gain(each) > 0 && isPromising(each)).sort((a, b) => gain(b) - gain(a));
  const overlaps = (a: Alternative, b: Alternative): boolean => a.from < b.to && b.from < a.to;
  const kept: Judged[] = [];
  for (const each of likelier) {
    if (kept.filter((other) => overlaps(each, other)).length < MOST_AT_A_PLACE) kept.push(each);
  }
  return readAll(section, kept, TOKENS_AFTER, { encoder, tokenizer, room });
}

interface Reader {
  readonly encoder: ModelEncoder;
  readonly tokenizer: Tokenizer;
  readonly room: number;
}

async function readAll(
  section: ReadSection,
  alternatives: readonly Alternative[],
  tokensAfter: number,
  { encoder, tokenizer, room }: Reader,
): Promise<readonly Judged[]> {
  const units = [...section.units, ...section.following];
  const ids = units.flatMap((unit) => unit.ids);
  const tokenAt = tokenStarts(units);
  const texts = alternatives.flatMap((alternative) => {
    const { from, to, text } = alternative;
    // The token before takes part, for it may join with the first one.
    const begin = Math.max(0, from - 1);
    let end = to;
    while (end < units.length && tokenAt[end]! - tokenAt[to]! < tokensAfter) end++;
    const head = section.text.slice(units[begin]!.start, units[from]!.start);
    const tail = end > to ? section.text.slice(units[to]!.start, units[end - 1]!.end) : '';
    const continuation = tokenizer.encode(head + text + tail);
    if (continuation.length === 0 || tokenAt[begin]! + continuation.length > room) return [];
    return [{ alternative, begin, end, own: Buffer.byteLength(head + text), continuation }];
  });
  if (texts.length === 0) return [];
  const answers = await encoder.scoreContinuations(
    section.contextIds,
    ids,
    texts.map(({ begin, continuation }) => ({ after: tokenAt[begin]!, ids: continuation })),
  );
  const of = (from: number, to: number): number => sum(section.readings.slice(from, to).map(({ logProb }) => logProb!));
  return texts.map(({ alternative, begin, end, own, continuation }, i): Judged => {
    const { from, to } = alternative;
    const logProbs = [...answers[i]!];
    const ownTokens = tokensOf(continuation, own, tokenizer);
    const skipped = tokenAt[from]! - tokenAt[begin]!;
    const { logProbs: likeliest, logProb } = section.readings[tokenAt[from]!]!;
    return {
      ...alternative,
      before: of(tokenAt[begin]!, tokenAt[end]!),
      after: sum(logProbs),
      ownBefore: of(tokenAt[begin]!, tokenAt[to]!),
      ownAfter: sum(logProbs.slice(0, ownTokens)),
      tokensBefore: tokenAt[to]! - tokenAt[from]!,
      tokensAfter: Math.max(0, ownTokens - skipped),
      leastAfter: Math.min(0, ...logProbs.slice(skipped, ownTokens)),
      doubt: likeliest[0]! - logProb!,
    };
  });
}

/** Index of the first token of each unit, and of what is behind the last one. */
export function tokenStarts(units: readonly { readonly ids: readonly number[] }[]): readonly number[] {
  const starts = [0];
  for (const { ids } of units) starts.push(starts.at(-1)! + ids.length);
  return starts;
}

/** How many of `ids` say something of the first `bytes`. */
function tokensOf(ids: readonly number[], bytes: number, tokenizer: Tokenizer): number {
  let own = 0;
  for (let length = 0; own < ids.length && length < bytes; own++) length += tokenizer.bytesOf(ids[own]!).length;
  return own;
}
