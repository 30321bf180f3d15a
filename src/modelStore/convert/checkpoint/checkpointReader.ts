import { readdir, type FileHandle } from 'node:fs/promises';
import { InfillError } from '../../../shared/infillError.js';
import { damaged, openForeignFile, readExactly, readExactlyTo } from '../../../engine/files/foreignFile.js';
import type { TensorLocation, TensorType } from '../../../engine/network/folder/safetensors.js';
import { weightHeaders } from './weightHeaders.js';
import { decodeFloats } from './decodeFloats.js';
import { unsupported } from './unsupported.js';

interface PlacedTensor extends TensorLocation {
  readonly file: string;
}

const REMEDY = 'Choose a folder that holds config.json, tokenizer.json and *.safetensors, as a model hub has them.';

/** The tensors of all *.safetensors of a checkpoint; data is read piece by piece. */
export class CheckpointFiles {
  readonly #handles = new Map<string, FileHandle>();

  private constructor(private readonly tensors: ReadonlyMap<string, PlacedTensor>) {}

  /** Reads the headers of all weight files in `folder`. Throws InfillError model-missing, model-corrupt or model-unsupported. */
  static async open(folder: string): Promise<CheckpointFiles> {
    const names = await readdir(folder).catch(() => []);
    if (!names.some((name) => name.endsWith('.safetensors'))) {
      if (names.some((name) => /\.(bin|pt|pth|ckpt)$/.test(name))) {
        throw unsupported(
          'its weights are pickled Python objects',
          'Save them with save_pretrained as safetensors first.',
        );
      }
      throw new InfillError('model-missing', `There are no *.safetensors in ${folder}.`, REMEDY);
    }
    const tensors = new Map<string, PlacedTensor>();
    for (const [file, header] of await weightHeaders(folder)) {
      for (const [tensor, location] of header) {
        const other = tensors.get(tensor)?.file;
        if (other !== undefined)
          throw damaged(file, `its tensor ${tensor} is in ${other} as well; keep one of the two`);
        tensors.set(tensor, { ...location, file });
      }
    }
    return new CheckpointFiles(tensors);
  }

  get names(): Iterable<string> {
    return this.tensors.keys();
  }

  has(name: string): boolean {
    return this.tensors.has(name);
  }

  shapeOf(name: string): readonly number[] {
    return this.#tensor(name).shape;
  }

  typeOf(name: string): TensorType {
    return this.#tensor(name).dtype;
  }

  /** Where a tensor lies. */
  fileOf(name: string): string {
    return this.#tensor(name).file;
  }

  /** Rows `from`..`to` of the first dimension, all further dimensions flattened, as float32. */
  async rows(name: string, from: number, to: number): Promise<Float32Array> {
    const { file, offset, bytes, shape, dtype } = this.#tensor(name);
    const rowBytes = bytes / (shape[0] ?? 1);
    const read = await readExactly(await this.#handle(file), offset + from * rowBytes, (to - from) * rowBytes, file);
    return decodeFloats(read, dtype, name);
  }

  /** The same rows as they are stored, from the start of `target` on; answers how many bytes they are. */
  async readRows(name: string, from: number, to: number, target: Buffer): Promise<number> {
    const { file, offset, bytes, shape } = this.#tensor(name);
    const rowBytes = bytes / (shape[0] ?? 1);
    const length = (to - from) * rowBytes;
    await readExactlyTo(await this.#handle(file), target.subarray(0, length), offset + from * rowBytes, file);
    return length;
  }

  async close(): Promise<void> {
    for (const handle of this.#handles.values()) await handle.close();
    this.#handles.clear();
  }

  #tensor(name: string): PlacedTensor {
    const tensor = this.tensors.get(name);
    if (tensor === undefined) throw new Error(`tensor ${name} is asked for without having been found`);
    return tensor;
  }

  async #handle(file: string): Promise<FileHandle> {
    const known = this.#handles.get(file);
    if (known !== undefined) return known;
    const { handle } = await openForeignFile(file);
    this.#handles.set(file, handle);
    return handle;
  }
}
