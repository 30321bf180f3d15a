import type { EmbeddingTable } from './embeddingTable.js';
import { KeyValueCache, type NewKeyValues } from './keyValueCache.js';
import { UNSEEN } from './graph/encoderGraph.js';
import { LaneTail } from './laneTail.js';
import type { EncoderDenoiserArchitecture } from '../folder/manifest.js';
import { floatTensor, intTensor, type Session } from '../runtime/ortRuntime.js';
import { prefixBlocks } from './prefixBlocks.js';
import type { PrefixCache } from './prefixCache.js';
import { CacheFeeds, tailFeeds } from './cacheFeeds.js';

/** Long texts are read in pieces, so that attention scores stay small. */
const CHUNK = 128;

interface Pass {
  /** Token ids of each lane; lanes may differ in length. */
  readonly lanes: readonly (readonly number[])[];
  /** The position of each lane's first token. */
  readonly firstPositions: readonly number[];
  readonly prefix: KeyValueCache;
  /** How many of the prefix's columns each lane sees. */
  readonly visible: readonly number[];
  readonly tails: readonly LaneTail[];
}

interface PassResult {
  readonly keyValues: NewKeyValues;
  /** [lanes * rows, D] */
  readonly hidden: Float32Array;
}

/** Runs the context encoder: extends prefix caches, lanes' tails and suffixes by new tokens. */
export class EncoderRunner {
  readonly #layers: readonly number[];
  readonly #prefixFeeds: CacheFeeds;
  /** A slot that never holds anything: what tokens without a prefix attend to. */
  readonly #nothing: KeyValueCache;

  constructor(
    private readonly session: Session,
    private readonly embeddings: EmbeddingTable,
    private readonly architecture: EncoderDenoiserArchitecture,
    /** The most tokens a lane may append. */
    private readonly tailLength: number,
  ) {
    this.#layers = Array.from({ length: architecture.encoderLayers }, (_, layer) => layer);
    this.#prefixFeeds = new CacheFeeds('prefix', this.#layers);
    const { keyValueHeads: heads, headSize } = architecture;
    this.#nothing = new KeyValueCache({ layers: this.#layers, heads, headSize, maxLength: 0 });
  }

  /**
   * Makes `slot` hold exactly `ids`, all of them settled: see `prefixBlocks`. Resolves to the number of tokens that were not settled
   * there before.
   */
  async settle(slot: PrefixCache, ids: readonly number[]): Promise<number> {
    const kept = slot.settledShare(ids);
    for (const { start, rows, room } of prefixBlocks(kept, ids.length)) {
      const own = ids.slice(start, start + rows);
      slot.truncate(start);
      slot.keyValues.fit(room);
      const { keyValues, hidden } = await this.#run({
        // No token sees those after it, so it does not matter what fills the block.
        lanes: [[...own, ...Array<number>(rows - own.length).fill(own[0]!)]],
        firstPositions: [start],
        prefix: slot.keyValues,
        visible: [start],
        tails: [this.newTail()],
      });
      slot.append(own, keyValues, hidden.subarray(0, own.length * this.architecture.hiddenSize));
    }
    slot.settle(ids.length);
    return ids.length - kept;
  }

  /**
   * Makes `slot` hold exactly `ids`, keeping what it shares with them; what is new is read in one go and not settled. Resolves to
   * the number of tokens encoded.
   */
  async advance(slot: PrefixCache, ids: readonly number[]): Promise<number> {
    const shared = slot.sharedLength(ids);
    if (shared < slot.length) slot.truncate(shared);
    for (let start = shared; start < ids.length; start += CHUNK) {
      const chunk = ids.slice(start, start + CHUNK);
      if (slot.recall(chunk)) continue;
      const pass = {
        lanes: [chunk],
        firstPositions: [start],
        prefix: slot.keyValues,
        visible: [start],
        tails: [this.newTail()],
      };
      const { keyValues, hidden } = await this.#run(pass);
      slot.append(chunk, keyValues, hidden);
    }
    return ids.length - shared;
  }

  /** Encodes `ids` on their own, at positions from 0. */
  async encodeAlone(ids: readonly number[]): Promise<NewKeyValues> {
    const pass = { lanes: [ids], firstPositions: [0], prefix: this.#nothing, visible: [0], tails: [this.newTail()] };
    return (await this.#run(pass)).keyValues;
  }

  /** Extends each tail by `tokens[b]`, after the first `length` tokens of `prefix`. All of them in one pass. */
  async extendTails(
    prefix: KeyValueCache,
    length: number,
    tails: readonly LaneTail[],
    tokens: readonly (readonly number[])[],
  ): Promise<void> {
    const busy = tails.map((tail, b) => ({ tail, tokens: tokens[b] ?? [] })).filter((lane) => lane.tokens.length > 0);
    if (busy.length === 0) return;
    const { keyValues, hidden } = await this.#run({
      lanes: busy.map((lane) => lane.tokens),
      firstPositions: busy.map(({ tail }) => length + tail.length),
      prefix,
      visible: busy.map(() => length),
      tails: busy.map(({ tail }) => tail),
    });
    const { hiddenSize } = this.architecture;
    busy.forEach((lane, b) => {
      const end = (b * keyValues.rows + lane.tokens.length) * hiddenSize;
      lane.tail.append(keyValues, b, lane.tokens.length, hidden.slice(end - hiddenSize, end));
    });
  }

  /**
   * Reads several texts, each after the first `visible` tokens of `prefix`, in one pass. Resolves to the final hidden state [D] of
   * each of their tokens; nothing is kept.
   */
  async readContinuations(
    prefix: KeyValueCache,
    continuations: readonly { readonly visible: number; readonly ids: readonly number[] }[],
  ): Promise<readonly (readonly Float32Array[])[]> {
    const read = continuations.filter(({ ids }) => ids.length > 0);
    if (read.length === 0) return continuations.map(() => []);
    const { keyValues, hidden } = await this.#run({
      lanes: read.map(({ ids }) => ids),
      firstPositions: read.map(({ visible }) => visible),
      prefix,
      visible: read.map(({ visible }) => visible),
      tails: read.map(() => this.newTail()),
    });
    const { hiddenSize } = this.architecture;
    let lane = -1;
    return continuations.map(({ ids }) => {
      if (ids.length > 0) lane++;
      const first = lane * keyValues.rows;
      return ids.map((_, i) => hidden.slice((first + i) * hiddenSize, (first + i + 1) * hiddenSize));
    });
  }

  newTail(): LaneTail {
    const { keyValueHeads: heads, headSize } = this.architecture;
    return new LaneTail({ layers: this.#layers, heads, headSize, maxLength: this.tailLength });
  }

  async #run(pass: Pass): Promise<PassResult> {
    const { hiddenSize, attentionHeads, keyValueHeads, headSize } = this.architecture;
    const group = attentionHeads / keyValueHeads;
    const lanes = pass.lanes.length;
    const rows = Math.max(...pass.lanes.map((ids) => ids.length));
    // One token of one lane, the commonest pass of all, has a faster form, see `encoderGraph`.
    const single = lanes === 1 && rows === 1;
    const embedded = new Float32Array(lanes * rows * hiddenSize);
    const positions = new Int32Array(lanes * rows);
    pass.lanes.forEach((ids, b) => {
      embedded.set(this.embeddings.rows(ids), b * rows * hiddenSize);
      for (let row = 0; row < rows; row++) positions[b * rows + row] = pass.firstPositions[b]! + row;
    });
    const tail = tailFeeds(pass.tails, this.#layers.length, keyValueHeads, headSize);
    const outputs = await this.session.run({
      rows: floatTensor(embedded, [lanes * rows, hiddenSize]),
      positions: intTensor(positions, [lanes, rows]),
      bias: this.#bias(pass, rows, tail.rows),
      queryShape: intTensor(single ? [keyValueHeads, group, 1, headSize] : [lanes, keyValueHeads, -1, headSize], [4]),
      keyShape: intTensor(single ? [keyValueHeads, 1, -1, headSize] : [lanes, keyValueHeads, -1, headSize], [4]),
      ...this.#prefixFeeds.layersOf(pass.prefix, single),
      ...tail.feeds,
    });
    const data = outputs['keyValues']!.data as Float32Array;
    return { keyValues: { data, lanes, rows }, hidden: outputs['hidden']!.data as Float32Array };
  }

  /** 0 where row i of a lane may look, UNSEEN elsewhere: [lanes, 1, group * rows, columns], or one row where all are alike. */
  #bias(pass: Pass, rows: number, tailRows: number): ReturnType<typeof floatTensor> {
    const { attentionHeads, keyValueHeads } = this.architecture;
    const lanes = pass.lanes.length;
    const { capacity } = pass.prefix;
    const columns = capacity + tailRows + rows;
    const group = rows === 1 ? 1 : attentionHeads / keyValueHeads;
    const bias = new Float32Array(lanes * group * rows * columns).fill(UNSEEN);
    for (let b = 0; b < lanes; b++) {
      for (let g = 0; g < group; g++) {
        for (let row = 0; row < rows; row++) {
          const at = ((b * group + g) * rows + row) * columns;
          bias.fill(0, at, at + pass.visible[b]!);
          bias.fill(0, at + capacity, at + capacity + pass.tails[b]!.length);
          bias.fill(0, at + capacity + tailRows, at + capacity + tailRows + row + 1);
        }
      }
    }
    return floatTensor(bias, [lanes, 1, group * rows, columns]);
  }
}
