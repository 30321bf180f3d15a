import { ContextCache, prefixCapacity } from './contextCache.js';
import { encoderDistribution, encoderLogProb } from './distribution.js';
import type { HeadRow } from './headRunner.js';
import type { ModelParts } from './parts.js';
import type {
  Continuation,
  EncoderReading,
  InfillModel,
  ModelContext,
  ModelEncoder,
  ModelManifestView,
} from '../../contract/model.js';
import { OpenedContext } from './openedContext.js';
import type { PrefixCache } from './prefixCache.js';
import { rmsNorm } from './outputLayer.js';
import { refuse, refuseOversized } from '../../contract/refuseOversized.js';

/** A frozen causal encoder whose keys and values are cached, and a shallow bidirectional denoiser that reads them. */
export class EncoderDenoiser implements InfillModel {
  readonly manifest: ModelManifestView;
  readonly encoder: ModelEncoder = {
    scoreTokens: (...asked) => this.#scoreTokens(...asked),
    readTokens: (...asked) => this.#readTokens(...asked),
    scoreContinuations: (...asked) => this.#scoreContinuations(...asked),
  };
  readonly #cache: ContextCache;
  #open: OpenedContext | undefined;

  constructor(private readonly parts: ModelParts) {
    const { manifest } = parts;
    const { name, version, license, tokens, limits, recommended } = manifest;
    const { vocabularySize } = manifest.architecture;
    this.manifest = { name, version, license, tokens, limits, recommended, vocabularySize };
    this.#cache = new ContextCache(parts.encoder, manifest);
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

  async dispose(): Promise<void> {
    this.#close();
    await this.parts.dispose();
  }

  async #scoreTokens(prefix: readonly number[], ids: readonly number[]): Promise<Float64Array> {
    if (ids.length === 0) return new Float64Array();
    // The last id is only predicted, never read.
    const read = [this.manifest.tokens.start, ...prefix, ...ids.slice(0, -1)];
    this.#refuseLong(read.length);
    const { cache: prefixCache } = await this.#cache.prefix(read);
    const answer = await this.#answers(prefixCache, prefix, ids);
    return Float64Array.from(answer, (row, index) => this.#logProb(row, ids[index]!));
  }

  async #readTokens(prefix: readonly number[], ids: readonly number[]): Promise<readonly EncoderReading[]> {
    const { tokens } = this.parts.manifest;
    this.#close();
    this.#refuseLong(1 + prefix.length + ids.length);
    const prefixCache = await this.#cache.along([tokens.start, ...prefix], ids);
    const answer = await this.#answers(prefixCache, prefix, [...ids, tokens.start]);
    return answer.map((row, index) => ({
      ...encoderDistribution(row, tokens.mask, tokens.endOfMiddle),
      logProb: index < ids.length ? this.#logProb(row, ids[index]!) : undefined,
    }));
  }

  async #scoreContinuations(
    prefix: readonly number[],
    ids: readonly number[],
    continuations: readonly Continuation[],
  ): Promise<readonly Float64Array[]> {
    this.#close();
    const { manifest, head, encoder } = this.parts;
    const longest = Math.max(0, ...continuations.map((continuation) => continuation.after + continuation.ids.length));
    this.#refuseLong(1 + prefix.length + Math.max(ids.length, longest));
    const prefixCache = await this.#cache.along([manifest.tokens.start, ...prefix], ids);
    const asked = continuations.map((continuation) => ({
      visible: 1 + prefix.length + continuation.after,
      // The last id is only predicted, never read.
      ids: continuation.ids.slice(0, -1),
    }));
    const hidden = await encoder.readContinuations(prefixCache.keyValues, asked);
    const rows = continuations.flatMap((continuation, b) =>
      continuation.ids.map((_, i) =>
        this.#normed(i === 0 ? prefixCache.hidden(asked[b]!.visible - 1) : hidden[b]![i - 1]!),
      ),
    );
    if (rows.length === 0) return continuations.map(() => new Float64Array());
    const answer = await head.run({ rows, targets: continuations.flatMap((continuation) => continuation.ids) });
    let at = 0;
    return continuations.map((continuation) =>
      Float64Array.from(continuation.ids, (id) => this.#logProb(answer.rows[at++]!, id)),
    );
  }

  #close(): void {
    this.#open?.close();
    this.#open = undefined;
    this.#cache.pin(undefined, 0);
  }

  /** The head's answers at the last token of `prefix` and at those after it in `prefixCache`; `targets` names the id asked for at each. */
  async #answers(
    prefixCache: PrefixCache,
    prefix: readonly number[],
    targets: readonly number[],
  ): Promise<readonly HeadRow[]> {
    const rows = targets.map((_, i) => this.#normed(prefixCache.hidden(prefix.length + i)));
    return (await this.parts.head.run({ rows, targets })).rows;
  }

  #refuseLong(total: number): void {
    const room = prefixCapacity(this.parts.manifest.limits);
    refuse(total > room, `${total} tokens are to be scored; the model takes ${room}.`);
  }

  #normed(hidden: Float32Array): Float32Array {
    const { manifest, rows } = this.parts;
    return rmsNorm(hidden, rows.encoderNorm, manifest.architecture.normEpsilon);
  }

  #logProb(row: HeadRow, id: number): number {
    const { mask, endOfMiddle } = this.parts.manifest.tokens;
    return encoderLogProb(row, id, mask, endOfMiddle);
  }
}
