import type { Device } from '../../shared/infillOptions.js';
import { prefixCapacity } from './contextCache.js';
import { DenoiserRunner } from './denoiserRunner.js';
import { EmbeddingTable } from './embeddingTable.js';
import { EncoderRunner } from './encoderRunner.js';
import type { ActivationRange } from './graph/int8Arithmetic.js';
import { HeadRunner } from './headRunner.js';
import type { Manifest } from './manifest.js';
import { startSessions } from './modelSessions.js';
import { ModelWeights } from './modelWeights.js';

export interface PartsOptions {
  readonly device: Device;
  readonly threads: number;
  /** What int8 products can hold; by default this machine is asked. */
  readonly activationRange?: ActivationRange;
}

/** The loaded parts of an encoder-denoiser model. */
export interface ModelParts {
  readonly manifest: Manifest;
  readonly encoder: EncoderRunner;
  readonly denoiser: DenoiserRunner;
  readonly head: HeadRunner;
  readonly embeddings: EmbeddingTable;
  readonly rows: LearnedRows;
  readonly device: string;
  readonly deviceNote: string;
  dispose(): Promise<void>;
}

/** Single rows [D]: what stands on the canvas for `<mask>` and `<eom>`, and the gain of the encoder's last norm. */
export interface LearnedRows {
  readonly maskIn: Float32Array;
  readonly endIn: Float32Array;
  readonly encoderNorm: Float32Array;
}

/** Starts the sessions and reads what JavaScript needs of the weights. Errors as for `loadModel`. */
export async function loadParts(folder: string, manifest: Manifest, options: PartsOptions): Promise<ModelParts> {
  const weights = await ModelWeights.open(folder, manifest);
  const { architecture, limits } = manifest;
  const sessions = await startSessions(weights, { ...options, positionCount: positionCount(manifest) });
  const embeddings = await EmbeddingTable.load(weights);
  return {
    manifest,
    embeddings,
    encoder: new EncoderRunner(sessions.encoder, embeddings, architecture, limits.canvas),
    denoiser: new DenoiserRunner(sessions.denoiser, architecture),
    head: new HeadRunner(sessions.head, manifest),
    rows: {
      maskIn: await weights.readFloats('denoiser.mask_in'),
      endIn: await weights.readFloats('denoiser.eom_in'),
      encoderNorm: await weights.readFloats('encoder.norm'),
    },
    device: sessions.device,
    deviceNote: sessions.note,
    dispose: async () => sessions.dispose(),
  };
}

/** Positions that can occur: a full prefix slot with a canvas behind it, or a suffix. */
function positionCount({ limits }: Manifest): number {
  return Math.max(prefixCapacity(limits) + limits.canvas, limits.suffix) + 1;
}
