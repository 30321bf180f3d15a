import type { FullSequenceManifest } from '../../engine/network/folder/manifest.js';
import type { ConversionAnswers } from './checkpoint/conversion.js';
import type { InspectedCheckpoint } from './inspectCheckpoint.js';
import { openCheckpoint } from './openCheckpoint.js';

/** A checkpoint's folder, and what its files do not say. */
export interface AnsweredCheckpoint {
  readonly folder: string;
  readonly answers: ConversionAnswers;
}

/** Calls `use` with the tensors of a checkpoint in float32. Throws as `convertCheckpoint` does, or what `use` throws. */
export async function withCheckpointFloats<T>(
  { folder, answers }: AnsweredCheckpoint,
  use: (floats: CheckpointFloats) => Promise<T>,
): Promise<T> {
  const checkpoint = await openCheckpoint(folder, { precision: 'fp32', answers });
  try {
    return await use(new CheckpointFloats(checkpoint));
  } finally {
    await checkpoint.files.close();
  }
}

/**
 * The tensors of a checkpoint in float32, read when they are asked for: those that a conversion writes, before it rounds them, by the
 * names of the model folder, less `.weight`.
 */
export class CheckpointFloats {
  constructor(private readonly checkpoint: Pick<InspectedCheckpoint, 'draft' | 'neverChosen' | 'tensors'>) {}

  /** Of the model in float32, without files. */
  get manifest(): FullSequenceManifest {
    return this.checkpoint.draft;
  }

  get neverChosen(): readonly number[] {
    return this.checkpoint.neverChosen;
  }

  /** Fills `target` with rows of a matrix [out, in], from row `from` on, or with a vector. One call at a time. */
  async read(name: string, from: number, target: Float32Array): Promise<void> {
    const { tensors } = this.checkpoint;
    if (tensors.expected.has(name)) {
      target.set(await tensors.vector(name));
    } else {
      const rows = target.length / tensors.widthOf(name);
      (await tensors.rows(name, from, from + rows)).decode(0, target);
    }
  }
}
