import type { Candidate, InfillOutcome } from '../../../shared/outcome.js';
import type { Demands } from '../context/demands.js';

/**
 * The outcome of what lies between the demanded start and end, with both around each text. Where nothing is missing between them they
 * are the text.
 */
export function wholeOutcome(outcome: InfillOutcome, demands: Demands): InfillOutcome {
  const { start, end, startTokens, endTokens, contains, least } = demands;
  if (start === '' && end === '') return outcome;
  const whole = (candidate: Candidate): Candidate => ({
    ...candidate,
    text: start + candidate.text + end,
    tokens: [...startTokens, ...candidate.tokens, ...endTokens],
    ...(candidate.unasked && {
      unasked: { ...candidate.unasked, text: start + candidate.unasked.text + end },
    }),
  });
  if (outcome.kind === 'infill') return { ...outcome, candidates: outcome.candidates.map(whole) };
  if (outcome.reason === 'empty' && contains === undefined && least === 0) {
    const nothing: Candidate = { text: '', tokens: [], confidence: 1, stepsUsed: outcome.report.stepsUsed };
    return { kind: 'infill', candidates: [whole(nothing)], report: outcome.report };
  }
  return outcome.doubtful === undefined ? outcome : { ...outcome, doubtful: whole(outcome.doubtful) };
}
