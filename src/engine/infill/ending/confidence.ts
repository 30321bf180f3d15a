import type { Calibration } from '../../contract/recommended.js';
import { hasWord } from '../../text/lines.js';

/** Shares nearer to 0 or 1 than this say no more. */
const SUREST = 0.001;

/** What a text is like, besides its tokens. */
export interface TextForm {
  readonly text: string;
  /** Whether it is for a line that has nothing but blanks. */
  readonly onEmptyLine: boolean;
}

/**
 * How often such a text is right as far as it goes (everything written can stay), 0..1: a logistic function of the tokens' joint
 * log-probability, of the share of its end and of the text's form, fitted on held-out holes (Platt scaling). Tokens are
 * seldom independent and networks are too sure of themselves, so no mean of probabilities says it.
 *
 * @param probabilities of the text's tokens.
 * @param share of its end among all ends, or of all ends that are no nearer; undefined where ends were not compared.
 * @param form absent = it does not count.
 */
export function calibratedConfidence(
  calibration: Calibration,
  probabilities: readonly number[],
  share: number | undefined,
  form?: TextForm,
): number {
  const { joint, end, constant } = calibration;
  const bounded = Math.min(Math.max(share ?? 0.5, SUREST), 1 - SUREST);
  const logOdds =
    constant +
    joint * logJointOf(probabilities) +
    end * Math.log(bounded / (1 - bounded)) +
    formOdds(calibration, form);
  return 1 / (1 + Math.exp(-logOdds));
}

/** Log-probability of tokens together, nats, as if each depended on nothing but those before it. */
export function logJointOf(probabilities: readonly number[]): number {
  return probabilities.reduce((sum, probability) => sum + Math.log(probability), 0);
}

function formOdds({ length = 0, bare = 0, emptyLine = 0 }: Calibration, form: TextForm | undefined): number {
  if (form === undefined) return 0;
  const { text, onEmptyLine } = form;
  return length * Math.log(Math.max(1, text.length)) + (hasWord(text) ? 0 : bare) + (onEmptyLine ? emptyLine : 0);
}
