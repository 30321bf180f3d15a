import type { EncoderRunner } from './encoderRunner.js';
import type { KeyValueShape } from './keyValueCache.js';
import type { EncoderDenoiserManifest } from '../folder/manifest.js';
import { PrefixCache } from './prefixCache.js';
import { SuffixCache } from './suffixCache.js';

/** Two prefixes, so that switching between two files, or two places of one, does not start over each time. */
const PREFIX_CACHES = 2;
const SUFFIX_CACHES = 3;
/** A cache is continued where it shares at least this part of the new prefix; else the one unused for longest is. */
const WORTH_KEEPING = 0.25;

/**
 * What the encoder has read lately. A prefix cache is extended and cut as the text before the cursor changes; suffixes are kept
 * whole. Every answer is exactly what encoding from scratch would give, to the last bit: see `prefixBlocks`.
 */
export class ContextCache {
  readonly #runner: EncoderRunner;
  /** Most recently used first. */
  readonly #prefixes: PrefixCache[];
  #suffixes: SuffixCache[] = [];
  readonly #suffixShape: KeyValueShape;
  readonly #ropeTheta: number;
  #pinned: { readonly cache: PrefixCache; readonly length: number } | undefined;

  constructor(runner: EncoderRunner, { architecture, limits }: EncoderDenoiserManifest) {
    const { keyValueHeads: heads, headSize, encoderLayers, denoiserLayers, hiddenSize } = architecture;
    const layers = Array.from({ length: encoderLayers }, (_, layer) => layer);
    const maxLength = prefixCapacity(limits);
    this.#runner = runner;
    this.#prefixes = Array.from(
      { length: PREFIX_CACHES },
      () => new PrefixCache({ layers, heads, headSize, maxLength }, hiddenSize),
    );
    this.#suffixShape = { layers: denoiserLayers, heads, headSize, maxLength: limits.suffix + 1 };
    this.#ropeTheta = architecture.ropeTheta;
  }

  /** A cache that holds exactly `ids` (start token included), all settled, and how many of them had to be encoded. */
  async prefix(ids: readonly number[]): Promise<{ readonly cache: PrefixCache; readonly encoded: number }> {
    const cache = this.#choose(ids);
    this.#prefixes.sort((a, b) => Number(b === cache) - Number(a === cache));
    return { cache, encoded: await emptiedOnFailure(cache, () => this.#runner.settle(cache, ids)) };
  }

  /**
   * A cache that holds `ids` and then `more`. What was read after `ids` since they were asked for last is kept, so the answer depends
   * on that: `ids` are settled, the rest is not.
   */
  async along(ids: readonly number[], more: readonly number[]): Promise<PrefixCache> {
    const [latest] = this.#prefixes;
    const goesOn = latest?.settledLength === ids.length && latest.settledShare(ids) === ids.length;
    const cache = goesOn ? latest : (await this.prefix(ids)).cache;
    await this.advance(cache, [...ids, ...more]);
    return cache;
  }

  /** Makes `cache` hold exactly `ids`; resolves to how many had to be encoded. After a failure the cache is empty. */
  async advance(cache: PrefixCache, ids: readonly number[]): Promise<number> {
    return emptiedOnFailure(cache, () => this.#runner.advance(cache, ids));
  }

  /** `ids` (start token included) encoded on their own. */
  async suffix(ids: readonly number[]): Promise<{ readonly cache: SuffixCache; readonly encoded: number }> {
    const known = this.#suffixes.find((cache) => equal(cache.ids, ids));
    const cache = known ?? (await this.#newSuffix(ids));
    this.#suffixes = [cache, ...this.#suffixes.filter((other) => other !== cache)].slice(0, SUFFIX_CACHES);
    return { cache, encoded: known === undefined ? ids.length : 0 };
  }

  async #newSuffix(ids: readonly number[]): Promise<SuffixCache> {
    const keyValues = await this.#runner.encodeAlone(ids);
    return new SuffixCache([...ids], keyValues, { ...this.#suffixShape, maxLength: ids.length }, this.#ropeTheta);
  }

  /** The first `length` tokens of `cache` are in use: nothing but its user may cut them. `undefined` = nothing is in use. */
  pin(cache: PrefixCache | undefined, length: number): void {
    this.#pinned = cache === undefined ? undefined : { cache, length };
  }

  #choose(ids: readonly number[]): PrefixCache {
    const pinned = this.#pinned;
    const usable = this.#prefixes.filter(
      (cache) => cache !== pinned?.cache || cache.sharedLength(ids) >= Math.min(pinned.length, cache.length),
    );
    const shared = (cache: PrefixCache): number => cache.settledShare(ids);
    const best = usable.reduce((a, b) => (shared(b) > shared(a) ? b : a));
    return shared(best) >= ids.length * WORTH_KEEPING ? best : usable.at(-1)!;
  }
}

/** The most tokens of a prefix cache: the longest prefix, its start token, and a whole canvas appended. */
export function prefixCapacity(limits: EncoderDenoiserManifest['limits']): number {
  return limits.prefix + 1 + limits.canvas;
}

async function emptiedOnFailure<T>(cache: PrefixCache, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    cache.truncate(0);
    throw error;
  }
}

function equal(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}
