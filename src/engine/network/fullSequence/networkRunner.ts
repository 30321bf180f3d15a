import type { FullSequenceArchitecture } from '../folder/manifest.js';
import { floatTensor, intTensor, type Session, type Tensor, type Tensors } from '../runtime/ortRuntime.js';

/** Token sequences of equal length, all at one noise level, and the rows that are asked for. */
export interface NetworkBatch {
  readonly sequences: readonly (readonly number[])[];
  /** Indices into the sequences' rows, for each sequence. */
  readonly wanted: readonly (readonly number[])[];
  /** Total noise; undefined for networks that are not told it. */
  readonly sigma: number | undefined;
  /** Position of the sequences' first row; absent = 0. */
  readonly from?: number;
  /** For each sequence, equally many rows that it sees besides its own; absent = none. */
  readonly past?: readonly KeptRows[];
  /** Whether the keys and values of the sequences' rows are asked for. */
  readonly wantKeyValues?: boolean;
}

/** Keys (rotated) and values of some rows of one sequence: for each layer [heads, rows, headSize]. */
export interface KeptRows {
  readonly rows: number;
  readonly headSize: number;
  readonly keys: readonly Float32Array[];
  readonly values: readonly Float32Array[];
}

export interface NetworkAnswer {
  /** The normed hidden states [D] of the wanted rows, sequence after sequence. */
  readonly hidden: readonly Float32Array[];
  /** For each sequence, where asked for. */
  readonly keyValues: readonly KeptRows[];
}

/** Runs a full-sequence network up to its output layer. */
export class NetworkRunner {
  /** `cached`: whether its graph takes and gives keys and values. */
  constructor(
    private readonly session: Session,
    private readonly architecture: Pick<
      FullSequenceArchitecture,
      'hiddenSize' | 'layers' | 'keyValueHeads' | 'headSize'
    >,
    private readonly cached: boolean,
  ) {}

  async run(batch: NetworkBatch): Promise<NetworkAnswer> {
    const { sequences, wanted, sigma, from = 0, wantKeyValues = false } = batch;
    const length = sequences[0]!.length;
    const shape = [sequences.length, length];
    const rows = wanted.flatMap((own, b) => own.map((row) => b * length + row));
    const feeds = {
      ids: intTensor(sequences.flat(), shape),
      positions: intTensor(
        sequences.flatMap((sequence) => sequence.map((_, row) => from + row)),
        shape,
      ),
      wanted: intTensor(rows, [rows.length]),
      ...(sigma === undefined ? {} : { sigma: floatTensor(Float32Array.of(sigma), [1]) }),
      ...(this.cached ? this.#pastFeeds(batch) : {}),
    };
    const outputs = await this.session.run(feeds, wantKeyValues ? undefined : ['normed']);
    const normed = outputs['normed']!.data as Float32Array;
    const { hiddenSize } = this.architecture;
    return {
      hidden: rows.map((_, r) => normed.subarray(r * hiddenSize, (r + 1) * hiddenSize)),
      keyValues: wantKeyValues ? sequences.map((_, b) => this.#ownRows(outputs, b, length)) : [],
    };
  }

  /** [B, heads, P, headSize] for each layer. */
  #pastFeeds({ sequences, past }: NetworkBatch): Record<string, Tensor> {
    const { layers, keyValueHeads, headSize } = this.architecture;
    const shape = [sequences.length, keyValueHeads, past?.[0]?.rows ?? 0, headSize];
    const feeds: Record<string, Tensor> = {};
    for (let layer = 0; layer < layers; layer++) {
      for (const kind of ['keys', 'values'] as const) {
        const parts = past?.map((kept) => kept[kind][layer]!) ?? [];
        feeds[`past.${kind}.${layer}`] = floatTensor(parts.length === 1 ? parts[0]! : joined(parts), shape);
      }
    }
    return feeds;
  }

  #ownRows(outputs: Tensors, sequence: number, rows: number): KeptRows {
    const { layers, keyValueHeads, headSize } = this.architecture;
    const size = keyValueHeads * rows * headSize;
    const of = (kind: 'keys' | 'values'): Float32Array[] =>
      Array.from({ length: layers }, (_, layer) => {
        const all = outputs[`own.${kind}.${layer}`]!.data as Float32Array;
        return all.subarray(sequence * size, (sequence + 1) * size);
      });
    return { rows, headSize, keys: of('keys'), values: of('values') };
  }
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
