import type { EmbeddingTable } from '../vocabulary/embeddingTable.js';
import { KeyValueCache, type NewKeyValues } from '../cache/keyValueCache.js';
import { UNSEEN } from '../graph/attendToCache.js';
import type { EncoderDenoiserArchitecture } from '../folder/manifest.js';
import { floatTensor, intTensor, type Session } from '../runtime/ortRuntime.js';
import type { PrefixCache } from '../cache/prefixCache.js';
import { advancePrefix, settlePrefix, type ReadTokens } from '../cache/readPrefix.js';
import { CacheFeeds } from '../cache/cacheFeeds.js';

interface Pass {
  /** Token ids of each sequence; they may differ in length. */
  readonly sequences: readonly (readonly number[])[];
  readonly prefix: KeyValueCache;
  /** How many of the prefix's columns each sequence sees, and so the position of its first token. */
  readonly visible: readonly number[];
}

/** Runs the context encoder: extends prefix caches by new tokens, and encodes suffixes. */
export class EncoderRunner {
  readonly #layers: readonly number[];
  readonly #prefixFeeds: CacheFeeds;
  /** A cache that never holds anything: what tokens without a prefix attend to. */
  readonly #nothing: KeyValueCache;

  constructor(
    private readonly session: Session,
    private readonly embeddings: EmbeddingTable,
    private readonly architecture: EncoderDenoiserArchitecture,
  ) {
    this.#layers = Array.from({ length: architecture.encoderLayers }, (_, layer) => layer);
    this.#prefixFeeds = new CacheFeeds('prefix', this.#layers);
    const { keyValueHeads: heads, headSize } = architecture;
    this.#nothing = new KeyValueCache({ layers: this.#layers, heads, headSize, maxLength: 0 });
  }

  /** As `settlePrefix`, with the final hidden state of each token before the norm. */
  async settle(cache: PrefixCache, ids: readonly number[]): Promise<number> {
    return settlePrefix(cache, ids, this.#readAfter);
  }

  /** As `advancePrefix`. */
  async advance(cache: PrefixCache, ids: readonly number[]): Promise<number> {
    return advancePrefix(cache, ids, this.#readAfter);
  }

  readonly #readAfter = async (cache: PrefixCache, ids: readonly number[]): Promise<ReadTokens> =>
    this.#run({ sequences: [ids], prefix: cache.keyValues, visible: [cache.length] });

  /** Encodes `ids` on their own, at positions from 0. */
  async encodeAlone(ids: readonly number[]): Promise<NewKeyValues> {
    return (await this.#run({ sequences: [ids], prefix: this.#nothing, visible: [0] })).keyValues;
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
      sequences: read.map(({ ids }) => ids),
      prefix,
      visible: read.map(({ visible }) => visible),
    });
    const { hiddenSize } = this.architecture;
    let sequence = -1;
    return continuations.map(({ ids }) => {
      if (ids.length > 0) sequence++;
      const first = sequence * keyValues.rows;
      return ids.map((_, i) => hidden.slice((first + i) * hiddenSize, (first + i + 1) * hiddenSize));
    });
  }

  async #run(pass: Pass): Promise<ReadTokens> {
    const { hiddenSize, attentionHeads, keyValueHeads, headSize } = this.architecture;
    const group = attentionHeads / keyValueHeads;
    const sequences = pass.sequences.length;
    const rows = Math.max(...pass.sequences.map((ids) => ids.length));
    // One token of one sequence, the commonest pass of all, has a faster form, see `encoderGraph`.
    const single = sequences === 1 && rows === 1;
    const embedded = new Float32Array(sequences * rows * hiddenSize);
    const positions = new Int32Array(sequences * rows);
    pass.sequences.forEach((ids, b) => {
      embedded.set(this.embeddings.rows(ids), b * rows * hiddenSize);
      for (let row = 0; row < rows; row++) positions[b * rows + row] = pass.visible[b]! + row;
    });
    const outputs = await this.session.run({
      rows: floatTensor(embedded, [sequences * rows, hiddenSize]),
      positions: intTensor(positions, [sequences, rows]),
      bias: this.#bias(pass, rows),
      queryShape: intTensor(
        single ? [keyValueHeads, group, 1, headSize] : [sequences, keyValueHeads, -1, headSize],
        [4],
      ),
      keyShape: intTensor(single ? [keyValueHeads, 1, -1, headSize] : [sequences, keyValueHeads, -1, headSize], [4]),
      ...this.#prefixFeeds.layersOf(pass.prefix, single),
    });
    const data = outputs['keyValues']!.data as Float32Array;
    return { keyValues: { data, sequences, rows }, hidden: outputs['hidden']!.data as Float32Array };
  }

  /** 0 where row i of a sequence may look, UNSEEN elsewhere: [sequences, 1, group * rows, columns], or one row where all are alike. */
  #bias(pass: Pass, rows: number): ReturnType<typeof floatTensor> {
    const { attentionHeads, keyValueHeads } = this.architecture;
    const sequences = pass.sequences.length;
    const { capacity } = pass.prefix;
    const columns = capacity + rows;
    const group = rows === 1 ? 1 : attentionHeads / keyValueHeads;
    const bias = new Float32Array(sequences * group * rows * columns).fill(UNSEEN);
    for (let b = 0; b < sequences; b++) {
      for (let g = 0; g < group; g++) {
        for (let row = 0; row < rows; row++) {
          const at = ((b * group + g) * rows + row) * columns;
          bias.fill(0, at, at + pass.visible[b]!);
          bias.fill(0, at + capacity, at + capacity + row + 1);
        }
      }
    }
    return floatTensor(bias, [sequences, 1, group * rows, columns]);
  }
}
