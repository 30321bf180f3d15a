import { type OpenTensor, type ModelWeights } from '../folder/weights.js';
import type { EncoderDenoiserManifest, OneNetworkManifest } from '../folder/manifest.js';

/** Ids below are in memory from the start: merges are learnt in the order of how common they are, so these are most of every text. */
const COMMON_IDS = 8192;
/** Rows of other ids that are in memory at most. */
const READ_ROWS = 4096;
/** Up to so many rows are read element by element, more of them with all that stands between. */
const FEW = 4;

/**
 * Token embeddings, dequantised on demand from the table that the output layer shares, stored [D, V]. The output layer has a packed copy
 * of it already, so most of the table stays in its file: rows of rare ids are read when they are first asked for.
 */
export class EmbeddingTable {
  readonly #common: Uint8Array<ArrayBuffer>;
  readonly #rare = new Map<number, Uint8Array<ArrayBuffer>>();

  private constructor(
    private readonly table: OpenTensor,
    private readonly scale: Float32Array | undefined,
    private readonly hiddenSize: number,
    private readonly vocabularySize: number,
  ) {
    const common = Array.from({ length: Math.min(COMMON_IDS, vocabularySize) }, (_, id) => id);
    this.#common = this.#read(common);
  }

  static async load(weights: ModelWeights<EncoderDenoiserManifest | OneNetworkManifest>): Promise<EmbeddingTable> {
    const { architecture, weights: stored } = weights.manifest;
    const { hiddenSize, vocabularySize } = architecture;
    const scale = stored.precision === 'int8' ? await weights.readFloats('embedding.scale') : undefined;
    const table = await weights.openTensor('embedding.weight');
    try {
      const embeddings = new EmbeddingTable(table, scale, hiddenSize, vocabularySize);
      if (vocabularySize <= COMMON_IDS) await table.close();
      return embeddings;
    } catch (error) {
      await table.close();
      throw error;
    }
  }

  /** The embedding of token `id` [D]. */
  row(id: number): Float32Array {
    return this.rows([id]);
  }

  /** Embeddings of `ids`, one after the other, [ids.length, D]. */
  rows(ids: readonly number[]): Float32Array {
    for (const id of ids) {
      if (!Number.isInteger(id) || id < 0 || id >= this.vocabularySize) {
        throw new RangeError(`token id ${id} is not in the vocabulary of ${this.vocabularySize}`);
      }
    }
    this.#readMissing(ids);
    const { hiddenSize } = this;
    const out = new Float32Array(ids.length * hiddenSize);
    ids.forEach((id, index) => {
      const stored = this.#stored(id);
      const scale = this.scale?.[id] ?? 1;
      for (let component = 0; component < hiddenSize; component++) {
        out[index * hiddenSize + component] = stored[component]! * scale;
      }
    });
    return out;
  }

  /** No row that is not in memory can be had afterwards. */
  async close(): Promise<void> {
    await this.table.close();
  }

  /** The row of `id` as the file has it, [D]; it is in memory. */
  #stored(id: number): Int8Array | Float32Array {
    const bytes = this.hiddenSize * this.#width;
    const own = this.#rare.get(id) ?? this.#common.subarray(id * bytes, (id + 1) * bytes);
    const Elements = this.scale === undefined ? Float32Array : Int8Array;
    return new Elements(own.buffer, own.byteOffset, this.hiddenSize);
  }

  #readMissing(ids: readonly number[]): void {
    const rare = [...new Set(ids)].filter((id) => id >= COMMON_IDS);
    let missing = rare.filter((id) => !this.#rare.has(id));
    if (missing.length === 0) return;
    if (this.#rare.size + missing.length > READ_ROWS) {
      this.#rare.clear();
      missing = rare;
    }
    const bytes = this.hiddenSize * this.#width;
    for (const part of missing.length > FEW ? [missing] : missing.map((id) => [id])) {
      const rows = this.#read(part);
      part.forEach((id, index) => this.#rare.set(id, rows.slice(index * bytes, (index + 1) * bytes)));
    }
  }

  /** The rows of `ids` as the file has them, [ids.length, D]: of each component all that stands between the first and the last of them. */
  #read(ids: readonly number[]): Uint8Array<ArrayBuffer> {
    const width = this.#width;
    const first = ids.reduce((a, b) => Math.min(a, b));
    const last = ids.reduce((a, b) => Math.max(a, b));
    const span = new Uint8Array((last + 1 - first) * width);
    const rows = new Uint8Array(ids.length * this.hiddenSize * width);
    for (let component = 0; component < this.hiddenSize; component++) {
      this.table.readInto(span, (component * this.vocabularySize + first) * width);
      ids.forEach((id, index) => {
        const from = (id - first) * width;
        const to = (index * this.hiddenSize + component) * width;
        for (let byte = 0; byte < width; byte++) rows[to + byte] = span[from + byte]!;
      });
    }
    return rows;
  }

  /** Bytes of an element. */
  get #width(): number {
    return this.scale === undefined ? Float32Array.BYTES_PER_ELEMENT : 1;
  }
}
