import type { ContextCache } from '../cache/contextCache.js';
import type { ModelParts } from './parts.js';
import type { CanvasQuery, ContextEncoder, ModelContext, VerifyOptions, Prediction } from '../../contract/model.js';
import type { PrefixCache } from '../cache/prefixCache.js';
import type { SuffixCache } from './suffixCache.js';
import { outputLayer, type CanvasStates } from '../vocabulary/outputLayer.js';
import { readings } from './distribution.js';
import { rmsNorm } from './rmsNorm.js';
import { answerAsked } from '../vocabulary/answerAsked.js';

export interface OpenedContextState {
  readonly prefix: PrefixCache;
  /** Tokens of `prefix` that belong to this context, the start token included. */
  readonly prefixLength: number;
  readonly suffix: SuffixCache;
  readonly encodedTokens: number;
  readonly reusedTokens: number;
}

/** One context of the model: prefix and suffix encoded, and the tokens that were appended since. */
export class OpenedContext implements ModelContext {
  readonly encodedTokens: number;
  readonly reusedTokens: number;
  readonly encoder: ContextEncoder = {
    append: (...asked) => this.#append(...asked),
    verify: (...asked) => this.#verify(...asked),
  };
  readonly #parts: ModelParts;
  readonly #cache: ContextCache<SuffixCache>;
  readonly #prefix: PrefixCache;
  #prefixLength: number;
  readonly #suffix: SuffixCache;
  /** What the denoiser last said of a single canvas, by position as it is now. */
  #denoised: ReadonlyMap<number, Float32Array> = new Map();
  #closed = false;

  constructor(parts: ModelParts, cache: ContextCache<SuffixCache>, state: OpenedContextState) {
    this.#parts = parts;
    this.#cache = cache;
    this.#prefix = state.prefix;
    this.#prefixLength = state.prefixLength;
    this.#suffix = state.suffix;
    this.encodedTokens = state.encodedTokens;
    this.reusedTokens = state.reusedTokens;
    cache.pin(state.prefix, state.prefixLength);
  }

  async predict(canvases: readonly CanvasQuery[], encoderMix: number): Promise<readonly (readonly Prediction[])[]> {
    this.#refuseClosed();
    const { manifest, head } = this.#parts;
    return answerAsked(canvases, manifest.limits, async (asked) => {
      const states: CanvasStates[] = [];
      for (const query of asked) states.push(await this.#denoise(query));
      const only = states.length === 1 ? states[0] : undefined;
      this.#denoised = new Map(only?.query.positions.map((position, i) => [position, only.denoiserRow(i)]));
      return outputLayer(head, readings(manifest.tokens), states, encoderMix);
    });
  }

  close(): void {
    this.#closed = true;
  }

  async #append(tokens: readonly number[]): Promise<void> {
    this.#refuseClosed();
    if (tokens.length > 0) await this.#extend(tokens, []);
  }

  async #verify(
    tokens: readonly number[],
    proposals: readonly number[],
    { encoderMix, wantEncoder }: VerifyOptions,
  ): Promise<readonly Prediction[]> {
    this.#refuseClosed();
    await this.#extend(tokens, proposals);
    const { head, rows, manifest } = this.#parts;
    const { normEpsilon } = manifest.architecture;
    const states: CanvasStates[] = [];
    for (let i = 0; i <= proposals.length; i++) {
      const row = this.#denoised.get(i);
      if (row === undefined) break;
      const lastHidden = this.#prefix.hidden(this.#prefixLength - 1 + i);
      states.push({
        query: { canvas: [], positions: [0], wantEncoder },
        denoiserRow: () => row,
        encoderRow: () => rmsNorm(lastHidden, rows.encoderNorm, normEpsilon),
      });
    }
    if (states.length === 0) return [];
    return (await outputLayer(head, readings(manifest.tokens), states, encoderMix)).map(([row]) => row!);
  }

  /** Moves tokens into the prefix cache itself, where an equal request recalls them; `proposals` stand after them for now. */
  async #extend(tokens: readonly number[], proposals: readonly number[]): Promise<void> {
    const ids = [...this.#prefix.tokens.slice(0, this.#prefixLength), ...tokens];
    await this.#cache.advance(this.#prefix, [...ids, ...proposals]);
    this.#prefixLength = ids.length;
    this.#cache.pin(this.#prefix, ids.length);
    const moved = [...this.#denoised].map(([position, row]): [number, Float32Array] => [position - tokens.length, row]);
    this.#denoised = new Map(moved);
  }

  /** One denoiser pass. Canvases go one after the other: one alone keeps the cores busy, and they differ in length. */
  async #denoise(query: CanvasQuery): Promise<CanvasStates> {
    const { embeddings, rows: learned, manifest, denoiser } = this.#parts;
    const { mask, endOfMiddle } = manifest.tokens;
    const { hiddenSize, normEpsilon } = manifest.architecture;
    const canvas = query.canvas.map((id) => {
      if (id === mask) return learned.maskIn;
      return id === endOfMiddle ? learned.endIn : embeddings.row(id);
    });
    const context = { prefix: this.#prefix.keyValues, prefixLength: this.#prefixLength, suffix: this.#suffix };
    const lastHidden = this.#prefix.hidden(this.#prefixLength - 1);
    const normed = await denoiser.run(context, [lastHidden, ...canvas], query.positions);
    return {
      query,
      // Row j predicts canvas position j.
      denoiserRow: (index) => normed.subarray(index * hiddenSize, (index + 1) * hiddenSize),
      encoderRow: () => rmsNorm(lastHidden, learned.encoderNorm, normEpsilon),
    };
  }

  #refuseClosed(): void {
    if (this.#closed) throw new Error('this context was closed: another one has been opened');
  }
}
