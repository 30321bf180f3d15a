import { KeyValueCache, type KeyValueShape, type NewKeyValues } from '../cache/keyValueCache.js';

/**
 * The encoded suffix. Its keys were rotated for positions from 0; the denoiser wants them where the suffix seems to stand,
 * right after the canvas. Rotations add up, so moving it costs no encoding.
 */
export class SuffixCache {
  /** As encoded, at positions from 0. */
  readonly #origin: KeyValueCache;
  readonly #moved: KeyValueCache;
  #position = 0;

  /** `keyValues`: one pass over exactly the suffix's tokens. */
  constructor(
    readonly ids: readonly number[],
    keyValues: NewKeyValues,
    shape: KeyValueShape,
    private readonly ropeTheta: number,
  ) {
    this.#origin = new KeyValueCache(shape);
    this.#origin.append(keyValues, 0, ids.length);
    this.#moved = new KeyValueCache(shape);
    this.#moved.append(keyValues, 0, ids.length);
  }

  /** Keys and values with the first token at `position`; valid until the next call. */
  at(position: number): KeyValueCache {
    if (position === this.#position) return this.#moved;
    const { layers, heads, headSize } = this.#origin.shape;
    const half = headSize / 2;
    const { cos, sin } = this.#turn(position, half);
    for (let index = 0; index < layers.length; index++) {
      for (let head = 0; head < heads; head++) {
        const from = this.#origin.head('keys', index, head, this.ids.length);
        const to = this.#moved.head('keys', index, head, this.ids.length);
        for (let row = 0; row < from.length; row += headSize) {
          for (let component = row; component < row + half; component++) {
            const x = from[component]!;
            const y = from[component + half]!;
            const c = cos[component - row]!;
            const s = sin[component - row]!;
            to[component] = x * c - y * s;
            to[component + half] = y * c + x * s;
          }
        }
      }
    }
    this.#position = position;
    return this.#moved;
  }

  #turn(position: number, half: number): { readonly cos: Float64Array; readonly sin: Float64Array } {
    const angles = Float64Array.from({ length: half }, (_, i) => position * this.ropeTheta ** (-i / half));
    return { cos: angles.map(Math.cos), sin: angles.map(Math.sin) };
  }
}
