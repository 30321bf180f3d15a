import { fullSequenceTensors } from './fullSequenceTensors.js';
import {
  byKind,
  sequenceLength,
  type EncoderDenoiserManifest,
  type FullSequenceManifest,
  type Manifest,
  type OneNetworkManifest,
} from './manifest.js';

/** Node, onnxruntime's library, the tokenizer and the graphs: measured with the smallest models. */
const BASE = 250e6;
const FLOAT = 4;
/** Rows that pass the output layer at a time, and how many arrays of logits live meanwhile. */
const HEAD_ROWS = 64;
const LOGIT_COPIES = 4;
const INT8_COPIES = 2;
/** Rows of a pass over a prefix at most, and how many arrays of scores, and of what a row may see, live meanwhile. */
const PREFIX_ROWS = 128;
const SCORE_COPIES = 5;
/** Keys and values that V8 lets lie: measured with 0.5 billion 4-bit weights, 1173 MB instead of 784 where nothing is kept. */
const UNCOLLECTED = 350e6;
/** Prefixes whose keys and values a context cache keeps. */
const KEPT_PREFIXES = 2;

/**
 * Bytes that a process with this model needs while it computes: to refuse a model before it is loaded. Weights are mapped
 * from their files and packed anew, so they count once and a little more; to these come the activations of the longest sequence.
 */
export function estimateMemory(manifest: Manifest): number {
  const weights = manifest.weights.files.reduce((sum, { bytes }) => sum + bytes, 0);
  return byKind(manifest, {
    encoderDenoiser: (each) => BASE + 1.8 * weights + KEPT_PREFIXES * bytesOfPrefix(each) + scoresOfContext(each),
    oneNetwork: (each) => BASE + 1.8 * weights + KEPT_PREFIXES * bytesOfPrefix(each) + scoresOfContext(each),
    fullSequence: (each) => BASE + 1.1 * weights + twiceUsed(each) + activations(each) + keptContext(each),
  });
}

/** A tied output layer is packed for its products, and read row by row as the embedding. */
function twiceUsed(manifest: FullSequenceManifest): number {
  if (!manifest.architecture.tiedEmbeddings) return 0;
  let bytes = 0;
  for (const { name, shape } of fullSequenceTensors(manifest)) {
    if (name !== 'head.weight') continue;
    bytes = shape.reduce((product, size) => product * size, manifest.weights.precision === 'fp32' ? FLOAT : 1);
  }
  return bytes;
}

/** Bytes of each prefix that a context cache keeps, one of the longest: keys, values and hidden states. 0 of models that keep none. */
export function bytesOfPrefix(manifest: Manifest): number {
  return byKind(manifest, {
    encoderDenoiser: (each) =>
      bytesOfRows(each, each.architecture.encoderLayers, each.limits.prefix + each.limits.canvas),
    oneNetwork: (each) =>
      bytesOfRows(each, each.architecture.layers, each.limits.prefix + each.limits.canvas + each.limits.suffix),
    fullSequence: () => 0,
  });
}

function bytesOfRows(
  { architecture: a }: EncoderDenoiserManifest | OneNetworkManifest,
  layers: number,
  rows: number,
): number {
  return FLOAT * (2 * layers * a.keyValueHeads * a.headSize + a.hiddenSize) * rows;
}

/** One layer's attention scores where a context is read: a suffix in one pass, a prefix in pieces after what the cache holds. */
function scoresOfContext({
  architecture: a,
  limits: { prefix, suffix, canvas },
}: EncoderDenoiserManifest | OneNetworkManifest): number {
  const scores = Math.max(suffix ** 2, PREFIX_ROWS * (prefix + canvas + suffix));
  return SCORE_COPIES * FLOAT * a.attentionHeads * scores;
}

/** One canvas's keys and values as the network gives them, and as they are kept; and those of earlier ones that nobody collected yet. */
function keptContext(manifest: FullSequenceManifest): number {
  if (manifest.recommended.contextCache === 'exact') return 0;
  const { layers, keyValueHeads, headSize } = manifest.architecture;
  return UNCOLLECTED + 2 * FLOAT * 2 * layers * keyValueHeads * headSize * sequenceLength(manifest);
}

/** One canvas's largest layer: attention scores before and after the softmax, or the feed-forward's rows; and the logits. */
function activations(manifest: FullSequenceManifest): number {
  const { architecture: a } = manifest;
  const rows = sequenceLength(manifest);
  const scores = 2 * a.attentionHeads * rows * rows;
  const stream = rows * (6 * a.hiddenSize + 3 * a.feedForwardSize);
  const once = FLOAT * (scores + stream + LOGIT_COPIES * HEAD_ROWS * a.vocabularySize);
  // Measured with 0.5 billion int8 weights and 704 rows: 990 MB in all with unsigned weights, 1410 MB with signed ones.
  return manifest.weights.precision === 'int8' ? INT8_COPIES * once : once;
}
