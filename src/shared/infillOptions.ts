/**
 * Per-request options. They arrive resolved: the engine has no defaults of its own. Changing one needs no restart.
 * `OPTION_RANGES` says which numbers they may be.
 */
export interface InfillOptions {
  /**
   * Number of steps N. A step is one pass of a network that settles something on the canvas, and there are never more; easy text
   * finishes in fewer. Samplers of the diffusion family make the times of their reverse process of it.
   */
  readonly steps: number;
  /**
   * Milliseconds after which no further step may end, counted from when the request begins to compute; a step is always taken. Absent =
   * none. With a deadline the text depends on how fast this computer is.
   */
  readonly deadlineMs?: number;
  /** Upper limit of the middle, in tokens. The canvas is never longer than this. */
  readonly maxTokens: number;
  /** How many alternatives to denoise. Duplicates are removed, so fewer may come back. */
  readonly candidates: number;
  /** `never`: one line. `always`: a block. `auto`: decided from the text around the cursor. */
  readonly multiline: MultilinePolicy;
  /** 0 = most likely token; above 0 tokens are sampled. Candidate 0 is always deterministic when it is 0. */
  readonly temperature: number;
  /** Nucleus: sample among the smallest set of tokens with this total probability. */
  readonly topP: number;
  /** Seed of all randomness: the same request with the same seed gives the same text. */
  readonly seed: number;
  /** Candidates whose confidence (0..1, see `Candidate`) is below this are dropped with the reason `low-confidence`. */
  readonly minConfidence: number;
  /** The middle ends where the likeliest token is less probable than this, 0..1, 0 = never; absent = what the model recommends. */
  readonly stopBelow?: number;
  /** Also return what each step committed. */
  readonly trace: boolean;
  /** Whether each step also tells what is known of every position of the canvas; absent = no. */
  readonly positions?: boolean;
  /** Sampler by its name, `name:key=value` with parameters; absent = what the model recommends. */
  readonly sampler?: string;
  /** How committed tokens are masked again; absent = what the model recommends with its own sampler, else not. */
  readonly remask?: string;
  /** How long a middle is: `auto`, `fixed`, `cal` or `expand`; absent = what the model recommends. */
  readonly length?: string;
}

export const MULTILINE_POLICIES = ['auto', 'never', 'always'] as const;
export type MultilinePolicy = (typeof MULTILINE_POLICIES)[number];

/** Which positions become which tokens in a step: the names that `InfillOptions.sampler` knows. */
export const SAMPLERS = [
  'entropy-bound',
  'sedd-analytic',
  'sedd-euler',
  'mdlm-ancestral',
  'first-hitting',
  'llada-low-confidence',
  'llada-random',
  'dream-origin',
  'dream-maskgit-plus',
  'dream-topk-margin',
  'dream-entropy',
  'fast-dllm-threshold',
  'fast-dllm-factor',
  'p2',
] as const;
export type SamplerName = (typeof SAMPLERS)[number];

/** How committed tokens are masked again (ReMDM). */
export const REMASKINGS = ['none', 'cap', 'rescale', 'conf', 'loop'] as const;
export type RemaskingName = (typeof REMASKINGS)[number];

/** How long a middle is. */
export const LENGTHS = ['auto', 'fixed', 'cal', 'expand'] as const;
export type LengthName = (typeof LENGTHS)[number];

/** Options whose change needs the model to be loaded again. */
export interface RuntimeOptions {
  /** Absolute path of a model folder (holds manifest.json). */
  readonly modelPath: string;
  readonly device: Device;
  /** Compute threads; 0 = number of physical cores. */
  readonly threads: number;
}

export const DEVICES = ['auto', 'cpu', 'cuda', 'dml', 'webgpu', 'coreml'] as const;
export type Device = (typeof DEVICES)[number];
