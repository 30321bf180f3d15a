import type { ContextCache } from '../cache/contextCache.js';
import type { InfillModel, ModelContext, ModelEncoder, ModelManifestView } from '../../contract/model.js';
import { refuseOversized } from '../../contract/refuseOversized.js';
import { CachedEncoder } from '../vocabulary/cachedEncoder.js';
import { contextCacheOf } from './contextCacheOf.js';
import { encoderDistribution, encoderLogProb } from './distribution.js';
import { OpenedContext } from './openedContext.js';
import type { ModelParts } from './parts.js';
import { rmsNorm } from './rmsNorm.js';
import type { SuffixCache } from './suffixCache.js';

/** A frozen causal encoder whose keys and values are cached, and a shallow bidirectional denoiser that reads them. */
export class EncoderDenoiser implements InfillModel {
  readonly manifest: ModelManifestView;
  readonly encoder: ModelEncoder;
  readonly #cache: ContextCache<SuffixCache>;
  #open: OpenedContext | undefined;

  /** @param kept as in `LoadOptions` */
  constructor(
    private readonly parts: ModelParts,
    kept?: number,
  ) {
    const { manifest, encoder, rows } = parts;
    const { name, version, license, tokens, limits, recommended } = manifest;
    const { vocabularySize, normEpsilon } = manifest.architecture;
    this.manifest = { name, version, license, tokens, limits, recommended, vocabularySize };
    this.#cache = contextCacheOf(encoder, manifest, kept);
    this.encoder = new CachedEncoder({
      cache: this.#cache,
      head: parts.head,
      start: tokens.start,
      limits,
      normed: (hidden) => rmsNorm(hidden, rows.encoderNorm, normEpsilon),
      readContinuations: (...asked) => encoder.readContinuations(...asked),
      distribution: (row) => encoderDistribution(row, tokens.mask, tokens.endOfMiddle),
      logProb: (row, id) => encoderLogProb(row, id, tokens.mask, tokens.endOfMiddle),
      closeContext: () => this.#close(),
    });
  }

  async openContext(prefix: readonly number[], suffix: readonly number[]): Promise<ModelContext> {
    const { tokens, limits } = this.manifest;
    refuseOversized({ prefix: prefix.length, suffix: suffix.length }, limits);
    this.#close();
    const before = [tokens.start, ...prefix];
    const after = [tokens.start, ...suffix];
    const suffixPart = await this.#cache.suffix(after);
    const prefixPart = await this.#cache.prefix(before);
    const encoded = prefixPart.encoded + suffixPart.encoded;
    this.#open = new OpenedContext(this.parts, this.#cache, {
      prefix: prefixPart.cache,
      prefixLength: before.length,
      suffix: suffixPart.cache,
      encodedTokens: encoded,
      reusedTokens: before.length + after.length - encoded,
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
