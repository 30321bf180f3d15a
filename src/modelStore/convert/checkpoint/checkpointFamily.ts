import type { FullSequenceManifest } from '../../../engine/network/folder/manifest.js';
import type { ConversionQuestion } from './conversion.js';

/** The families of public checkpoints that can be converted. */
export type Family =
  | 'llada'
  | 'dream'
  | 'open-dcoder'
  | 'dqwen3'
  | 'coda'
  | 'illada'
  | 'a2d-llama'
  | 'a2d-qwen2'
  | 'a2d-qwen3'
  | 'sedd'
  | 'mdlm'
  | 'diffugpt';

/** How a checkpoint names its tensors. */
export type TensorLayout = 'llama' | 'llada' | 'gpt2' | 'dit';

/** What a checkpoint is, as far as config and tokenizer say. */
export interface DetectedCheckpoint {
  readonly family: Family;
  readonly layout: TensorLayout;
  readonly architecture: FullSequenceManifest['architecture'];
  /** The mask is null while there is a question about it. */
  readonly tokens: FullSequenceManifest['tokens'];
  /** The name of the sampler that the family was published with; absent = the engine's own. */
  readonly sampler?: string;
  readonly questions: readonly ConversionQuestion[];
}
