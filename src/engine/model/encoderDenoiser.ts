import { ContextCache, prefixCapacity } from './contextCache.js';
import { encoderDistribution, encoderLogProb } from './distribution.js';
import type { HeadRow } from './headRunner.js';
import type { ModelParts } from './loadParts.js';
import type { EncoderReading, InfillModel, ModelContext, ModelManifestView } from './modelContract.js';
import { OpenedContext } from './openedContext.js';
import { rmsNorm } from './rmsNorm.js';
import { refuse, refuseOversized } from './refuseOversized.js';

/** A frozen causal encoder whose keys and values are cached, and a shallow bidirectional denoiser that reads them. */
export class EncoderDenoiser implements InfillModel {
  readonly manifest: ModelManifestView;
  readonly #cache: ContextCache;
  #open: OpenedContext | undefined;

  constructor(private readonly parts: ModelParts) {
    const { manifest } = parts;
    const { name, version, license, tokens, limits, recommended } = manifest;
    const { vocabularySize } = manifest.architecture;
    this.manifest = { name, version, license, tokens, limits, recommended, vocabularySize };
    this.#cache = new ContextCache(parts.encoder, manifest);
  }

  async openContext(prefix: readonly number[], suffix: readonly number[], lanes: number): Promise<ModelContext> {
    const { tokens, limits } = this.manifest;
    refuseOversized({ prefix: prefix.length, suffix: suffix.length, lanes }, limits);
    this.#close();
    const before = [tokens.start, ...prefix];
    const after = [tokens.start, ...suffix];
    const suffixPart = await this.#cache.suffix(after);
    const prefixPart = await this.#cache.prefix(before);
    const encoded = prefixPart.encoded + suffixPart.encoded;
    this.#open = new OpenedContext(this.parts, this.#cache, {
      prefix: prefixPart.slot,
      prefixLength: before.length,
      suffix: suffixPart.slot,
      lanes,
      encodedTokens: encoded,
      reusedTokens: before.length + after.length - encoded,
    });
    return this.#open;
  }

  async scoreTokens(prefix: readonly number[], ids: readonly number[]): Promise<Float64Array> {
    if (ids.length === 0) return new Float64Array();
    // The last id is only predicted, never read.
    const answer = await this.#read(prefix, ids.slice(0, -1), ids);
    return Float64Array.from(answer, (row, index) => this.#logProb(row, ids[index]!));
  }

  async readAlong(prefix: readonly number[], ids: readonly number[]): Promise<readonly EncoderReading[]> {
    const { tokens } = this.parts.manifest;
    this.#close();
    const answer = await this.#read(prefix, ids, [...ids, tokens.start]);
    return answer.map((row, index) => ({
      ...encoderDistribution(row, tokens.mask, tokens.endOfMiddle),
      logProb: index < ids.length ? this.#logProb(row, ids[index]!) : undefined,
    }));
  }

  async dispose(): Promise<void> {
    this.#close();
    await this.parts.dispose();
  }

  #close(): void {
    this.#open?.close();
    this.#open = undefined;
    this.#cache.pin(undefined, 0);
  }

  /** The head's answers at the last token of `prefix` and at each of `ids`; `targets` names the id asked for at each. */
  async #read(
    prefix: readonly number[],
    ids: readonly number[],
    targets: readonly number[],
  ): Promise<readonly HeadRow[]> {
    const { manifest, head, rows } = this.parts;
    const total = 1 + prefix.length + ids.length;
    const room = prefixCapacity(manifest.limits);
    refuse(total > room, `${total} tokens are to be scored; the model takes ${room}.`);
    const { slot } = await this.#cache.prefix([manifest.tokens.start, ...prefix, ...ids]);
    const { normEpsilon } = manifest.architecture;
    const normed = targets.map((_, i) => rmsNorm(slot.hidden(prefix.length + i), rows.encoderNorm, normEpsilon));
    return (await head.run({ rows: normed, targets })).rows;
  }

  #logProb(row: HeadRow, id: number): number {
    const { mask, endOfMiddle } = this.parts.manifest.tokens;
    return encoderLogProb(row, id, mask, endOfMiddle);
  }
}
