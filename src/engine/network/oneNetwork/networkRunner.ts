import { CacheFeeds } from '../cache/cacheFeeds.js';
import { KeyValueCache } from '../cache/keyValueCache.js';
import type { PrefixCache } from '../cache/prefixCache.js';
import type { ReadTokens } from '../cache/readPrefix.js';
import type { OneNetworkArchitecture } from '../folder/manifest.js';
import { floatTensor, intTensor, type Session, type Tensor, type Tensors } from '../runtime/ortRuntime.js';
import { continuationPasses, type ReadContinuation } from '../vocabulary/continuationPasses.js';
import { type RowGroup, visibility } from './rowGroup.js';
import type { Embedding } from './embedding.js';

/** Rows of a pass, unless one text alone has more: attention scores stay small, and tables of positions are as long at least. */
export const MOST_ROWS = 128;

/** Runs the network's layers over rows of any kind: the trunk, suffixes, causal rows and canvases. */
export class NetworkRunner {
  readonly #feeds: CacheFeeds;
  /** A cache that never holds anything: what a suffix attends to. */
  readonly #nothing: KeyValueCache;
  readonly #shapes: { readonly single: Shapes; readonly many: Shapes };

  constructor(
    private readonly session: Session,
    private readonly embed: Embedding,
    private readonly architecture: OneNetworkArchitecture,
  ) {
    const { layers: count, attentionHeads, keyValueHeads: heads, headSize } = architecture;
    const layers = Array.from({ length: count }, (_, layer) => layer);
    this.#feeds = new CacheFeeds('prefix', layers);
    this.#nothing = new KeyValueCache({ layers, heads, headSize, maxLength: 0 });
    const shape = (...sizes: number[]): Tensor => intTensor(sizes, [4]);
    this.#shapes = {
      many: {
        queryShape: shape(1, heads, -1, headSize),
        keyShape: shape(1, heads, -1, headSize),
        biasShape: shape(1, 1, -1, 0),
      },
      single: {
        queryShape: shape(heads, attentionHeads / heads, 1, headSize),
        keyShape: shape(heads, 1, -1, headSize),
        biasShape: shape(1, -1, 1, 0),
      },
    };
  }

  /** Reads `ids` as tokens of the trunk after those that `cache` holds. */
  readonly readTrunk = async (cache: PrefixCache, ids: readonly number[]): Promise<ReadTokens> =>
    this.run(cache.keyValues, [this.#reading(ids, cache.length)]);

  /** Reads a suffix, the token that opens it included. */
  async readSuffix(ids: readonly number[]): Promise<ReadTokens> {
    const group = { ...this.#reading(ids, 0), position: 0 };
    // Nobody asks what it predicts, but some row has to be wanted.
    return this.run(this.#nothing, [group], [0]);
  }

  /**
   * Reads several texts, each as tokens of the trunk, in as few passes as `MOST_ROWS` lets them. Resolves to the normed hidden states
   * [D] of each of their tokens.
   */
  async readContinuations(
    cache: KeyValueCache,
    continuations: readonly ReadContinuation[],
  ): Promise<readonly (readonly Float32Array[])[]> {
    const { hiddenSize } = this.architecture;
    const read: Float32Array[] = [];
    for (const together of continuationPasses(continuations, MOST_ROWS)) {
      const groups = together.map(({ visible, ids }) => this.#reading(ids, visible));
      const { hidden } = await this.run(cache, groups);
      for (let at = 0; at < hidden.length; at += hiddenSize) read.push(hidden.subarray(at, at + hiddenSize));
    }
    let row = 0;
    return continuations.map(({ ids }) => ids.map(() => read[row++]!));
  }

  /**
   * One pass over all rows of `groups`. `wanted` = the rows whose normed hidden states are asked for, absent = all. `keyValues` holds
   * those of all rows, in their order.
   */
  async run(cache: KeyValueCache, groups: readonly RowGroup[], wanted?: readonly number[]): Promise<ReadTokens> {
    const outputs = await this.#run(cache, groups, wanted);
    const rows = groups.reduce((sum, group) => sum + group.rows.length, 0);
    const data = outputs['keyValues']!.data as Float32Array;
    return { keyValues: { data, sequences: 1, rows }, hidden: outputs['normed']!.data as Float32Array };
  }

  /** As `run`, for rows of which nothing is kept. */
  async hidden(cache: KeyValueCache, groups: readonly RowGroup[], wanted: readonly number[]): Promise<Float32Array> {
    return (await this.#run(cache, groups, wanted, ['normed']))['normed']!.data as Float32Array;
  }

  async #run(
    cache: KeyValueCache,
    groups: readonly RowGroup[],
    wanted: readonly number[] | undefined,
    fetches?: readonly string[],
  ): Promise<Tensors> {
    const { hiddenSize, adapterRank } = this.architecture;
    const count = groups.reduce((sum, { rows }) => sum + rows.length, 0);
    const embedded = new Float32Array(count * hiddenSize);
    const positions = new Int32Array(count);
    const middle = new Float32Array(count);
    let row = 0;
    for (const { rows, position, isMiddle } of groups) {
      if (isMiddle) middle.fill(1, row, row + rows.length);
      for (const [i, own] of rows.entries()) {
        embedded.set(own, row * hiddenSize);
        positions[row++] = position + i;
      }
    }
    const { columns } = cache;
    const asked = wanted ?? Array.from(positions.keys());
    const feeds = {
      rows: floatTensor(embedded, [count, hiddenSize]),
      positions: intTensor(positions, [1, count]),
      wanted: intTensor(asked, [asked.length]),
      bias: floatTensor(visibility(groups, { front: cache.shape.front ?? 0, columns }), [1, 1, count, columns + count]),
      ...(adapterRank === undefined ? {} : { middle: floatTensor(middle, [count, 1]) }),
      // A single row, the commonest pass of a text that is written, has a faster form, see `attendToCache`.
      ...(count === 1 ? this.#shapes.single : this.#shapes.many),
      ...this.#feeds.layersOf(cache, count === 1),
    };
    return this.session.run(feeds, fetches);
  }

  #reading(ids: readonly number[], after: number): RowGroup {
    return {
      rows: ids.map((id) => this.embed(id)),
      position: this.architecture.trunkPosition + after,
      sees: 'causal',
      front: 0,
      cached: after,
      leading: 0,
      isMiddle: false,
    };
  }
}

type Shapes = Readonly<Record<'queryShape' | 'keyShape' | 'biasShape', Tensor>>;
