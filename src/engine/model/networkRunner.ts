import { floatTensor, intTensor, type Session } from './ortRuntime.js';

/** Token sequences of equal length, all at one noise level, and the rows that are asked for. */
export interface NetworkBatch {
  readonly sequences: readonly (readonly number[])[];
  /** Indices into the sequences' rows, for each sequence. */
  readonly wanted: readonly (readonly number[])[];
  /** Total noise; undefined for networks that are not told it. */
  readonly sigma: number | undefined;
}

/** Runs a full-sequence network up to its output layer. */
export class NetworkRunner {
  constructor(
    private readonly session: Session,
    private readonly hiddenSize: number,
  ) {}

  /** Resolves to the normed hidden states [D] of the wanted rows, sequence after sequence. */
  async run({ sequences, wanted, sigma }: NetworkBatch): Promise<Float32Array[]> {
    const length = sequences[0]!.length;
    const shape = [sequences.length, length];
    const rows = wanted.flatMap((own, b) => own.map((row) => b * length + row));
    const outputs = await this.session.run({
      ids: intTensor(sequences.flat(), shape),
      positions: intTensor(
        sequences.flatMap((sequence) => sequence.map((_, position) => position)),
        shape,
      ),
      wanted: intTensor(rows, [rows.length]),
      ...(sigma === undefined ? {} : { sigma: floatTensor(Float32Array.of(sigma), [1]) }),
    });
    const normed = outputs['normed']!.data as Float32Array;
    return rows.map((_, r) => normed.subarray(r * this.hiddenSize, (r + 1) * this.hiddenSize));
  }
}
