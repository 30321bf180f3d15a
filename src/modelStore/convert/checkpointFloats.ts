import path from 'node:path';
import { byKind, type FullSequenceManifest, readManifest } from '../../engine/network/folder/manifest.js';
import { parseForeignJson, readForeignJson } from '../../engine/files/foreignFile.js';
import { CheckpointFiles } from './checkpoint/checkpointReader.js';
import { checkpointTokenizer } from './checkpoint/checkpointTokenizer.js';
import type { ConversionAnswers } from './checkpoint/conversion.js';
import { detectFamily } from './families/detectFamily.js';
import { MappedTensors } from './mappedTensors.js';

/** A checkpoint's folder, and what its files do not say. */
export interface AnsweredCheckpoint {
  readonly folder: string;
  readonly answers: ConversionAnswers;
}

/**
 * Calls `use` with the tensors of the checkpoint that the model in `converted` was made of. Throws as `convertCheckpoint` does, or what
 * `use` throws.
 */
export async function withCheckpointFloats<T>(
  checkpoint: AnsweredCheckpoint,
  converted: string,
  use: (floats: CheckpointFloats) => Promise<T>,
): Promise<T> {
  const none = (): never => {
    throw new Error(`${converted} was not converted from a checkpoint`);
  };
  const manifest = byKind<FullSequenceManifest>(await readManifest(converted), {
    fullSequence: (each) => each,
    encoderDenoiser: none,
    oneNetwork: none,
  });
  const floats = await CheckpointFloats.open(checkpoint, manifest);
  try {
    return await use(floats);
  } finally {
    await floats.close();
  }
}

/**
 * The tensors of a checkpoint in float32, read when they are asked for: those that a conversion writes, before it rounds them, by the
 * names of the model folder, less `.weight`.
 */
export class CheckpointFloats {
  private constructor(
    /** Of the model in float32, without files. */
    readonly manifest: FullSequenceManifest,
    private readonly files: CheckpointFiles,
    private readonly tensors: MappedTensors,
  ) {}

  /** To be closed by the caller. */
  static async open(
    { folder, answers }: AnsweredCheckpoint,
    converted: FullSequenceManifest,
  ): Promise<CheckpointFloats> {
    const manifest: FullSequenceManifest = { ...converted, weights: { precision: 'fp32', files: [] } };
    const config = await readForeignJson(path.join(folder, 'config.json'));
    const tokenizer = await checkpointTokenizer(folder);
    const files = await CheckpointFiles.open(folder);
    try {
      const value = parseForeignJson(tokenizer.text, tokenizer.place);
      const { layout } = detectFamily(config, value, answers, files.names);
      return new CheckpointFloats(manifest, files, new MappedTensors(files, manifest, layout));
    } catch (error) {
      await files.close();
      throw error;
    }
  }

  /** Fills `target` with rows of a matrix [out, in], from row `from` on, or with a vector. One call at a time. */
  async read(name: string, from: number, target: Float32Array): Promise<void> {
    if (this.tensors.expected.has(name)) {
      target.set(await this.tensors.vector(name));
    } else {
      const rows = target.length / this.tensors.widthOf(name);
      (await this.tensors.rows(name, from, from + rows)).decode(0, target);
    }
  }

  async close(): Promise<void> {
    await this.files.close();
  }
}
