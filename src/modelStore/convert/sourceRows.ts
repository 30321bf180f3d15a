import type { TensorType } from '../../engine/network/folder/safetensors.js';
import type { CheckpointFiles } from './checkpoint/checkpointReader.js';
import { bytesOfElement, decodeFloatsInto } from './checkpoint/decodeFloats.js';
import { requireFinite } from './requireFinite.js';
import type { Piece } from './tensorSources.js';
import { transposeInto } from './transposeInto.js';

/** A piece, the name that its tensor has in this checkpoint, and which rows of it are meant. */
export interface FoundPiece {
  readonly piece: Piece;
  readonly source: string;
  readonly first: number;
  readonly last: number;
}

/** Rows that were read from one tensor. */
interface Segment {
  /** Counted from the first row that was asked for. */
  readonly row: number;
  readonly rows: number;
  readonly factor: number | undefined;
  /** The tensor's name in the checkpoint. */
  readonly source: string;
  /** As they are stored, or in float32 where they had to be transposed. */
  readonly stored: { readonly bytes: Uint8Array; readonly type: TensorType } | Float32Array;
}

/** Rows are read into one buffer, again and again: fresh memory costs more than what is done with it. Elements are aligned in it. */
const ALIGNMENT = 8;

/** Reads rows of what pieces of a checkpoint's tensors make up, and decodes them tile by tile. */
export class SourceRows {
  #buffer = Buffer.alloc(0);
  #segments: Segment[] = [];
  #width = 0;

  constructor(private readonly files: CheckpointFiles) {}

  /** Reads rows `from`..`to` of `pieces`, whose rows have `width` elements. What was read before is gone. */
  async read(pieces: readonly FoundPiece[], width: number, from: number, to: number): Promise<void> {
    this.#width = width;
    this.#segments = [];
    const wanted: { found: FoundPiece; begin: number; end: number; row: number; at: number }[] = [];
    let start = 0;
    let at = 0;
    for (const found of pieces) {
      const { first, last, piece, source } = found;
      const begin = Math.max(from, start);
      const end = Math.min(to, start + last - first);
      if (begin < end) {
        wanted.push({ found, begin: first + begin - start, end: first + end - start, row: begin - from, at });
        if (piece.transposed !== true) {
          const bytes = (end - begin) * width * bytesOfElement(this.files.typeOf(source));
          at = Math.ceil((at + bytes) / ALIGNMENT) * ALIGNMENT;
        }
      }
      start += last - first;
    }
    if (this.#buffer.length < at) this.#buffer = Buffer.allocUnsafeSlow(at);
    for (const { found, begin, end, row, at: place } of wanted) {
      const { piece, source } = found;
      const common = { row, rows: end - begin, factor: piece.factor, source };
      if (piece.transposed === true) {
        this.#segments.push({ ...common, stored: await this.#transposed(source, begin, end) });
      } else {
        const bytes = await this.files.readRows(source, begin, end, this.#buffer.subarray(place));
        const stored = { bytes: this.#buffer.subarray(place, place + bytes), type: this.files.typeOf(source) };
        this.#segments.push({ ...common, stored });
      }
    }
  }

  /** Fills `target` with the rows that were read, from row `from` of them on. Throws InfillError model-corrupt, see `requireFinite`. */
  decode(from: number, target: Float32Array): void {
    const width = this.#width;
    const to = from + target.length / width;
    for (const { row, rows, factor, source, stored } of this.#segments) {
      const begin = Math.max(from, row);
      const end = Math.min(to, row + rows);
      if (begin >= end) continue;
      const into = target.subarray((begin - from) * width, (end - from) * width);
      const skipped = (begin - row) * width;
      if (stored instanceof Float32Array) into.set(stored.subarray(skipped, skipped + into.length));
      else decodeFloatsInto(into, stored.bytes.subarray(skipped * bytesOfElement(stored.type)), stored.type);
      if (factor !== undefined) for (let i = 0; i < into.length; i++) into[i] = (into[i] ?? 0) * factor;
      requireFinite(into, source);
    }
  }

  /** Rows of a tensor that is stored [in, out]. */
  async #transposed(source: string, from: number, to: number): Promise<Float32Array> {
    const [inputs = 1, ...rest] = this.files.shapeOf(source);
    const outputs = rest.reduce((product, size) => product * size, 1);
    const all = await this.files.rows(source, 0, inputs);
    const rows = new Float32Array(all.length);
    transposeInto(rows, all, { rows: inputs, width: outputs, stride: inputs, at: 0 });
    return rows.subarray(from * inputs, to * inputs);
  }
}
