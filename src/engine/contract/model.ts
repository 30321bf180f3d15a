import type { RecommendedOptions } from './recommended.js';

/** Stands for a token that a model does not have: no id of a text equals it. */
export const NO_TOKEN = -1;

/**
 * What the infilling loop asks of a model. Token ids are plain numbers; positions on the canvas count from 0.
 * Implementations: `EncoderDenoiser`, `OneNetwork` and `FullSequenceModel`.
 */
export interface InfillModel {
  readonly manifest: ModelManifestView;
  /**
   * Opens a context: reads `prefix` and `suffix` (token ids WITHOUT the tokens that open them, which are added here) and reuses what
   * the cache holds. A model has one open context at a time; opening another one closes it.
   */
  openContext(prefix: readonly number[], suffix: readonly number[]): Promise<ModelContext>;
  /**
   * While `work` runs, contexts of one document are opened in turns: what a context shares with the ones before is not read again, and not in the
   * blocks in which it would be read alone. So answers depend on what was opened since `work` began, in their last bits, and on nothing before that.
   * Absent where contexts share nothing.
   */
  readonly inTurns?: <T>(work: () => Promise<T>) => Promise<T>;
  /** Absent where the model reads nothing causally: whether it is there is the only question about what a model can do. */
  readonly encoder?: ModelEncoder;
  dispose(): Promise<void>;
}

/**
 * What reads the prefix, by itself: an exact autoregressive language model, which sees no suffix. It is a part of the model, or the
 * whole network as it reads. Its calls use and extend the prefix cache.
 */
export interface ModelEncoder {
  /** Log-probability (nats) of each of `ids` after `prefix`. */
  scoreTokens(prefix: readonly number[], ids: readonly number[]): Promise<Float64Array>;
  /**
   * The encoder's distribution before each of `ids`, which follow `prefix`, and after the last of them: ids.length + 1 readings. The
   * call closes the open context. If that context has this prefix, the tokens that were appended to it are not read again.
   */
  readTokens(prefix: readonly number[], ids: readonly number[]): Promise<readonly EncoderReading[]>;
  /**
   * Log-probabilities (nats) of the ids of each continuation. A continuation follows `prefix` and the first `after` of `ids`. The
   * encoder reads all of them in one pass. The call closes the open context.
   */
  scoreContinuations(
    prefix: readonly number[],
    ids: readonly number[],
    continuations: readonly Continuation[],
  ): Promise<readonly Float64Array[]>;
}

export interface Continuation {
  readonly after: number;
  readonly ids: readonly number[];
}

/** The encoder's distribution at one place. */
export interface EncoderReading {
  /** The k most likely ids and their log-probabilities (nats), most likely first. */
  readonly ids: readonly number[];
  readonly logProbs: readonly number[];
  /** Log-probability of the id that follows; undefined after the last one. */
  readonly logProb: number | undefined;
}

export interface ModelManifestView {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly vocabularySize: number;
  readonly tokens: {
    readonly start: number;
    /** `NO_TOKEN` where noise is uniform: there is no such token. */
    readonly mask: number;
    /** `NO_TOKEN` where the model has no token for the end of a middle: it fills the whole canvas. */
    readonly endOfMiddle: number;
    /** Tokens with which the model asks for one more position, or for one less (DreamOn). */
    readonly expand?: number;
    readonly delete?: number;
  };
  /** Tokens, the start token not counted; contextRoom.ts says how much of a document is read. */
  readonly limits: { readonly prefix: number; readonly suffix: number; readonly canvas: number };
  readonly recommended: RecommendedOptions;
  /** Absent = clean. */
  readonly parameterization?: NetworkKind['parameterization'];
  /** Absent = absorbing. */
  readonly graph?: NetworkKind['graph'];
  /** Whether predictions depend on `CanvasQuery.noise`; absent = only those of score networks do. */
  readonly timeConditioned?: boolean;
  /** Ids that no text has, ascending: no prediction names them, and noise is none of them. Absent = the mask alone. */
  readonly neverChosen?: readonly number[];
}

/** What a network's output means. */
export interface NetworkKind {
  /** `clean`: the distribution of the clean token; `score`: ratios of probabilities under noise (SEDD). */
  readonly parameterization: 'clean' | 'score';
  /** Noise that masks tokens, or that replaces them by any. */
  readonly graph: 'absorbing' | 'uniform';
}

export interface ModelContext {
  /** How many tokens of prefix and suffix, with those that open them, had to be read, and how many came from the cache. */
  readonly encodedTokens: number;
  readonly reusedTokens: number;
  /**
   * Denoises canvases that all stand in this context, as the search for a length compares them. One with no positions is skipped.
   * Answers for each canvas, in the order of `positions`.
   * @param encoderMix weight, 0..1, at position 0 of what is predicted causally, from all that stands before it; 0 where there is no
   * `encoder`.
   */
  predict(canvases: readonly CanvasQuery[], encoderMix: number): Promise<readonly (readonly Prediction[])[]>;
  /** Absent where the model has no encoder. */
  readonly encoder?: ContextEncoder;
}

/**
 * What is predicted causally in a context that is open. `EncoderDenoiser`'s encoder sees no suffix here either; `OneNetwork` does, and
 * tells `<eom>` as well.
 */
export interface ContextEncoder {
  /** Moves tokens that were committed at the left end of the canvas into the context; they may be read with the next pass. */
  append(tokens: readonly number[]): Promise<void>;
  /**
   * Appends `tokens`. In the same pass `proposals` are read, which follow them. The first answer is the distribution of the canvas's new position 0. The second is that of position 1, given that `proposals[0]` stands at
   * position 0, and so on.
   *
   * Each answer mixes the exact causal distribution with what the last `predict`, of a single canvas, said of that position. There are
   * proposals.length + 1 answers, or fewer where the last `predict` had fewer rows and the mixture needs them: `OneNetwork` does not
   * with a mix of 1. `position` is 0 in each of them.
   */
  verify(
    tokens: readonly number[],
    proposals: readonly number[],
    options: VerifyOptions,
  ): Promise<readonly Prediction[]>;
}

export interface VerifyOptions {
  readonly encoderMix: number;
  readonly wantEncoder: boolean;
}

export interface CanvasQuery {
  /** The canvas: token ids, the mask id where unknown. Canvases may differ in length. */
  readonly canvas: readonly number[];
  /** Canvas positions to predict, ascending. */
  readonly positions: readonly number[];
  /**
   * Where given, position 0 may only become one of these ids (token healing, single-line constraints); its distribution is
   * renormalised over them.
   */
  readonly allowedFirst?: readonly number[];
  /** Also return what is predicted causally of position 0 (evidence for where to stop), where there is an `encoder`. */
  readonly wantEncoder?: boolean;
  /** Also return full distributions. */
  readonly wantDistribution?: boolean;
  /** How noisy the canvas is, for time-conditioned networks: time 0..1 and total noise. */
  readonly noise?: { readonly t: number; readonly sigma: number };
}

/** The predicted distribution of one canvas position. */
export interface Prediction {
  readonly position: number;
  /** The most likely ids, most likely first (16, fewer when restricted, more where a sampler reads all), never the mask id, nor one that the tokenizer does not have. */
  readonly ids: readonly number[];
  /** Natural-log probabilities of `ids` under the full distribution. */
  readonly logProbs: readonly number[];
  /**
   * Where asked, for all ids [vocabulary]: natural-log probabilities, -Infinity for ids that are never chosen and for those that may
   * not stand there; of a score network log scores, 0 for the token that stands there.
   */
  readonly distribution?: Float32Array;
  /** Of a score network: the natural logarithm of the sum of the scores of which `logProbs` are the parts. */
  readonly logScoreSum?: number;
  /** Shannon entropy of the full distribution, nats. */
  readonly entropy: number;
  /** Position 0 only, where asked: the k most likely ids of what is predicted causally and their log-probabilities, unrestricted. */
  readonly encoder?: { readonly ids: readonly number[]; readonly logProbs: readonly number[] };
}

/** What a model's output means, with what its manifest leaves out. */
export function networkOf({ parameterization, graph }: ModelManifestView): NetworkKind {
  return { parameterization: parameterization ?? 'clean', graph: graph ?? 'absorbing' };
}
