import * as z from 'zod';
import type { DetectedCheckpoint } from '../checkpoint/checkpointFamily.js';
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

const configSchema = z.looseObject({
  d_model: counts.width,
  n_layers: counts.layers,
  n_heads: counts.heads,
  n_kv_heads: counts.heads.nullish(),
  mlp_hidden_size: counts.feedForward,
  vocab_size: counts.vocabulary,
  embedding_size: counts.vocabulary.nullish(),
  rope_theta: positive.default(10_000),
  rms_norm_eps: positive.default(1e-5),
  max_sequence_length: counts.positions.default(4096),
  weight_tying: z.boolean().nullish(),
  rope: only(true),
  alibi: only(false),
  block_type: only('llama'),
  layer_norm_type: only('rms'),
  activation_type: only('silu'),
  attention_layer_norm: only(false),
  include_bias: only(false),
  include_qkv_bias: only(false, null),
  scale_logits: only(false),
  input_emb_norm: only(false),
  mask_token_id: someMask,
  eos_token_id: someId,
});

/** LLaDA (arXiv 2502.09992): Llama's layers under other names, not shifted. Source: its modeling_llada.py and generate.py. */
export function detectLlada(source: FamilySource): DetectedCheckpoint {
  const { tokens, answers } = source;
  const config = readConfig(configSchema, source.config);
  const { mask, questions } = maskOf(config.mask_token_id ?? tokens.find('<|mdm_mask|>'), source);
  return {
    family: 'llada',
    layout: 'llada',
    architecture: {
      kind: 'full-sequence',
      network: 'transformer',
      hiddenSize: config.d_model,
      layers: config.n_layers,
      attentionHeads: config.n_heads,
      keyValueHeads: config.n_kv_heads ?? config.n_heads,
      headSize: perHead(config.d_model, config.n_heads, 'n_heads'),
      feedForwardSize: config.mlp_hidden_size,
      vocabularySize: config.embedding_size ?? config.vocab_size,
      normEpsilon: config.rms_norm_eps,
      ropeTheta: config.rope_theta,
      maxPositions: config.max_sequence_length,
      attentionBias: false,
      queryKeyNorm: false,
      tiedEmbeddings: config.weight_tying ?? false,
      shift: answers.shift ?? false,
      ...CLEAN_ABSORBING,
    },
    tokens: {
      start: answered(answers.start, undefined),
      mask,
      endOfMiddle: answered(answers.endOfMiddle, config.eos_token_id ?? tokens.find('<|endoftext|>')),
      end: null,
    },
    questions,
  };
}
