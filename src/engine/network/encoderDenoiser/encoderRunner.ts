import { continuationPasses, type ReadContinuation } from '../vocabulary/continuationPasses.js';
import type { EmbeddingTable } from '../vocabulary/embeddingTable.js';
import { KeyValueCache, type NewKeyValues } from '../cache/keyValueCache.js';
import { UNSEEN } from '../graph/attendToCache.js';
import type { EncoderDenoiserArchitecture } from '../folder/manifest.js';
import { floatTensor, intTensor, type Session, type Tensor } from '../runtime/ortRuntime.js';
import type { PrefixCache } from '../cache/prefixCache.js';
import { advancePrefix, settlePrefix, type ReadTokens } from '../cache/readPrefix.js';
import { CacheFeeds } from '../cache/cacheFeeds.js';

/** Rows of a pass over continuations, unless one alone has more: attention scores stay small. */
const MOST_ROWS = 128;

interface Pass {
  /** Texts, each read after the first `visible` columns of the prefix, which say at which position its first token stands. */
  readonly texts: readonly ReadContinuation[];
  readonly prefix: KeyValueCache;
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
    this.#run({ texts: [{ ids, visible: cache.length }], prefix: cache.keyValues });

  /** Encodes `ids` on their own, at positions from 0. */
  async encodeAlone(ids: readonly number[]): Promise<NewKeyValues> {
    return (await this.#run({ texts: [{ ids, visible: 0 }], prefix: this.#nothing })).keyValues;
  }

  /**
   * Reads several texts, each after the first tokens of `prefix` that it sees, in as few passes as `MOST_ROWS` lets them. Resolves to
   * the final hidden state [D] of each of their tokens; nothing is kept.
   */
  async readContinuations(
    prefix: KeyValueCache,
    continuations: readonly ReadContinuation[],
  ): Promise<readonly (readonly Float32Array[])[]> {
    const { hiddenSize } = this.architecture;
    const read: Float32Array[] = [];
    for (const texts of continuationPasses(continuations, MOST_ROWS)) {
      const { hidden } = await this.#run({ texts, prefix });
      for (let at = 0; at < hidden.length; at += hiddenSize) read.push(hidden.subarray(at, at + hiddenSize));
    }
    let row = 0;
    return continuations.map(({ ids }) => ids.map(() => read[row++]!));
  }

  async #run({ texts, prefix }: Pass): Promise<ReadTokens> {
    const { hiddenSize, attentionHeads, keyValueHeads, headSize } = this.architecture;
    const group = attentionHeads / keyValueHeads;
    const ids = texts.flatMap((text) => text.ids);
    const positions = texts.flatMap((text) => text.ids.map((_, i) => text.visible + i));
    const rows = ids.length;
    // One token alone, the commonest pass of all, has a faster form, see `encoderGraph`.
    const single = rows === 1;
    const outputs = await this.session.run({
      rows: floatTensor(this.embeddings.rows(ids), [rows, hiddenSize]),
      positions: intTensor(positions, [1, rows]),
      bias: this.#bias(texts, prefix.capacity, rows),
      queryShape: intTensor(single ? [keyValueHeads, group, 1, headSize] : [1, keyValueHeads, -1, headSize], [4]),
      keyShape: intTensor(single ? [keyValueHeads, 1, -1, headSize] : [1, keyValueHeads, -1, headSize], [4]),
      ...this.#prefixFeeds.layersOf(prefix, single),
    });
    const data = outputs['keyValues']!.data as Float32Array;
    return { keyValues: { data, sequences: 1, rows }, hidden: outputs['hidden']!.data as Float32Array };
  }

  /**
   * 0 where a row may look, UNSEEN elsewhere: of the prefix at what its text sees, of the pass's rows at its text's own up to itself.
   * [1, 1, group * rows, capacity + rows], or one row where there is one alone.
   */
  #bias(texts: readonly ReadContinuation[], capacity: number, rows: number): Tensor {
    const { attentionHeads, keyValueHeads } = this.architecture;
    const columns = capacity + rows;
    const group = rows === 1 ? 1 : attentionHeads / keyValueHeads;
    const bias = new Float32Array(group * rows * columns).fill(UNSEEN);
    let first = 0;
    for (const { visible, ids } of texts) {
      for (let row = first; row < first + ids.length; row++) {
        const at = row * columns;
        bias.fill(0, at, at + visible);
        bias.fill(0, at + capacity + first, at + capacity + row + 1);
      }
      first += ids.length;
    }
    // The heads of a group see alike.
    for (let g = 1; g < group; g++) bias.copyWithin(g * rows * columns, 0, rows * columns);
    return floatTensor(bias, [1, 1, group * rows, columns]);
  }
}
