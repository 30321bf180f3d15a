import type { InfillOutcome } from '../../shared/outcome.js';

/**
 * What a line is answered with where there is no text: why there is none, beside what every answer has.
 *
 * @param work what was done, in the order in which it is written
 */
export function noText(outcome: InfillOutcome, work: object): object {
  const { reason, detail } = outcome.kind === 'none' ? outcome : { reason: 'empty', detail: '' };
  return { text: '', ...work, tokens: 0, confidence: 0, reason, detail };
}
