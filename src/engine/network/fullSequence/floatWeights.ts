import type { FullSequenceManifest } from '../folder/manifest.js';

/** The tensors of a model in float32, wherever they come from, read when they are asked for. */
export interface FloatWeights {
  /** Of the model in float32; its files do not matter. */
  readonly manifest: FullSequenceManifest;
  /** Ids that may never be chosen, as a loaded model has them. */
  readonly neverChosen: readonly number[];
  /** Fills `target` with rows of a matrix [out, in], from row `from` on, or with a vector. Names are the model's, less `.weight`. */
  read(name: string, from: number, target: Float32Array): Promise<void>;
}
