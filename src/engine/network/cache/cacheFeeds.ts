import type { KeyValueCache, Kind } from './keyValueCache.js';
import { floatTensor, type Tensor } from '../runtime/ortRuntime.js';

type Feeds = Record<string, Tensor>;
const KINDS = ['keys', 'values'] as const satisfies readonly Kind[];

/** Tensors over caches' buffers, made again only when a cache's capacity, or how many of its rows are read, changes. */
export class CacheFeeds {
  readonly #known = new WeakMap<KeyValueCache, { readonly state: string; readonly feeds: Feeds }>();

  /** Inputs are named after `name`; graph layer i reads the cache's layer `layers[i]`. */
  constructor(
    private readonly name: string,
    private readonly layers: readonly number[],
  ) {}

  /** Whole layers, `name.keys.i` and `name.values.i` [1, heads, columns, headSize], or [heads, 1, ...] for single rows. */
  layersOf(cache: KeyValueCache, single: boolean): Feeds {
    const { heads, headSize } = cache.shape;
    const shape = single ? [heads, 1, cache.columns, headSize] : [1, heads, cache.columns, headSize];
    return this.#cached(cache, single ? 1 : 0, (feeds, kind, layer, index) => {
      feeds[`${this.name}.${kind}.${index}`] = floatTensor(cache.all(kind, layer), shape);
    });
  }

  /** The first `length` rows of each head, `name.keys.i.h` and `name.values.i.h` [length, headSize]. */
  headsOf(cache: KeyValueCache, length: number): Feeds {
    const { heads, headSize } = cache.shape;
    return this.#cached(cache, length, (feeds, kind, layer, index) => {
      for (let head = 0; head < heads; head++) {
        const rows = cache.head(kind, layer, head, length);
        feeds[`${this.name}.${kind}.${index}.${head}`] = floatTensor(rows, [length, headSize]);
      }
    });
  }

  #cached(
    cache: KeyValueCache,
    length: number,
    add: (feeds: Feeds, kind: Kind, layer: number, index: number) => void,
  ): Feeds {
    const state = `${cache.capacity}/${length}`;
    const known = this.#known.get(cache);
    if (known?.state === state) return known.feeds;
    const feeds: Feeds = {};
    for (const kind of KINDS) this.layers.forEach((layer, index) => add(feeds, kind, layer, index));
    this.#known.set(cache, { state, feeds });
    return feeds;
  }
}
