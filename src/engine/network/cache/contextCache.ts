import type { PrefixCache } from './prefixCache.js';

/** Two prefixes, so that switching between two files, or two places of one, does not start over each time. */
export const LEAST_PREFIXES = 2;
/** Suffixes that are kept besides while contexts take turns: one for each as a rule. */
const SUFFIXES_IN_TURNS = 12;
/**
 * Tokens that a cache may lose to a context that takes its turn, or to a prefix where many are kept; where it would lose more, that goes on in
 * a copy.
 */
const MAY_LOSE = 16;
/** A cache is continued where it shares at least this part of the new prefix; else the one unused for longest is. */
const WORTH_KEEPING = 0.25;
/** The same while contexts take turns, and there is a cache that none of them uses. */
const WORTH_HOLDING = 0.5;

/** The network that fills the caches; `S` is what it makes of a suffix. */
export interface ContextReader<S> {
  /** As `settlePrefix`. */
  settle(cache: PrefixCache, ids: readonly number[]): Promise<number>;
  /** As `advancePrefix`. */
  advance(cache: PrefixCache, ids: readonly number[]): Promise<number>;
  /** Reads `ids` (the token that opens a suffix included) on their own. */
  suffix(ids: readonly number[]): Promise<S>;
}

/** What is asked to hold nothing yet: as many as there are prefixes at a time. */
export type NewPrefixCache = () => PrefixCache;

/**
 * What a network has read lately. A prefix cache is extended and cut as the text before the cursor changes; suffixes are kept
 * whole. Unless contexts take turns, every answer is exactly what reading from scratch would give, to the last bit: see `prefixBlocks`.
 */
export class ContextCache<S extends { readonly ids: readonly number[] }> {
  readonly #reader: ContextReader<S>;
  /** Most recently used first. */
  readonly #prefixes: PrefixCache[];
  #suffixes: S[] = [];
  /** What contexts that take turns have read; undefined while none do. */
  #inTurns: { readonly held: Set<PrefixCache>; spare?: PrefixCache } | undefined;
  /** The prefix that was asked for last. */
  #latest: { readonly cache: PrefixCache; readonly ids: readonly number[] } | undefined;
  #pinned: { readonly cache: PrefixCache; readonly length: number | undefined } | undefined;

  /** @param kept prefixes that are kept at a time, at least `LEAST_PREFIXES`, and a suffix more. The ones unused for longest go. */
  constructor(
    reader: ContextReader<S>,
    private readonly newPrefixCache: NewPrefixCache,
    private readonly kept = LEAST_PREFIXES,
  ) {
    this.#reader = reader;
    this.#prefixes = Array.from({ length: kept }, newPrefixCache);
  }

  /**
   * As `InfillModel.inTurns`: until `work` is done, a prefix goes on from what the others since have in common with it, read in one go; and a
   * longer one that another goes on from stays whole.
   */
  async inTurns<T>(work: () => Promise<T>): Promise<T> {
    this.#inTurns = { held: new Set() };
    try {
      return await work();
    } finally {
      this.#inTurns = undefined;
      this.#latest = undefined;
    }
  }

  /** A cache that holds exactly `ids` (start token included), all settled unless contexts take turns, and how many of them had to be read. */
  async prefix(ids: readonly number[]): Promise<{ readonly cache: PrefixCache; readonly encoded: number }> {
    const read = (await this.#nextTurn(ids)) ?? (await this.#settled(ids));
    this.#inTurns?.held.add(read.cache);
    this.#latest = { cache: read.cache, ids: [...ids] };
    return read;
  }

  /**
   * A cache that holds `ids` and then `more`. What was read after `ids` since they were asked for last is kept, so the answer depends
   * on that: `ids` are settled, the rest is not.
   */
  async along(ids: readonly number[], more: readonly number[]): Promise<PrefixCache> {
    const latest = this.#latest;
    const goesOn = latest && equal(latest.ids, ids) && latest.cache.sharedLength(ids) === ids.length;
    const cache = goesOn ? latest.cache : (await this.prefix(ids)).cache;
    await this.advance(cache, [...ids, ...more]);
    return cache;
  }

  /** Makes `cache` hold exactly `ids`; resolves to how many had to be read. After a failure the cache is empty. */
  async advance(cache: PrefixCache, ids: readonly number[]): Promise<number> {
    return emptiedOnFailure(cache, () => this.#reader.advance(cache, ids));
  }

  /** `ids` (the token that opens a suffix included) read on their own. */
  async suffix(ids: readonly number[]): Promise<{ readonly cache: S; readonly encoded: number }> {
    const known = this.#suffixes.find((cache) => equal(cache.ids, ids));
    const cache = known ?? (await this.#reader.suffix(ids));
    this.#suffixes = [cache, ...this.#suffixes.filter((other) => other !== cache)].slice(
      0,
      this.kept + 1 + (this.#inTurns ? SUFFIXES_IN_TURNS : 0),
    );
    return { cache, encoded: known === undefined ? ids.length : 0 };
  }

  /**
   * The first `length` tokens of `cache` are in use: nothing but its user may cut them. `length` absent = nothing but its user may
   * touch the cache. `cache` undefined = nothing is in use.
   */
  pin(cache: PrefixCache | undefined, length?: number): void {
    this.#pinned = cache === undefined ? undefined : { cache, length };
  }

  async #settled(ids: readonly number[]): Promise<{ readonly cache: PrefixCache; readonly encoded: number }> {
    const cache = this.#choose(ids);
    this.#prefixes.sort((a, b) => Number(b === cache) - Number(a === cache));
    return { cache, encoded: await emptiedOnFailure(cache, () => this.#reader.settle(cache, ids)) };
  }

  /** Goes on from what contexts that take turns have read, where that is worth it. */
  async #nextTurn(
    ids: readonly number[],
  ): Promise<{ readonly cache: PrefixCache; readonly encoded: number } | undefined> {
    const turns = this.#inTurns;
    const held = [...(turns?.held ?? [])];
    if (!turns || held.length === 0) return undefined;
    const shared = (cache: PrefixCache): number => cache.sharedLength(ids);
    const best = held.reduce((a, b) => (shared(b) > shared(a) ? b : a));
    const isFree = this.#prefixes.some((cache) => !turns.held.has(cache));
    if (shared(best) < ids.length * (isFree ? WORTH_HOLDING : WORTH_KEEPING)) return undefined;
    if (best.length - shared(best) <= MAY_LOSE || best === turns.spare) {
      return { cache: best, encoded: await this.advance(best, ids) };
    }
    turns.spare ??= this.newPrefixCache();
    turns.spare.copy(best, shared(best));
    return { cache: turns.spare, encoded: await this.advance(turns.spare, ids) };
  }

  #choose(ids: readonly number[]): PrefixCache {
    const free = this.#prefixes.filter((cache) => !this.#inTurns?.held.has(cache));
    const usable = (free.length > 0 ? free : this.#prefixes).filter((cache) => this.#mayUse(cache, ids));
    const shared = (cache: PrefixCache): number => cache.settledShare(ids);
    const best = usable.reduce((a, b) => (shared(b) > shared(a) ? b : a));
    if (shared(best) < ids.length * WORTH_KEEPING) return usable.at(-1)!;
    const other = usable.findLast((cache) => cache !== best);
    const loses = best.settledLength - shared(best) > MAY_LOSE;
    if (this.kept === LEAST_PREFIXES || !loses || other === undefined) return best;
    other.copy(best, shared(best));
    return other;
  }

  #mayUse(cache: PrefixCache, ids: readonly number[]): boolean {
    if (cache !== this.#pinned?.cache) return true;
    const { length } = this.#pinned;
    return length !== undefined && cache.sharedLength(ids) >= Math.min(length, cache.length);
  }
}

/** The most tokens of a prefix cache: the longest prefix, its start token, and a whole canvas appended. */
export function prefixCapacity(limits: { readonly prefix: number; readonly canvas: number }): number {
  return limits.prefix + 1 + limits.canvas;
}

/** Does `work`, which fills `cache`; where it fails, the cache holds nothing. */
export async function emptiedOnFailure<T>(cache: PrefixCache, work: () => Promise<T>): Promise<T> {
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
