import type { EncoderRunner } from './encoderRunner.js';
import type { KeyValueShape } from './keyValueCache.js';
import type { EncoderDenoiserManifest } from '../folder/manifest.js';
import { PrefixCache } from './prefixCache.js';
import { SuffixCache } from './suffixCache.js';

/** Two prefixes, so that switching between two files, or two places of one, does not start over each time. */
const PREFIX_SLOTS = 2;
const SUFFIX_SLOTS = 3;
/** A slot is continued where it shares at least this part of the new prefix; else the one unused for longest is. */
const WORTH_KEEPING = 0.25;

/**
 * What the encoder has read lately. A prefix slot is extended and cut as the text before the cursor changes; suffixes are kept
 * whole. Every answer is exactly what encoding from scratch would give, to the last bit: see `prefixBlocks`.
 */
export class ContextCache {
  readonly #runner: EncoderRunner;
  /** Most recently used first. */
  readonly #prefixes: PrefixCache[];
  #suffixes: SuffixCache[] = [];
  readonly #suffixShape: KeyValueShape;
  readonly #ropeTheta: number;
  #pinned: { readonly slot: PrefixCache; readonly length: number } | undefined;

  constructor(runner: EncoderRunner, { architecture, limits }: EncoderDenoiserManifest) {
    const { keyValueHeads: heads, headSize, encoderLayers, denoiserLayers, hiddenSize } = architecture;
    const layers = Array.from({ length: encoderLayers }, (_, layer) => layer);
    const maxLength = prefixCapacity(limits);
    this.#runner = runner;
    this.#prefixes = Array.from(
      { length: PREFIX_SLOTS },
      () => new PrefixCache({ layers, heads, headSize, maxLength }, hiddenSize),
    );
    this.#suffixShape = { layers: denoiserLayers, heads, headSize, maxLength: limits.suffix + 1 };
    this.#ropeTheta = architecture.ropeTheta;
  }

  /** A slot that holds exactly `ids` (start token included), all settled, and how many of them had to be encoded. */
  async prefix(ids: readonly number[]): Promise<{ readonly slot: PrefixCache; readonly encoded: number }> {
    const slot = this.#choose(ids);
    this.#prefixes.sort((a, b) => Number(b === slot) - Number(a === slot));
    return { slot, encoded: await emptiedOnFailure(slot, () => this.#runner.settle(slot, ids)) };
  }

  /**
   * A slot that holds `ids` and then `more`. What was read after `ids` since they were asked for last is kept, so the answer depends
   * on that: `ids` are settled, the rest is not.
   */
  async along(ids: readonly number[], more: readonly number[]): Promise<PrefixCache> {
    const [latest] = this.#prefixes;
    const goesOn = latest?.settledLength === ids.length && latest.settledShare(ids) === ids.length;
    const slot = goesOn ? latest : (await this.prefix(ids)).slot;
    await this.advance(slot, [...ids, ...more]);
    return slot;
  }

  /** Makes `slot` hold exactly `ids`; resolves to how many had to be encoded. After a failure the slot is empty. */
  async advance(slot: PrefixCache, ids: readonly number[]): Promise<number> {
    return emptiedOnFailure(slot, () => this.#runner.advance(slot, ids));
  }

  /** `ids` (start token included) encoded on their own. */
  async suffix(ids: readonly number[]): Promise<{ readonly slot: SuffixCache; readonly encoded: number }> {
    const known = this.#suffixes.find((slot) => equal(slot.ids, ids));
    const slot = known ?? (await this.#newSuffix(ids));
    this.#suffixes = [slot, ...this.#suffixes.filter((other) => other !== slot)].slice(0, SUFFIX_SLOTS);
    return { slot, encoded: known === undefined ? ids.length : 0 };
  }

  async #newSuffix(ids: readonly number[]): Promise<SuffixCache> {
    const keyValues = await this.#runner.encodeAlone(ids);
    return new SuffixCache([...ids], keyValues, { ...this.#suffixShape, maxLength: ids.length }, this.#ropeTheta);
  }

  /** The first `length` tokens of `slot` are in use: nothing but its user may cut them. `undefined` = nothing is in use. */
  pin(slot: PrefixCache | undefined, length: number): void {
    this.#pinned = slot === undefined ? undefined : { slot, length };
  }

  #choose(ids: readonly number[]): PrefixCache {
    const pinned = this.#pinned;
    const usable = this.#prefixes.filter(
      (slot) => slot !== pinned?.slot || slot.sharedLength(ids) >= Math.min(pinned.length, slot.length),
    );
    const shared = (slot: PrefixCache): number => slot.settledShare(ids);
    const best = usable.reduce((a, b) => (shared(b) > shared(a) ? b : a));
    return shared(best) >= ids.length * WORTH_KEEPING ? best : usable.at(-1)!;
  }
}

/** The most tokens of a prefix slot: the longest prefix, its start token, and a whole canvas appended. */
export function prefixCapacity(limits: EncoderDenoiserManifest['limits']): number {
  return limits.prefix + 1 + limits.canvas;
}

async function emptiedOnFailure<T>(slot: PrefixCache, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    slot.truncate(0);
    throw error;
  }
}

function equal(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}
