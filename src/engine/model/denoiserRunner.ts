import { UNSEEN } from './graph/groupedAttention.js';
import type { KeyValueSlot } from './keyValueSlot.js';
import type { LaneTail } from './laneTail.js';
import type { Architecture } from './manifest.js';
import { floatTensor, intTensor, type OrtSession } from './ortRuntime.js';
import { SlotFeeds, tailFeeds } from './slotFeeds.js';

/** One lane of a denoiser pass. */
export interface DenoiserLane {
  /** The encoder's hidden state at the last context token [D], then the embedded canvas: [C + 1][D]. */
  readonly rows: readonly Float32Array[];
  readonly tail: LaneTail;
}

export interface DenoiserContext {
  readonly prefix: KeyValueSlot;
  /** How many of the prefix's columns are the context, the start token included. */
  readonly prefixLength: number;
  readonly suffix: KeyValueSlot;
  /** The position at which the suffix's first token was encoded; at least the largest canvas. */
  readonly suffixPosition: number;
}

/** Runs the denoiser: every row of every lane sees the lane's context and all its rows. */
export class DenoiserRunner {
  readonly #prefixFeeds: SlotFeeds;
  readonly #suffixFeeds: SlotFeeds;

  constructor(
    private readonly session: OrtSession,
    private readonly architecture: Architecture,
  ) {
    const { denoiserLayers } = architecture;
    this.#prefixFeeds = new SlotFeeds('prefix', denoiserLayers);
    this.#suffixFeeds = new SlotFeeds(
      'suffix',
      denoiserLayers.map((_, index) => index),
    );
  }

  /** Resolves to the normed hidden states: `normed` [lanes * rows, D], where `rows` is the longest lane's number of rows. */
  async run(
    context: DenoiserContext,
    lanes: readonly DenoiserLane[],
  ): Promise<{ readonly normed: Float32Array; readonly rows: number }> {
    const { hiddenSize, keyValueHeads, headSize, denoiserLayers } = this.architecture;
    const rows = Math.max(...lanes.map((lane) => lane.rows.length));
    const input = new Float32Array(lanes.length * rows * hiddenSize);
    const positions = new Int32Array(lanes.length * rows);
    const suffixPositions = new Int32Array(lanes.length * rows);
    lanes.forEach((lane, b) => {
      lane.rows.forEach((row, r) => input.set(row, (b * rows + r) * hiddenSize));
      const last = context.prefixLength + lane.tail.length - 1;
      const canvas = lane.rows.length - 1;
      for (let r = 0; r < rows; r++) {
        positions[b * rows + r] = last + r;
        // Row r stands r - C before the suffix's first token; rows past a short lane's end are nobody's.
        suffixPositions[b * rows + r] = context.suffixPosition + Math.min(r - canvas, 0);
      }
    });
    const tails = lanes.map((lane) => lane.tail);
    const tail = tailFeeds(tails, denoiserLayers, keyValueHeads, headSize);
    const outputs = await this.session.run({
      rows: floatTensor(input, [lanes.length * rows, hiddenSize]),
      positions: intTensor(positions, [lanes.length, rows]),
      suffixPositions: intTensor(suffixPositions, [lanes.length, rows]),
      bias: bias(context, lanes, rows, tail.rows),
      ...this.#prefixFeeds.of(context.prefix),
      ...this.#suffixFeeds.of(context.suffix),
      ...tail.feeds,
    });
    return { normed: outputs['normed']!.data as Float32Array, rows };
  }
}

/** 0 for every column that lane b may see, UNSEEN for the others: [lanes, 1, 1, columns]. */
function bias(
  { prefix, prefixLength, suffix }: DenoiserContext,
  lanes: readonly DenoiserLane[],
  rows: number,
  tailRows: number,
): ReturnType<typeof floatTensor> {
  const columns = prefix.capacity + suffix.capacity + tailRows + rows;
  const data = new Float32Array(lanes.length * columns).fill(UNSEEN);
  lanes.forEach((lane, b) => {
    let at = b * columns;
    const part = (size: number, seen: number): void => {
      data.fill(0, at, at + seen);
      at += size;
    };
    part(prefix.capacity, prefixLength);
    part(suffix.capacity, suffix.length);
    part(tailRows, lane.tail.length);
    part(rows, lane.rows.length);
  });
  return floatTensor(data, [lanes.length, 1, 1, columns]);
}
