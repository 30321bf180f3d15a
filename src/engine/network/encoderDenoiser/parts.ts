import type { EncoderDenoiserManifest } from '../folder/manifest.js';
import type { EncoderRunner } from './encoderRunner.js';
import type { DenoiserRunner } from './denoiserRunner.js';
import type { HeadRunner } from '../vocabulary/headRunner.js';
import type { EmbeddingTable } from '../vocabulary/embeddingTable.js';

/** What computes an encoder-denoiser model. */
export interface Runners {
  readonly manifest: EncoderDenoiserManifest;
  readonly encoder: EncoderRunner;
  readonly denoiser: DenoiserRunner;
  readonly head: HeadRunner;
  readonly embeddings: EmbeddingTable;
  readonly rows: LearnedRows;
}

/** The loaded parts of an encoder-denoiser model. */
export interface ModelParts extends Runners {
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
