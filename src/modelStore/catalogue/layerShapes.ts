import type { FullSequenceArchitecture } from '../../engine/network/folder/manifest.js';

/** What a network's costs follow from, as its configuration states it. */
export interface LayerShape {
  readonly network: FullSequenceArchitecture['network'];
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headSize: number;
  readonly feedForward: number;
  readonly vocabulary: number;
  /** Whether the output layer is the embedding. */
  readonly tied: boolean;
  /** The longest sequence that it was trained on, where that is less than an import reads; otherwise at least that. */
  readonly positions: number;
}

const LLAMA = { network: 'transformer', headSize: 128 } as const;

/** Qwen2.5-0.5B (config.json of Qwen/Qwen2.5-Coder-0.5B). */
export const QWEN2_05B = {
  ...LLAMA,
  hidden: 896,
  layers: 24,
  heads: 14,
  keyValueHeads: 2,
  headSize: 64,
  feedForward: 4864,
  vocabulary: 151_936,
  tied: true,
  positions: 32_768,
} as const;
/** Qwen2.5-7B (config.json of apple/DiffuCoder-7B-Base). */
export const QWEN2_7B = {
  ...LLAMA,
  hidden: 3584,
  layers: 28,
  heads: 28,
  keyValueHeads: 4,
  feedForward: 18_944,
  vocabulary: 152_064,
  tied: false,
  positions: 32_768,
} as const;
/** Qwen3-0.6B (config.json of Qwen/Qwen3-0.6B-Base). */
export const QWEN3_06B = {
  ...LLAMA,
  hidden: 1024,
  layers: 28,
  heads: 16,
  keyValueHeads: 8,
  feedForward: 3072,
  vocabulary: 151_936,
  tied: true,
  positions: 32_768,
} as const;
/** Qwen3-1.7B (config.json of Qwen/Qwen3-1.7B-Base). */
export const QWEN3_17B = { ...QWEN3_06B, hidden: 2048, feedForward: 6144 } as const;
/** LLaDA-8B (config.json of GSAI-ML/LLaDA-8B-Base). */
export const LLADA_8B = {
  ...LLAMA,
  hidden: 4096,
  layers: 32,
  heads: 32,
  keyValueHeads: 32,
  feedForward: 12_288,
  vocabulary: 126_464,
  tied: false,
  positions: 4096,
} as const;
/** iLLaDA-8B (GSAI-ML/iLLaDA-8B-Base; arXiv 2606.25331): its 7.62 billion weights leave no other feed-forward than Llama 3's. */
export const ILLADA_8B = {
  ...LLAMA,
  hidden: 4096,
  layers: 32,
  heads: 32,
  keyValueHeads: 8,
  feedForward: 14_336,
  vocabulary: 155_136,
  tied: true,
  positions: 4096,
} as const;
/** GPT-2 small (config.json of openai-community/gpt2); DiffuGPT's vocabulary is the same. */
export const GPT2_SMALL = {
  network: 'gpt2',
  hidden: 768,
  layers: 12,
  heads: 12,
  keyValueHeads: 12,
  headSize: 64,
  feedForward: 3072,
  vocabulary: 50_257,
  tied: true,
  positions: 1024,
} as const;
/** The small diffusion transformer of SEDD (configs/model/small.yaml) and MDLM (configs/model/small.yaml), the mask included. */
export const DIT_SMALL = { ...GPT2_SMALL, network: 'dit', vocabulary: 50_258, tied: false } as const;
/** SEDD's configs/model/medium.yaml. */
export const DIT_MEDIUM = {
  ...DIT_SMALL,
  hidden: 1024,
  layers: 24,
  heads: 16,
  keyValueHeads: 16,
  feedForward: 4096,
} as const;

const DIT_CONDITION = 128;

/** Whether queries and keys are normed, and whether projections have biases, costs next to nothing; `sigma`: told the noise level. */
export function architectureOf(
  shape: LayerShape,
  { queryKeyNorm = false, sigma = false }: { readonly queryKeyNorm?: boolean; readonly sigma?: boolean } = {},
): FullSequenceArchitecture {
  return {
    kind: 'full-sequence',
    network: shape.network,
    hiddenSize: shape.hidden,
    layers: shape.layers,
    attentionHeads: shape.heads,
    keyValueHeads: shape.keyValueHeads,
    headSize: shape.headSize,
    feedForwardSize: shape.feedForward,
    vocabularySize: shape.vocabulary,
    normEpsilon: 1e-6,
    ...(shape.network === 'gpt2' ? {} : { ropeTheta: 10_000 }),
    maxPositions: shape.positions,
    attentionBias: !queryKeyNorm && shape.network !== 'dit',
    queryKeyNorm,
    tiedEmbeddings: shape.tied,
    shift: false,
    timeInput: sigma ? 'sigma' : 'none',
    ...(shape.network === 'dit' ? { conditionSize: DIT_CONDITION } : {}),
    parameterization: sigma ? 'score' : 'clean',
    graph: 'absorbing',
    scaleBySigma: sigma,
  };
}
