import type { EncoderReading } from '../../contract/model.js';
import { isBlank } from '../../text/lines.js';

export interface EndCandidatesOptions {
  /** What each written token says; the first ones may begin with healed characters. */
  readonly texts: readonly string[];
  /** UTF-16 units at the start that stand in the prefix already. */
  readonly healed: number;
  /** The encoder's reading before each token, and after the last: one more than `texts`. */
  readonly readings: readonly EncoderReading[];
  /** Text after the hole, and its first token. */
  readonly suffix: string;
  readonly firstSuffixId: number | undefined;
  /** Whether a middle may end as it does; absent = it may. */
  readonly mayEnd?: ((middle: string) => boolean) | undefined;
  /** What every character adds to a middle's likelihood beforehand, nats. */
  readonly characterPrior: number;
}

/** The most ends that are worth reading on from: each costs a pass of the encoder over a few tokens. */
const BETWEEN_TOKENS = 4;
const INSIDE_TOKENS = 3;
/** What an id that a reading does not list is less likely than its least likely one, nats. */
const UNLISTED = 1;

/**
 * Where the middle could end, as lengths of the written text (UTF-16 units, healed ones included), ascending. Between
 * tokens: the likeliest by log p(tokens) + log p(the suffix's first token | tokens), which one reading of the tokens
 * tells. Inside a token: where what it goes on with is how the suffix begins, or where a line ends. And nothing at all. Where the middle
 * may end nowhere else, it ends where it may not.
 */
export function endCandidates({
  texts,
  healed,
  readings,
  suffix,
  firstSuffixId,
  characterPrior,
  mayEnd,
}: EndCandidatesOptions): number[] {
  const written = texts.join('');
  const mayEndAt = (at: number): boolean => mayEnd?.(written.slice(healed, at)) ?? true;
  const between: { readonly end: number; readonly score: number }[] = [];
  let end = 0;
  let likelihood = 0;
  for (const [i, reading] of readings.entries()) {
    if (i > 0) {
      likelihood += readings[i - 1]!.logProb ?? 0;
      end += texts[i - 1]!.length;
    }
    if (end > healed)
      between.push({ end, score: likelihood + logProbOf(reading, firstSuffixId) + characterPrior * end });
  }
  between.sort((a, b) => b.score - a.score);
  const allowed = between.filter((each) => mayEndAt(each.end));
  const likeliest = (allowed.length > 0 ? allowed : between).slice(0, BETWEEN_TOKENS);
  const known = new Set([healed, ...likeliest.map((each) => each.end)]);
  const boundaries = new Set(between.map((each) => each.end));
  let inside = 0;
  for (let at = healed + 1; at < written.length && inside < INSIDE_TOKENS; at++) {
    if (boundaries.has(at) || !meetsSuffix(written, at, suffix) || !mayEndAt(at)) continue;
    known.add(at);
    inside++;
  }
  return [...known].sort((a, b) => a - b);
}

function logProbOf({ ids, logProbs }: EncoderReading, id: number | undefined): number {
  const at = id === undefined ? -1 : ids.indexOf(id);
  return at < 0 ? (logProbs.at(-1) ?? 0) - UNLISTED : logProbs[at]!;
}

/** Two characters agree, a single one if it is all the suffix has in its line; or a line ends before both. */
function meetsSuffix(written: string, at: number, suffix: string): boolean {
  if (written[at] === '\n') return suffix.startsWith('\n');
  const start = suffix.slice(0, 2).split('\n')[0]!;
  return !isBlank(start) && written.startsWith(start, at);
}
