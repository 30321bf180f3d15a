import { InfillError } from '../../shared/infillError.js';
import { ContextCache, prefixCapacity } from './contextCache.js';
import { encoderLogProb } from './distribution.js';
import type { ModelParts } from './loadParts.js';
import type { InfillModel, ModelContext, ModelManifestView } from './modelContract.js';
import { OpenedContext } from './openedContext.js';
import { rmsNorm } from './rmsNorm.js';

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
    refuse(prefix.length > limits.prefix, `The prefix has ${prefix.length} tokens; the model takes ${limits.prefix}.`);
    refuse(suffix.length > limits.suffix, `The suffix has ${suffix.length} tokens; the model takes ${limits.suffix}.`);
    refuse(!Number.isInteger(lanes) || lanes < 1, `${lanes} lanes were asked for; at least one is needed.`);
    this.#open?.close();
    this.#open = undefined;
    this.#cache.pin(undefined, 0);
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
    const { manifest, head, rows } = this.parts;
    const { tokens, limits } = manifest;
    const total = 1 + prefix.length + ids.length - 1;
    const room = prefixCapacity(limits);
    refuse(total > room, `${total} tokens are to be scored; the model takes ${room}.`);
    // The last id is only predicted, never read.
    const { slot } = await this.#cache.prefix([tokens.start, ...prefix, ...ids.slice(0, -1)]);
    const { normEpsilon } = manifest.architecture;
    const answer = await head.run({
      rows: ids.map((_, index) => rmsNorm(slot.hidden(prefix.length + index), rows.encoderNorm, normEpsilon)),
      targets: ids,
    });
    return Float64Array.from(answer.rows, (row, index) =>
      encoderLogProb(row, ids[index]!, tokens.mask, tokens.endOfMiddle),
    );
  }

  async dispose(): Promise<void> {
    this.#open?.close();
    this.#open = undefined;
    await this.parts.dispose();
  }
}

function refuse(when: boolean, message: string): void {
  if (when) throw new InfillError('invalid-request', message, 'Shorten the request.');
}
