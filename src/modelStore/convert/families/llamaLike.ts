import * as z from 'zod';
import type { DetectedCheckpoint, Family } from '../checkpoint/checkpointFamily.js';
import { unsupported } from '../checkpoint/unsupported.js';
import {
  answered,
  CLEAN_ABSORBING,
  counts,
  maskOf,
  only,
  perHead,
  positive,
  readConfig,
  someId,
  someMask,
  type FamilySource,
} from './familySource.js';

const ropeSchema = z.looseObject({
  rope_theta: positive.optional(),
  rope_type: only('default'),
  type: only('default'),
});

const configSchema = z.looseObject({
  hidden_size: counts.width,
  num_hidden_layers: counts.layers,
  num_attention_heads: counts.heads,
  num_key_value_heads: counts.heads.optional(),
  head_dim: counts.headSize.nullish(),
  intermediate_size: counts.feedForward,
  vocab_size: counts.vocabulary,
  rms_norm_eps: positive,
  layer_norm_eps: z.null().optional(),
  max_position_embeddings: counts.positions.optional(),
  hidden_act: only('silu'),
  attention_bias: only(false),
  mlp_bias: only(false),
  use_sliding_window: only(false),
  rope_theta: positive.optional(),
  rope_scaling: ropeSchema.nullish(),
  rope_parameters: ropeSchema.nullish(),
  tie_word_embeddings: z.boolean().nullish(),
  mask_token_id: someMask,
  pad_token_id: someId,
  eos_token_id: someId,
});
type Config = z.infer<typeof configSchema>;

type LlamaLike = Extract<
  Family,
  'dream' | 'open-dcoder' | 'dqwen3' | 'coda' | 'illada' | 'a2d-llama' | 'a2d-qwen2' | 'a2d-qwen3'
>;

/** How a family's checkpoints are to be read, beyond what their config.json says. */
interface Conventions {
  /** Queries, keys and values have biases (Qwen2), or queries and keys are normed head by head (Qwen3). */
  readonly attention: 'plain' | 'biased' | 'normed';
  /** Row i - 1 predicts token i, as in the causal network that it was made of. */
  readonly shift: boolean;
  /** Texts of the mask token, where the configuration names no id. */
  readonly mask: readonly string[];
  /** The text of the token that opens every sequence. */
  readonly start?: string;
  /** What fills the canvas after the middle: an id of the configuration, or a text; absent = nothing does. */
  readonly end?: (config: Config) => number | string | undefined;
}

const MASK = ['<|mask|>', '<|MASK|>', '<mask>', '[MASK]'];
const A2D = { shift: false, mask: MASK, end: (config: Config) => config.eos_token_id } as const;

/**
 * dLLM's models are not shifted (its samplers' `right_shift_logits` is false unless told). Sources: Dream's and DreamOn's generation
 * code, Open-dLLM's generation_utils.py, dLLM's a2d pipeline; for the others see each.
 */
const CONVENTIONS: Readonly<Record<LlamaLike, Conventions>> = {
  dream: {
    attention: 'biased',
    shift: true,
    mask: MASK,
    start: '<|beginoftext|>',
    end: (config) => config.eos_token_id,
  },
  /** Fills exactly the masks that it is given. */
  'open-dcoder': { attention: 'biased', shift: true, mask: ['<M>'] },
  /**
   * AntonXue/dQwen, models/modeling_dqwen3.py: its forward puts BOS_TOKEN_ID before the tokens and reads row i of that for token i; mask
   * and start are tokens that Qwen3 has for other ends. Its eos_token_id is that of Qwen3's chats; texts end with <|endoftext|>.
   */
  dqwen3: {
    attention: 'normed',
    shift: true,
    mask: ['<|fim_middle|>'],
    start: '<|vision_start|>',
    end: () => '<|endoftext|>',
  },
  /**
   * SalesforceAIResearch/CoDA, CoDALanguageModel/generation_utils.py (logits moved right by one), attention.py (is_causal=False) and
   * post-train's supervised.py: answers are filled up with the padding token, which is learned.
   */
  coda: {
    attention: 'normed',
    shift: true,
    mask: MASK,
    end: (config) => config.pad_token_id ?? '<|endoftext|>',
  },
  /** modeling_illada.py of GSAI-ML/iLLaDA-8B-Base; ML-GSAI/LLaDA, README.md: LLaDA's generation with mask id 5. */
  illada: { attention: 'plain', shift: false, mask: ['<[MASK]>'], end: (config) => config.eos_token_id },
  'a2d-llama': { attention: 'plain', ...A2D },
  'a2d-qwen2': { attention: 'biased', ...A2D },
  'a2d-qwen3': { attention: 'normed', ...A2D },
};

/**
 * Llama's layout: Dream, DiffuCoder and DreamOn (Qwen2.5 with shifted prediction), Open-dCoder (a Qwen2 that is run without its
 * causal mask), dQwen3 and CoDA (Qwen3 likewise), iLLaDA, and the models that dLLM made of Llama, Qwen2 and Qwen3.
 * `type` = model_type in lower case.
 */
export function detectLlamaLike(type: string, source: FamilySource): DetectedCheckpoint {
  const { tokens, answers } = source;
  const config = readConfig(configSchema, source.config);
  const family = familyOf(type, source);
  const { attention, shift, ...texts } = CONVENTIONS[family];
  const { mask, questions } = maskOf(config.mask_token_id ?? tokens.find(...texts.mask), source);
  const expand = family === 'dream' ? tokens.find('<|expand|>') : undefined;
  const stated = texts.end?.(config);
  const end = typeof stated === 'string' ? tokens.find(stated) : stated;
  const headSize = config.head_dim ?? perHead(config.hidden_size, config.num_attention_heads, 'num_attention_heads');
  return {
    family,
    layout: 'llama',
    architecture: {
      kind: 'full-sequence',
      network: 'transformer',
      hiddenSize: config.hidden_size,
      layers: config.num_hidden_layers,
      attentionHeads: config.num_attention_heads,
      keyValueHeads: config.num_key_value_heads ?? config.num_attention_heads,
      headSize,
      feedForwardSize: config.intermediate_size,
      vocabularySize: config.vocab_size,
      normEpsilon: config.rms_norm_eps,
      ropeTheta: config.rope_parameters?.rope_theta ?? config.rope_theta ?? 10_000,
      ...(config.max_position_embeddings === undefined ? {} : { maxPositions: config.max_position_embeddings }),
      attentionBias: attention === 'biased',
      queryKeyNorm: attention === 'normed',
      tiedEmbeddings: config.tie_word_embeddings ?? false,
      shift: answers.shift ?? shift,
      ...CLEAN_ABSORBING,
    },
    tokens: {
      start: answered(answers.start, texts.start === undefined ? undefined : tokens.find(texts.start)),
      mask,
      endOfMiddle: answered(answers.endOfMiddle, end),
      end: expand === undefined ? null : (end ?? null),
      ...(expand === undefined ? {} : { expand, ...(end === undefined ? {} : { delete: end }) }),
    },
    questions,
  };
}

/** A model of an ordinary type is taken for a diffusion model only where it has a mask token, or a person says so. */
function familyOf(type: string, { tokens, answers }: FamilySource): LlamaLike {
  switch (type) {
    case 'diffuqwen3':
      return 'dqwen3';
    case 'dream':
    case 'coda':
    case 'illada':
    case 'a2d-llama':
    case 'a2d-qwen2':
    case 'a2d-qwen3':
      return type;
    case 'qwen2':
      if (answers.mask !== undefined || tokens.find('<M>') !== undefined) return 'open-dcoder';
      break;
    case 'qwen3':
    case 'llama':
      if (answers.mask !== undefined) return `a2d-${type}`;
      break;
  }
  throw unsupported(
    `it is a causal language model of type "${type}", which predicts the next token only and has no mask token`,
    'Choose a diffusion model. If this is one, say so by the id of its mask token: infill models add --mask ID.',
  );
}
