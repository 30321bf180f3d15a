import type { EncoderDenoiserManifest, OneNetworkManifest } from '../folder/manifest.js';
import type { ModelWeights } from '../folder/weights.js';

/** Rows kept ready: looking one up in the transposed table touches as many memory pages as the row has components. */
const CACHED_ROWS = 4096;

/** Token embeddings, dequantised on demand from the table that the output layer shares, stored [D, V]. */
export class EmbeddingTable {
  readonly #rows = new Map<number, Float32Array>();

  private constructor(
    private readonly columns: Int8Array | Float32Array,
    private readonly scale: Float32Array | undefined,
    private readonly hiddenSize: number,
    private readonly vocabularySize: number,
  ) {}

  static async load(weights: ModelWeights<EncoderDenoiserManifest | OneNetworkManifest>): Promise<EmbeddingTable> {
    const { architecture, weights: stored } = weights.manifest;
    const int8 = stored.precision === 'int8';
    const columns = int8 ? await weights.readInt8('embedding.weight') : await weights.readFloats('embedding.weight');
    const scale = int8 ? await weights.readFloats('embedding.scale') : undefined;
    return new EmbeddingTable(columns, scale, architecture.hiddenSize, architecture.vocabularySize);
  }

  /** The embedding of token `id` [D]; not to be changed. */
  row(id: number): Float32Array {
    const known = this.#rows.get(id);
    if (known !== undefined) return known;
    if (!Number.isInteger(id) || id < 0 || id >= this.vocabularySize) {
      throw new RangeError(`token id ${id} is not in the vocabulary of ${this.vocabularySize}`);
    }
    const row = new Float32Array(this.hiddenSize);
    const scale = this.scale?.[id] ?? 1;
    for (let component = 0; component < row.length; component++) {
      row[component] = this.columns[component * this.vocabularySize + id]! * scale;
    }
    if (this.#rows.size >= CACHED_ROWS) this.#rows.clear();
    this.#rows.set(id, row);
    return row;
  }

  /** Embeddings of `ids`, one after the other, [ids.length, D]. */
  rows(ids: readonly number[]): Float32Array {
    const out = new Float32Array(ids.length * this.hiddenSize);
    ids.forEach((id, index) => out.set(this.row(id), index * this.hiddenSize));
    return out;
  }
}
