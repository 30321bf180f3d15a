import type { FoundCalibration } from '../../contract/recommended.js';
import { RIGHT_ENOUGH } from '../../project/foundMiddle.js';

/** What a text's own tokens say. */
export interface TextEvidence {
  readonly characters: number;
  /** Of the encoder, nats: the text's tokens together, their mean, and the least likely one. */
  readonly logText: number;
  readonly meanToken: number;
  readonly leastToken: number;
}

/** What speaks for a text that was found in the project. */
export interface FoundEvidence extends TextEvidence {
  /** Tokens (of the index) that are equal to the left and to the right. */
  readonly left: number;
  readonly right: number;
  /** Places at which it was found. */
  readonly votes: number;
  /** Tokens equal to the left and, at most ten, to the right, where nothing stood between the same neighbours; 0 = nowhere. */
  readonly nothing: number;
  /** Log-probability of the start of the suffix after it, nats. */
  readonly logSuffix: number;
  /** By how much text and suffix together are likelier than the suffix alone, nats. */
  readonly gain: number;
  /** Whether it was written lately, see FoundSource. */
  readonly isEdit?: boolean;
}

/** @param logProbs of the text's tokens, nats */
export function textEvidence(text: string, logProbs: readonly number[]): TextEvidence {
  const logText = logProbs.reduce((total, value) => total + value, 0);
  return {
    characters: text.length,
    logText,
    meanToken: logText / Math.max(1, logProbs.length),
    leastToken: Math.min(0, ...logProbs),
  };
}

/** Equal tokens beyond these say no more. */
const MOST_LEFT = 30;
const MOST_RIGHT = 20;

/**
 * The numbers that a calibration has weights for. Scaled so that none of them outgrows the others.
 */
export function featuresOf(
  evidence: FoundEvidence,
): Readonly<Record<keyof Omit<FoundCalibration, 'constant' | 'edit'>, number>> {
  const { left, right, votes, nothing, characters, logText, meanToken, leastToken, logSuffix, gain } = evidence;
  return {
    left: Math.min(left, MOST_LEFT) / 10,
    logLeft: Math.log(1 + Math.min(left, MOST_LEFT)),
    right: Math.min(right, RIGHT_ENOUGH) / 5,
    logRight: Math.log(1 + Math.min(right, MOST_RIGHT)),
    logVotes: Math.log(votes),
    nothing: nothing / 10,
    logCharacters: Math.log(1 + characters),
    logText: logText / 10,
    meanToken,
    leastToken: leastToken / 5,
    logSuffix: logSuffix / 5,
    gain: gain / 10,
  };
}

/** How often a text of such evidence is right as far as it goes, 0..1: a logistic function, fitted on held-out holes. */
export function chanceOf(evidence: FoundEvidence, { constant, edit = 0, ...weights }: FoundCalibration): number {
  const features = featuresOf(evidence);
  const names = Object.keys(features) as (keyof typeof features)[];
  const sum = names.reduce(
    (total, name) => total + weights[name] * features[name],
    constant + (evidence.isEdit ? edit : 0),
  );
  return 1 / (1 + Math.exp(-sum));
}
