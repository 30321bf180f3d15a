import type { SamplerState } from '../sampler.js';

/** What one ReMDM step does: the share of masked positions it reveals, and each committed position's chance to be masked. */
export interface RemaskStep {
  readonly reveal: number;
  readonly remask: (position: number) => number;
}

/** One way to choose ReMDM's sigma (arXiv 2503.00307, section 4). */
export type RemaskStrategy = (state: SamplerState) => RemaskStep;

/** The same chance for all, at most `eta`. */
export function cappedRemasking(eta: number): RemaskStrategy {
  return (state) => {
    const { clean, cleaner } = shares(state);
    return withSigma(state, Math.min(eta, most(clean, cleaner)));
  };
}

/** The same chance for all, `eta` of the most there can be. */
export function rescaledRemasking(eta: number): RemaskStrategy {
  return (state) => {
    const { clean, cleaner } = shares(state);
    return withSigma(state, eta * most(clean, cleaner));
  };
}

/** The less probable a token was when it was committed, the more likely it is masked again: softmax of -p over the canvas. */
export function confidenceRemasking(): RemaskStrategy {
  return (state) => {
    const { clean, cleaner } = shares(state);
    const weights = state.variable.map((position) => {
      const confidence = state.confidenceAt(position);
      return confidence === undefined ? 0 : Math.exp(-confidence);
    });
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const byPosition = new Map(state.variable.map((position, i) => [position, weights[i]!]));
    return {
      reveal: (cleaner - clean) / (1 - clean), // sigma is 0 where it is masked
      // While nothing is committed the total is 0 and nobody asks.
      remask: (position) => ((byPosition.get(position) ?? 0) / total) * most(clean, cleaner),
    };
  };
}

export interface LoopOptions {
  readonly eta: number;
  /** Remasking happens at times from `on` down to `off`, while the share `alpha` of the canvas stays clean. */
  readonly on: number;
  readonly off: number;
  readonly alpha: number;
}

/** Plain ancestral steps up to the share `alpha`, then steps that mask as much as they reveal, then ancestral to the end. */
export function loopedRemasking({ eta, on, off, alpha }: LoopOptions): RemaskStrategy {
  return ({ t, next }) => {
    if (t > on || t <= off) {
      const maskedAt = (time: number): number =>
        t > on ? 1 - ((1 - time) * alpha) / (1 - on) : (time * (1 - alpha)) / off;
      return { reveal: (maskedAt(t) - maskedAt(next)) / maskedAt(t), remask: () => 0 };
    }
    return { reveal: (eta * alpha) / (1 - alpha), remask: () => eta };
  };
}

/** The shares of clean tokens before and after the step: the reference's log-linear alpha, 1 - t. */
function shares({ t, next }: SamplerState): { readonly clean: number; readonly cleaner: number } {
  return { clean: 1 - t, cleaner: 1 - next };
}

/** The largest sigma that leaves the marginals as they are. */
function most(clean: number, cleaner: number): number {
  return clean > 0 ? Math.min(1, (1 - cleaner) / clean) : 1;
}

function withSigma(state: SamplerState, sigma: number): RemaskStep {
  const { clean, cleaner } = shares(state);
  return { reveal: (cleaner - (1 - sigma) * clean) / (1 - clean), remask: () => sigma };
}
