import type { FileHandle } from 'node:fs/promises';
import { damaged, openForeignFile, readExactly, readExactlyTo } from '../../../engine/files/foreignFile.js';
import type { SafetensorsHeader, TensorLocation, TensorType } from '../../../engine/network/folder/safetensors.js';
import { decodeFloats, isDecodable } from './decodeFloats.js';

interface PlacedTensor extends TensorLocation {
  readonly file: string;
}

/** Bytes that are compared at a time. */
const COMPARED_BYTES = 1 << 22;

/** The tensors of a checkpoint; data is read piece by piece. */
export class CheckpointFiles {
  /** Promises, so that two that ask for a file at once share it: a handle that is lost is never closed. */
  readonly #handles = new Map<string, Promise<FileHandle>>();

  private constructor(
    private readonly tensors: ReadonlyMap<string, PlacedTensor>,
    private readonly aliases: ReadonlyMap<string, string>,
  ) {}

  /** `files` = the headers of its weight files, by path. Nothing is opened yet. Throws InfillError model-corrupt. */
  static of(files: ReadonlyMap<string, SafetensorsHeader>): CheckpointFiles {
    const placed = new Map<string, PlacedTensor>();
    const aliases = new Map<string, string>();
    for (const [file, { tensors, metadata }] of files) {
      for (const [tensor, location] of tensors) {
        const other = placed.get(tensor)?.file;
        if (other !== undefined)
          throw damaged(file, `its tensor ${tensor} is in ${other} as well; keep one of the two`);
        placed.set(tensor, { ...location, file });
      }
      for (const [alias, kept] of metadata) if (tensors.has(kept)) aliases.set(alias, kept);
    }
    return new CheckpointFiles(placed, aliases);
  }

  get names(): Iterable<string> {
    return this.tensors.keys();
  }

  /** The first of these tensors that is there, by the name that it has there: another one where two shared their memory. */
  find(names: readonly string[]): string | undefined {
    const found = names.find((name) => this.tensors.has(name));
    if (found !== undefined) return found;
    const alias = names.find((name) => this.aliases.has(name));
    return alias === undefined ? undefined : this.aliases.get(alias);
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

  /** Whether two tensors hold the same, read block by block up to where they differ. */
  async areEqual(one: string, other: string): Promise<boolean> {
    const [a, b] = [this.#tensor(one), this.#tensor(other)];
    if (a.shape.join() !== b.shape.join()) return false;
    if (a.dtype !== b.dtype) return isDecodable(a.dtype) && isDecodable(b.dtype) && this.#areEqualNumbers(one, other);
    for (let at = 0; at < a.bytes; at += COMPARED_BYTES) {
      const length = Math.min(COMPARED_BYTES, a.bytes - at);
      const [left, right] = await Promise.all(
        [a, b].map(async ({ file, offset }) => readExactly(await this.#handle(file), offset + at, length, file)),
      );
      if (left === undefined || right === undefined || !left.equals(right)) return false;
    }
    return true;
  }

  async close(): Promise<void> {
    const handles = [...this.#handles.values()];
    this.#handles.clear();
    for (const opened of handles) await opened.then((handle) => handle.close()).catch(() => undefined); // what never opened is no matter
  }

  #tensor(name: string): PlacedTensor {
    const tensor = this.tensors.get(name);
    if (tensor === undefined) throw new Error(`tensor ${name} is asked for without having been found`);
    return tensor;
  }

  /** Of two tensors of the same shape and different types. */
  async #areEqualNumbers(one: string, other: string): Promise<boolean> {
    const [rows = 1, ...rest] = this.shapeOf(one);
    const height = Math.max(1, Math.floor(COMPARED_BYTES / 4 / rest.reduce((product, size) => product * size, 1)));
    for (let from = 0; from < rows; from += height) {
      const to = Math.min(rows, from + height);
      const [left, right] = [await this.rows(one, from, to), await this.rows(other, from, to)];
      if (left.some((value, i) => value !== right[i])) return false;
    }
    return true;
  }

  #handle(file: string): Promise<FileHandle> {
    const known = this.#handles.get(file);
    if (known !== undefined) return known;
    const opened = openForeignFile(file).then(({ handle }) => handle);
    this.#handles.set(file, opened);
    return opened;
  }
}
