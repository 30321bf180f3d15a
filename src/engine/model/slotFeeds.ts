import type { KeyValueSlot } from './keyValueSlot.js';
import type { LaneTail } from './laneTail.js';
import { tailRows } from './laneTail.js';
import { floatTensor, type Tensor } from './ortRuntime.js';

type Feeds = Record<string, Tensor>;

/** The tensors over a slot's buffers; made again only when the slot's capacity changes. */
export class SlotFeeds {
  readonly #known = new WeakMap<KeyValueSlot, { readonly capacity: number; readonly feeds: Feeds }>();

  /**
   * Inputs `name.keys.i` and `name.values.i` for a graph of `layers.length` layers, where graph layer i reads the slot's layer
   * `layers[i]`.
   */
  constructor(
    private readonly name: string,
    private readonly layers: readonly number[],
  ) {}

  of(slot: KeyValueSlot): Feeds {
    const known = this.#known.get(slot);
    if (known?.capacity === slot.capacity) return known.feeds;
    const { heads, headSize } = slot.shape;
    const { capacity } = slot;
    const feeds: Feeds = {};
    this.layers.forEach((layer, index) => {
      feeds[`${this.name}.keys.${index}`] = floatTensor(slot.keys(layer), [heads, headSize, capacity]);
      feeds[`${this.name}.values.${index}`] = floatTensor(slot.values(layer), [heads, capacity, headSize]);
    });
    this.#known.set(slot, { capacity, feeds });
    return feeds;
  }
}

/** Inputs `tail.keys.i` and `tail.values.i` [lanes, heads, t, headSize] for graph layers i that read encoder layers `layers[i]`. */
export function tailFeeds(
  tails: readonly LaneTail[],
  layers: readonly number[],
  heads: number,
  headSize: number,
): { readonly rows: number; readonly feeds: Feeds } {
  const rows = tailRows(Math.max(0, ...tails.map((tail) => tail.length)));
  const shape = [tails.length, heads, rows, headSize];
  const lane = heads * rows * headSize;
  const feeds: Feeds = {};
  layers.forEach((layer, index) => {
    (['keys', 'values'] as const).forEach((name, kind) => {
      const data = new Float32Array(tails.length * lane);
      tails.forEach((tail, b) => tail.copy(layer, kind as 0 | 1, data, b * lane, rows));
      feeds[`tail.${name}.${index}`] = floatTensor(data, shape);
    });
  });
  return { rows, feeds };
}
