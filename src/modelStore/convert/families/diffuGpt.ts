import * as z from 'zod';
import type { DetectedCheckpoint } from '../checkpoint/checkpointFamily.js';
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
  type FamilySource,
} from './familySource.js';

const configSchema = z.looseObject({
  n_embd: counts.width,
  n_layer: counts.layers,
  n_head: counts.heads,
  n_inner: counts.feedForward.nullish(),
  n_positions: counts.positions,
  vocab_size: counts.vocabulary,
  layer_norm_epsilon: positive.default(1e-5),
  activation_function: only('gelu_new'),
  scale_attn_weights: only(true),
  scale_attn_by_inverse_layer_idx: only(false),
  tie_word_embeddings: only(true, null),
});

/**
 * DiffuGPT (arXiv 2410.17891): GPT-2 without its causal mask, shifted. Source: DiffuLLaMA's model.py; its mask is an ordinary
 * token, which no file of the checkpoint names (10541 in the small one, 50257 in the medium one, of LLaMA-Factory's loader.py).
 */
export function detectDiffuGpt(source: FamilySource, { isDiffusion }: { isDiffusion: boolean }): DetectedCheckpoint {
  const { tokens, answers } = source;
  const config = readConfig(configSchema, source.config);
  const named = tokens.find('[¨M¨]', '<|mask|>', '<mask>', '[MASK]');
  if (!isDiffusion && named === undefined && answers.mask === undefined) {
    throw unsupported(
      'it is a causal GPT-2, which predicts the next token only and has no mask token',
      'Choose a diffusion model. If this is one, say so by the id of its mask token: infill models add --mask ID.',
    );
  }
  const { mask, questions } = maskOf(named, source, ' (10541 in DiffuGPT small)');
  return {
    family: 'diffugpt',
    layout: 'gpt2',
    architecture: {
      kind: 'full-sequence',
      network: 'gpt2',
      hiddenSize: config.n_embd,
      layers: config.n_layer,
      attentionHeads: config.n_head,
      keyValueHeads: config.n_head,
      headSize: perHead(config.n_embd, config.n_head, 'n_head'),
      feedForwardSize: config.n_inner ?? 4 * config.n_embd,
      vocabularySize: config.vocab_size,
      normEpsilon: config.layer_norm_epsilon,
      maxPositions: config.n_positions,
      attentionBias: true,
      queryKeyNorm: false,
      tiedEmbeddings: true,
      shift: answers.shift ?? true,
      ...CLEAN_ABSORBING,
    },
    tokens: {
      start: answered(answers.start, undefined),
      mask,
      endOfMiddle: answered(answers.endOfMiddle, undefined),
      end: null,
    },
    questions,
  };
}
