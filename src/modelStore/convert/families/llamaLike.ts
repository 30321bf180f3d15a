import * as z from 'zod';
import { tokenId } from '../../../engine/files/upperEnds.js';
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
  max_position_embeddings: counts.positions.optional(),
  hidden_act: only('silu'),
  attention_bias: only(false),
  mlp_bias: only(false),
  use_sliding_window: only(false),
  rope_theta: positive.optional(),
  rope_scaling: ropeSchema.nullish(),
  rope_parameters: ropeSchema.nullish(),
  tie_word_embeddings: z.boolean().default(false),
  mask_token_id: tokenId.nullish(),
  eos_token_id: someId,
});

/**
 * Llama's layout: Dream, DiffuCoder and DreamOn (Qwen2.5 with shifted prediction), Open-dCoder (a Qwen2 that is run without its
 * causal mask, shifted), and the models that dLLM made of Llama, Qwen2 and Qwen3 (not shifted). Sources: Dream's and DreamOn's
 * generation code, Open-dLLM's generation_utils.py, dLLM's a2d pipeline. `type` = model_type in lower case.
 */
export function detectLlamaLike(type: string, source: FamilySource): DetectedCheckpoint {
  const { tokens, answers } = source;
  const config = readConfig(configSchema, source.config);
  const family = familyOf(type, source);
  const isDream = family === 'dream';
  const { mask, questions } = maskOf(
    config.mask_token_id ?? tokens.find(...(family === 'open-dcoder' ? ['<M>'] : ['<|mask|>', '<mask>', '[MASK]'])),
    source,
  );
  const expand = isDream ? tokens.find('<|expand|>') : undefined;
  const end = config.eos_token_id;
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
      attentionBias: isDream || family === 'open-dcoder' || family === 'a2d-qwen2',
      queryKeyNorm: family === 'a2d-qwen3',
      tiedEmbeddings: config.tie_word_embeddings,
      shift: answers.shift ?? (isDream || family === 'open-dcoder'),
      ...CLEAN_ABSORBING,
    },
    tokens: {
      start: answered(answers.start, isDream ? tokens.find('<|beginoftext|>') : undefined),
      mask,
      // Open-dCoder fills exactly the masks that it is given.
      endOfMiddle: answered(answers.endOfMiddle, family === 'open-dcoder' ? undefined : end),
      end: expand === undefined ? null : (end ?? null),
      ...(expand === undefined ? {} : { expand, ...(end === undefined ? {} : { delete: end }) }),
    },
    questions,
  };
}

/** A model of an ordinary type is taken for a diffusion model only where it has a mask token, or a person says so. */
function familyOf(type: string, { tokens, answers }: FamilySource): Family {
  switch (type) {
    case 'dream':
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
    'Choose a diffusion model; if this is one, say which id its mask token has.',
  );
}
