import { INT4_BLOCK, layerProjections } from '../../engine/network/folder/fullSequenceTensors.js';
import { sequenceLength, type FullSequenceManifest } from '../../engine/network/folder/manifest.js';
import type { MachineSpeed } from '../../shared/modelImport.js';

/** Rows of one pass: those that are computed, those that they see, and those that pass the output layer. */
export interface PassRows {
  readonly computed: number;
  readonly seen: number;
  readonly predicted: number;
}

/** A multiplication and an addition. */
const OPERATIONS = 2;
/** Bytes of a weight of 4 bits, with its share of a scale in 32-bit floating point. */
const INT4_BYTES = 0.5 + 4 / INT4_BLOCK;
const FLOAT_BYTES = 4;
/** What products and attention reach within a network of the rate that each has alone. */
const WITHIN_NETWORK = 0.85;
/**
 * How often a row's numbers are read or written besides products and attention: norms, quantisation, rotation, gates. Fitted to the
 * measurements in bench/RESULTS.md.
 */
const STREAM_VISITS = 12;
const FEED_FORWARD_VISITS = 8;
/** How often a row of logits is: the mask ruled out, the largest ones, the sum and the entropy. */
const LOGIT_VISITS = 20;
/** What starting the operators of a layer takes, however few rows there are. */
const LAYER_SECONDS = 0.2e-3;

/**
 * Milliseconds of one pass on a processor, before the model is there. Products take as long as their multiplications, or as reading their
 * weights if that is more, which it is for few rows alone; attention grows with the square of the rows. Which of them is the largest
 * depends on the shape; no single number of the bundled model tells.
 */
export function passMs(manifest: FullSequenceManifest, rows: PassRows, speed: MachineSpeed): number {
  const { architecture: a, weights } = manifest;
  const isInt4 = weights.precision === 'int4';
  const inLayers = a.layers * layerProjections(manifest).reduce((sum, { from, to }) => sum + from * to, 0);
  const int8PerSecond = WITHIN_NETWORK * speed.int8PerSecond;
  const perSecond = isInt4 ? WITHIN_NETWORK * speed.int4PerSecond : int8PerSecond;
  const layers = Math.max(
    (OPERATIONS * inLayers * rows.computed) / perSecond,
    (inLayers * (isInt4 ? INT4_BYTES : 1)) / speed.bytesPerSecond,
  );
  const inHead = a.hiddenSize * a.vocabularySize;
  const head = Math.max((OPERATIONS * inHead * rows.predicted) / int8PerSecond, inHead / speed.bytesPerSecond);
  const pairs = a.layers * a.attentionHeads * a.headSize * rows.computed * rows.seen;
  const attention = (2 * OPERATIONS * pairs) / (WITHIN_NETWORK * speed.attentionPerSecond);
  const numbers =
    a.layers * rows.computed * (STREAM_VISITS * a.hiddenSize + FEED_FORWARD_VISITS * a.feedForwardSize) +
    LOGIT_VISITS * rows.predicted * a.vocabularySize;
  const around = (FLOAT_BYTES * numbers) / speed.bytesPerSecond + LAYER_SECONDS * a.layers;
  return 1000 * (layers + head + attention + around);
}

/** What a request of `steps` steps takes with the longest context and a canvas of `canvas` positions. */
export interface RequestCost {
  /** The pass that computes everything: each step, or the first of `contextRefresh` where the context is kept. */
  readonly wholeMs: number;
  /** A step with the context kept; as long as the whole where nothing is kept. */
  readonly stepMs: number;
  readonly requestMs: number;
}

export function requestCost(
  manifest: FullSequenceManifest,
  { steps, canvas }: { readonly steps: number; readonly canvas: number },
  speed: MachineSpeed,
): RequestCost {
  const { contextCache, contextRefresh } = manifest.recommended;
  const seen = sequenceLength(manifest) - manifest.limits.canvas + canvas;
  const wholeMs = passMs(manifest, { computed: seen, seen, predicted: canvas }, speed);
  const kept = { exact: 0, prefix: manifest.limits.prefix, dual: seen - canvas }[contextCache];
  const stepMs = passMs(manifest, { computed: seen - kept, seen, predicted: canvas }, speed);
  const whole = contextCache === 'exact' ? steps : Math.ceil(steps / contextRefresh);
  return { wholeMs, stepMs, requestMs: whole * wholeMs + (steps - whole) * stepMs };
}
