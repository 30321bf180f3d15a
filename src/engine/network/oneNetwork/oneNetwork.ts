import { ContextCache, prefixCapacity } from '../cache/contextCache.js';
import { PrefixCache } from '../cache/prefixCache.js';
import { advancePrefix, settlePrefix } from '../cache/readPrefix.js';
import type { InfillModel, ModelContext, ModelEncoder, ModelManifestView } from '../../contract/model.js';
import { refuseOversized } from '../../contract/refuseOversized.js';
import { plainDistribution } from '../output/distribution.js';
import { CachedEncoder } from '../vocabulary/cachedEncoder.js';
import { readingLogProb } from './distribution.js';
import { NetworkContext } from './networkContext.js';
import type { NetworkRunner } from './networkRunner.js';
import type { OneNetworkParts } from './parts.js';
import type { OneNetworkManifest } from '../folder/manifest.js';
import type { SuffixRows } from './suffixRows.js';

/** One causal network whose layers read trunk and suffix, write the middle token by token, and denoise canvases. */
export class OneNetwork implements InfillModel {
  readonly manifest: ModelManifestView;
  readonly encoder: ModelEncoder;
  readonly #cache: ContextCache<SuffixRows>;
  #open: NetworkContext | undefined;

  /** @param kept as in `LoadOptions` */
  constructor(
    private readonly parts: OneNetworkParts,
    kept?: number,
  ) {
    const { manifest, network, head } = parts;
    const { name, version, license, tokens, limits, recommended } = manifest;
    const { vocabularySize } = manifest.architecture;
    this.manifest = { name, version, license, tokens, limits, recommended, vocabularySize };
    this.#cache = cacheOf(network, manifest, kept);
    this.encoder = new CachedEncoder({
      cache: this.#cache,
      head,
      start: tokens.start,
      limits,
      normed: (hidden) => hidden,
      readContinuations: (...asked) => network.readContinuations(...asked),
      distribution: plainDistribution,
      logProb: (row, id) => readingLogProb(row, id, tokens),
      closeContext: () => this.#close(),
    });
  }

  async openContext(prefix: readonly number[], suffix: readonly number[]): Promise<ModelContext> {
    const { tokens, limits } = this.parts.manifest;
    refuseOversized({ prefix: prefix.length, suffix: suffix.length }, limits);
    this.#close();
    const trunk = [tokens.start, ...prefix];
    const after = [tokens.suffix, ...suffix];
    const suffixPart = await this.#cache.suffix(after);
    // The middle's first row takes the place of the trunk's last one, and sees the suffix.
    const trunkPart = await this.#cache.prefix(trunk.slice(0, -1));
    const encoded = trunkPart.encoded + suffixPart.encoded + 1;
    this.#cache.pin(trunkPart.cache);
    this.#open = new NetworkContext(this.parts, {
      cache: trunkPart.cache,
      trunk,
      suffix: suffixPart.cache,
      encodedTokens: encoded,
      reusedTokens: trunk.length + after.length - encoded,
    });
    return this.#open;
  }

  inTurns<T>(work: () => Promise<T>): Promise<T> {
    return this.#cache.inTurns(work);
  }

  async dispose(): Promise<void> {
    this.#close();
    await this.parts.dispose();
  }

  #close(): void {
    this.#open?.close();
    this.#open = undefined;
    this.#cache.pin(undefined);
  }
}

/** What the network has read lately: trunks, with room for a suffix before and a middle behind each, and suffixes. */
function cacheOf(
  network: NetworkRunner,
  { architecture, limits }: OneNetworkManifest,
  kept?: number,
): ContextCache<SuffixRows> {
  const { keyValueHeads: heads, headSize, hiddenSize } = architecture;
  const layers = Array.from({ length: architecture.layers }, (_, layer) => layer);
  const shape = { layers, heads, headSize, maxLength: prefixCapacity(limits), front: limits.suffix + 1 };
  return new ContextCache(
    {
      settle: async (cache, ids) => settlePrefix(cache, ids, network.readTrunk),
      advance: async (cache, ids) => advancePrefix(cache, ids, network.readTrunk),
      suffix: async (ids) => ({ ids: [...ids], keyValues: (await network.readSuffix(ids)).keyValues }),
    },
    () => new PrefixCache(shape, hiddenSize),
    kept,
  );
}
