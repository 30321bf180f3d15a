/**
 * The options that hold for a request of at most `steps` steps: a model that has few steps may do better with others than
 * with many. The first entry of `bySteps` that reaches `steps` has the word; beyond the last, the options themselves.
 */
export function recommendedAt(recommended: RecommendedOptions, steps: number): RecommendedOptions {
  const entry = recommended.bySteps?.find(({ upTo }) => steps <= upTo);
  if (!entry) return recommended;
  const { upTo: _, ...overrides } = entry;
  return { ...recommended, ...overrides };
}

/** Options that belong to the weights rather than to the person. */
export interface RecommendedOptions {
  readonly steps: number;
  /** Commit every token whose entropies together stay under this bound (nats). */
  readonly entropyBound: number;
  /** Whether tokens committed at the left end move into the encoder's context. */
  readonly absorb: boolean;
  /** Weight of the encoder's own log-probability in row 0, 0..1. */
  readonly encoderMix: number;
  /** Weight of the encoder's evidence that the suffix comes next when `<eom>` is decided, 0..1; 0 = not used. */
  readonly stopEvidence: number;
  readonly minConfidence: number;
  /** The middle ends where the most likely token is less probable than this, 0..1; absent = 0 = never. */
  readonly stopBelow?: number;
  /**
   * Drafting: how many tokens may be committed after those of a pass without another one, where `absorb` has the encoder read
   * them; absent = 0 = none. Candidates are then denoised one after the other.
   */
  readonly draftTokens?: number;
  /** How many of them the denoiser proposes, for the encoder to read in one pass; absent = all but the last. */
  readonly draftAhead?: number;
  /** Such a token needs this probability, 0..1; absent = 0. */
  readonly draftConfidence?: number;
  /** Whether the encoder's likelihood of text and suffix together decides where the middle ends; absent = no. */
  readonly rankEnds?: boolean;
  /** How much likelier than nothing it is beforehand that something is missing, nats; absent = 0. */
  readonly missingPrior?: number;
  /** What every character adds to a middle's likelihood, nats (UTF-16 units); absent = 0. */
  readonly characterPrior?: number;
  /** Most tokens of the lines after the cursor's that are put before the prefix; absent = 0 = none. */
  readonly preamble?: number;
  /** Canvas positions for the rest of a line, and for lines of a block; absent = 16 and 64. */
  readonly lineCanvas?: number;
  readonly blockCanvas?: number;
  /**
   * Canvas positions for every step at most; absent = 2. With more of them steps have to settle tokens far from the context, at
   * which a young denoiser guesses: better a short text that is right.
   */
  readonly positionsPerStep?: number;
  /** Makes confidences say how often a text is right; absent = geometric means of token probabilities. */
  readonly calibration?: Calibration;
  /** Sampler, remasking and choice of length, as a request's options write them; absent = entropy-bound, none, auto. */
  readonly sampler?: string;
  readonly remask?: string;
  readonly length?: string;
  /** What differs where a request has few steps, by ascending `upTo`. */
  readonly bySteps?: readonly RecommendedAtSteps[];
}

/** Of a logistic function, see confidence.ts. */
export interface Calibration {
  readonly joint: number;
  readonly end: number;
  readonly constant: number;
}

/** Holds for requests of at most `upTo` steps. */
export type RecommendedAtSteps = { readonly upTo: number } & Partial<
  Omit<RecommendedOptions, 'steps' | 'bySteps' | 'calibration'>
>;
