import type { InfillRequest, TextContext } from '../../../shared/infillRequest.js';
import type { Candidate, InfillOutcome } from '../../../shared/outcome.js';
import { isBlank, type LinesAround } from '../../text/lines.js';

/**
 * Whether the cursor stands at the very start of an indented line. What is written there can only be lines of their own above that
 * one: joined with its indentation and text, no beginning of a line makes sense. Before a line that is not indented it may.
 */
export function isLineAbove({ line, rest }: Pick<LinesAround, 'line' | 'rest'>): boolean {
  return line === '' && /^[ \t]/u.test(rest) && !isBlank(rest);
}

/**
 * The request for lines above the cursor's as an editor asks once a line has been opened for them. Half a line with a line break
 * after it is of no use, so doubt does not end the text early, unless the request says how much of it does.
 */
export function withLineOpened({ context, options, ...others }: InfillRequest): InfillRequest {
  return {
    ...others,
    context: { ...context, suffix: context.eol + context.suffix },
    options: { ...options, stopBelow: options.stopBelow ?? 0 },
  };
}

/** The outcome of `withLineOpened` for the document as it is: the break that was opened there belongs to each text. */
export function withLineBreak(outcome: InfillOutcome, eol: TextContext['eol']): InfillOutcome {
  const broken = (candidate: Candidate): Candidate => candidateWithLineBreak(candidate, eol);
  if (outcome.kind === 'infill') return { ...outcome, candidates: outcome.candidates.map(broken) };
  return outcome.doubtful === undefined ? outcome : { ...outcome, doubtful: broken(outcome.doubtful) };
}

/** A text of `withLineOpened` for the document as it is. */
export function candidateWithLineBreak(candidate: Candidate, eol: TextContext['eol']): Candidate {
  const last = candidate.tokens.length - 1;
  return {
    ...candidate,
    text: candidate.text + eol,
    ...(candidate.unasked && { unasked: { ...candidate.unasked, text: candidate.unasked.text + eol } }),
    tokens: candidate.tokens.map((token, i) => (i === last ? { ...token, text: token.text + eol } : token)),
  };
}
