import type { InfillOptions } from '../../../shared/infillOptions.js';
import { stepLimit } from '../../../shared/stepLimit.js';
import { networkOf } from '../../contract/model.js';
import { recommendedAt, type RecommendedOptions } from '../../contract/recommended.js';
import type { Sampler } from '../../diffusion/sampler.js';
import { createSampler } from '../../diffusion/samplers/createSampler.js';
import type { Pipeline } from '../run/pipeline.js';
import { type CanvasSizes, canvasSizes } from './canvasSizes.js';
import { type LengthPolicy, lengthPolicy } from './lengthPolicy.js';

/** How a request is computed: what it asks for, what the model recommends for so many steps, and what the model can, made into one. */
export interface Decoding {
  readonly options: InfillOptions;
  readonly recommended: RecommendedOptions;
  /** What is asked for, but no more than the model gains from with the sampler that it recommends. */
  readonly steps: number;
  readonly sampler: Sampler;
  readonly length: LengthPolicy;
  readonly canvasSizes: CanvasSizes;
  /** The middle ends where the likeliest token is less probable than this, 0..1; 0 = never. */
  readonly stopBelow: number;
  /** Weight of the encoder's own opinion in position 0, 0..1; 0 where there is no encoder. */
  readonly encoderMix: number;
  /** Weight of the encoder's evidence for where the middle ends, 0..1; 0 where there is no encoder. */
  readonly stopEvidence: number;
  /** Whether committed tokens at the left end move into the encoder's context, where they are final. */
  readonly appends: boolean;
  readonly decodeAhead: DecodeAhead | undefined;
}

/** How the encoder decodes on after a pass; a manifest calls it drafting. */
export interface DecodeAhead {
  /** Tokens at most after each denoising pass. */
  readonly tokens: number;
  /** How many of them the denoiser proposes, for the encoder to read in one pass. */
  readonly speculate: number;
  /** How many of them are looked up in the context instead, where their beginning stands there. */
  readonly lookUp: number;
  /** The probability that such a token needs, 0..1. */
  readonly leastProbability: number;
}

/**
 * Resolves what a request leaves open, once: the request says, else the model recommends.
 * @throws InfillError `invalid-request` for a sampler, remasking or length that does not exist or does not suit the model.
 */
export function decodingFor(options: InfillOptions, { model, recommended: always }: Pipeline): Decoding {
  const { manifest } = model;
  const steps = stepLimit(options, always.mostSteps);
  const recommended = recommendedAt(always, steps);
  const length = lengthPolicy(options.length ?? recommended.length, manifest);
  const sampler = createSampler(options.sampler ?? recommended.sampler, {
    topP: options.topP,
    endOfMiddle: manifest.tokens.endOfMiddle,
    entropyBound: recommended.entropyBound,
    vocabularySize: manifest.vocabularySize,
    neverChosen: manifest.neverChosen ?? [],
    network: networkOf(manifest),
    // A recommended remasking goes with the recommended sampler.
    remask: options.remask ?? (options.sampler === undefined ? recommended.remask : 'none'),
  });
  const hasEncoder = model.encoder !== undefined;
  const appends = hasEncoder && recommended.absorb && !sampler.revises;
  const decodeAhead = appends ? decodeAheadOf(recommended) : undefined;
  const restIsDrafted = sampler.mayLeaveMasked === true && decodesAhead({ sampler, decodeAhead }, options.temperature);
  const unlimitedBySteps = length.kind === 'auto' && restIsDrafted;
  return {
    options,
    recommended,
    steps,
    sampler,
    length,
    canvasSizes: canvasSizes({ ...options, steps }, recommended, { limit: manifest.limits.canvas, unlimitedBySteps }),
    stopBelow: options.stopBelow ?? recommended.stopBelow,
    encoderMix: hasEncoder ? recommended.encoderMix : 0,
    stopEvidence: hasEncoder ? recommended.stopEvidence : 0,
    appends,
    decodeAhead,
  };
}

/**
 * Whether the encoder decodes on after every pass. It has no full distributions, so the sampler must be content with lists of likely
 * tokens, which depends on the temperature.
 */
export function decodesAhead(
  { sampler, decodeAhead }: Pick<Decoding, 'sampler' | 'decodeAhead'>,
  temperature: number,
): boolean {
  return decodeAhead !== undefined && sampler.needs(temperature).ids !== 'all';
}

function decodeAheadOf({
  draftTokens: tokens,
  draftAhead: speculate = tokens,
  lookUpTokens: lookUp,
  draftConfidence: leastProbability,
}: RecommendedOptions): DecodeAhead | undefined {
  return tokens > 0 ? { tokens, speculate, lookUp, leastProbability } : undefined;
}
