import type { Candidate, CandidateToken, UnaskedText } from '../../../shared/outcome.js';
import { isBlank } from '../../text/lines.js';

/** A canvas's middle as text, before post-processing. */
export interface Middle {
  readonly text: string;
  /** Their texts joined are `text`. */
  readonly tokens: readonly CandidateToken[];
  readonly stepsUsed: number;
  /** Whether the model wrote it to its end. */
  readonly isWhole: boolean;
}

/** The candidate of a middle of which post-processing left `text`: each token with what is left of it. */
export function candidateOf(middle: Middle, text: string): Candidate {
  const tokens = tokensOf(middle.tokens, text);
  return {
    text,
    tokens,
    confidence: geometricMean(tokens.map(({ confidence }) => confidence)),
    stepsUsed: middle.stepsUsed,
  };
}

/**
 * The one that is expected to save most first, or the most confident where that is not known; each text once. Before them all the one
 * that was not drawn but is the most likely in every step, if there is one: alternatives that end early are easily more confident than
 * it, and less often what is missing.
 */
export function rankCandidates(candidates: readonly Candidate[], likeliest?: Candidate): Candidate[] {
  const ranked = candidates.toSorted(
    (a, b) => Number(b === likeliest) - Number(a === likeliest) || valueOf(b) - valueOf(a),
  );
  return ranked.filter(({ text }, i) => ranked.findIndex((other) => other.text === text) === i);
}

/** A candidate as what of another one is shown unasked. */
export function asUnasked({ text, confidence, worth = 0, source }: Candidate): UnaskedText {
  return { text, confidence, worth, ...(source === undefined ? {} : { source }) };
}

/** What candidates are ranked by. */
export function valueOf({ unasked, worth, confidence }: Candidate): number {
  return unasked?.worth ?? worth ?? confidence;
}

/** 0 for no values. */
export function geometricMean(values: readonly number[]): number {
  if (values.length === 0) return 0;
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/**
 * Gives each token its share of `text`, which is the tokens' own text cut at its end, with blanks and line ends adapted
 * to the document. So all but blanks must agree, and adapted blanks go with the character after them.
 */
function tokensOf(tokens: readonly CandidateToken[], text: string): CandidateToken[] {
  const left: CandidateToken[] = [];
  let at = 0;
  for (const token of tokens) {
    const end = matchedEnd(token.text, text, at);
    if (end === at && token.text !== '') {
      if (isBlank(token.text)) continue; // adapted away
      break; // cut here
    }
    left.push({ ...token, text: text.slice(at, end) });
    at = end;
  }
  const last = left.pop();
  return last ? [...left, { ...last, text: last.text + text.slice(at) }] : [];
}

/** How far `text` from `start` on is what a token says. */
function matchedEnd(token: string, text: string, start: number): number {
  let end = start;
  for (const character of token) {
    if (text.startsWith(character, end)) {
      end += character.length;
    } else if (character === '\n' && text.startsWith('\r\n', end)) {
      end += 2;
    } else if (!isBlank(character)) {
      const next = end + /^\s*/u.exec(text.slice(end))![0].length;
      if (!text.startsWith(character, next)) return end;
      end = next + character.length;
    }
  }
  return end;
}
