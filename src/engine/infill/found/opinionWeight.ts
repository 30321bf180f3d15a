import type { MixtureWeights } from '../../contract/recommended.js';
import { RIGHT_ENOUGH } from '../../project/foundMiddle.js';

/** What speaks for that which followed elsewhere. */
export interface OpinionEvidence {
  /** Tokens (of the index) that are equal to the left at the most alike place. */
  readonly left: number;
  /** Tokens that are equal there to those after the cursor. */
  readonly right: number;
  /** Whether a word was begun, which is equal too as far as it goes. */
  readonly isBegun: boolean;
  /** Places at which something followed, less alike ones counting less. */
  readonly votes: number;
  /** The part of them, 0..1, at which the likeliest token followed, and the part that lies in the edited document. */
  readonly share: number;
  readonly own: number;
  /** Log-probability (nats) that the model gives that token, and the likeliest of its own. */
  readonly logFound: number;
  readonly logModel: number;
}

/** Equal tokens beyond these say no more, and no token is less likely than that, nats. */
const MOST_LEFT = 30;
const LEAST_LOG = -12;

/** The numbers that a mixture has weights for. Scaled so that none of them outgrows the others. */
export function opinionFeatures(
  evidence: OpinionEvidence,
): Readonly<Record<keyof Omit<MixtureWeights, 'constant'>, number>> {
  const { left, right, isBegun, votes, share, own, logFound, logModel } = evidence;
  return {
    left: Math.min(left, MOST_LEFT) / 10,
    logLeft: Math.log(1 + Math.min(left, MOST_LEFT)),
    right: Math.min(right, RIGHT_ENOUGH) / 5,
    logVotes: Math.log(votes),
    share,
    own,
    begun: Number(isBegun),
    logFound: Math.max(logFound, LEAST_LOG) / 5,
    logModel: Math.max(logModel, LEAST_LOG) / 5,
  };
}

/** How much what followed elsewhere counts beside the model, 0..1: a logistic function, fitted on held-out holes. */
export function opinionWeight(evidence: OpinionEvidence, { constant, ...weights }: MixtureWeights): number {
  const features = opinionFeatures(evidence);
  const names = Object.keys(features) as (keyof typeof features)[];
  const sum = names.reduce((total, name) => total + weights[name] * features[name], constant);
  return 1 / (1 + Math.exp(-sum));
}
