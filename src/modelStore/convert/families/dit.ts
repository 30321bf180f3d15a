import * as z from 'zod';
import type { DetectedCheckpoint } from '../checkpoint/checkpointFamily.js';
import { answered, counts, only, perHead, readConfig, type FamilySource } from './familySource.js';

const seddSchema = z.looseObject({
  tokens: counts.vocabulary,
  graph: z.looseObject({ type: z.enum(['absorb', 'uniform']) }),
  model: z.looseObject({
    hidden_size: counts.width,
    cond_dim: counts.width,
    n_blocks: counts.layers,
    n_heads: counts.heads,
    length: counts.positions.default(1024),
    scale_by_sigma: z.boolean(),
  }),
});

const mdlmSchema = z.looseObject({
  vocab_size: counts.vocabulary,
  hidden_dim: counts.width,
  cond_dim: counts.width,
  n_blocks: counts.layers,
  n_heads: counts.heads,
  model_length: counts.positions.default(1024),
  time_conditioning: z.boolean().default(false),
  causal: only(false),
});

/** Both networks' code: F.layer_norm's own epsilon, rotary base 10000, feed-forward of four times the width. */
const NORM_EPSILON = 1e-5;
const ROPE_THETA = 10_000;
const FEED_FORWARD = 4;

/**
 * Diffusion transformers: SEDD (arXiv 2310.16834; model/transformer.py) and MDLM (arXiv 2406.07524; models/dit.py). The mask is
 * appended to the vocabulary. MDLM's network without time conditioning is given sigma 0.
 */
export function detectDit(family: 'sedd' | 'mdlm', source: FamilySource): DetectedCheckpoint {
  const { answers } = source;
  const found = family === 'sedd' ? readSedd(source.config) : readMdlm(source.config);
  const { sizes, timeInput, graph, scaleBySigma } = found;
  return {
    family,
    layout: 'dit',
    architecture: {
      kind: 'full-sequence',
      network: 'dit',
      hiddenSize: sizes.hidden,
      layers: sizes.layers,
      attentionHeads: sizes.heads,
      keyValueHeads: sizes.heads,
      headSize: perHead(sizes.hidden, sizes.heads, 'n_heads'),
      feedForwardSize: FEED_FORWARD * sizes.hidden,
      vocabularySize: sizes.vocabulary,
      normEpsilon: NORM_EPSILON,
      ropeTheta: ROPE_THETA,
      maxPositions: sizes.length,
      attentionBias: false,
      queryKeyNorm: false,
      tiedEmbeddings: false,
      shift: answers.shift ?? false,
      timeInput,
      conditionSize: sizes.condition,
      parameterization: family === 'sedd' ? 'score' : 'clean',
      graph,
      scaleBySigma,
    },
    tokens: {
      start: answered(answers.start, undefined),
      mask: graph === 'uniform' ? null : (answers.mask ?? sizes.vocabulary - 1),
      endOfMiddle: answered(answers.endOfMiddle, undefined),
      end: null,
    },
    ...(family === 'sedd' ? { sampler: 'sedd-analytic' } : {}),
    questions: [],
  };
}

interface Dit {
  readonly sizes: {
    readonly hidden: number;
    readonly layers: number;
    readonly heads: number;
    readonly condition: number;
    readonly length: number;
    /** The mask included. */
    readonly vocabulary: number;
  };
  readonly timeInput: 'none' | 'sigma';
  readonly graph: 'absorbing' | 'uniform';
  readonly scaleBySigma: boolean;
}

function readSedd(config: unknown): Dit {
  const { tokens, graph, model } = readConfig(seddSchema, config);
  const absorbs = graph.type === 'absorb';
  return {
    sizes: {
      hidden: model.hidden_size,
      layers: model.n_blocks,
      heads: model.n_heads,
      condition: model.cond_dim,
      length: model.length,
      vocabulary: tokens + (absorbs ? 1 : 0),
    },
    timeInput: 'sigma',
    graph: absorbs ? 'absorbing' : 'uniform',
    scaleBySigma: model.scale_by_sigma,
  };
}

function readMdlm(config: unknown): Dit {
  const model = readConfig(mdlmSchema, config);
  return {
    sizes: {
      hidden: model.hidden_dim,
      layers: model.n_blocks,
      heads: model.n_heads,
      condition: model.cond_dim,
      length: model.model_length,
      vocabulary: model.vocab_size,
    },
    timeInput: model.time_conditioning ? 'sigma' : 'none',
    graph: 'absorbing',
    scaleBySigma: false,
  };
}
