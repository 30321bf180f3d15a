import { InfillError } from '../../../shared/infillError.js';
import type { ContextCache } from './contextCache.js';
import type { ModelParts } from './parts.js';
import type { LaneTail } from './laneTail.js';
import type { CanvasQuery, ContextEncoder, ModelContext, VerifyOptions, Prediction } from '../../contract/model.js';
import type { PrefixCache } from './prefixCache.js';
import type { SuffixCache } from './suffixCache.js';
import { outputLayer, type CanvasStates, rmsNorm } from './outputLayer.js';

export interface OpenedContextState {
  readonly prefix: PrefixCache;
  /** Tokens of `prefix` that belong to this context, the start token included. */
  readonly prefixLength: number;
  readonly suffix: SuffixCache;
  readonly lanes: number;
  readonly encodedTokens: number;
  readonly reusedTokens: number;
}

/** One context of the model: prefix and suffix encoded, each lane with the tokens it has appended. */
export class OpenedContext implements ModelContext {
  readonly encodedTokens: number;
  readonly reusedTokens: number;
  readonly encoder: ContextEncoder = {
    append: (...asked) => this.#append(...asked),
    verify: (...asked) => this.#verify(...asked),
  };
  readonly #parts: ModelParts;
  readonly #cache: ContextCache;
  readonly #prefix: PrefixCache;
  #prefixLength: number;
  readonly #suffix: SuffixCache;
  readonly #tails: readonly LaneTail[];
  /** The only lane's last answer of the denoiser, by canvas position as it is now. */
  #denoised: ReadonlyMap<number, Float32Array> = new Map();
  #closed = false;

  constructor(parts: ModelParts, cache: ContextCache, state: OpenedContextState) {
    this.#parts = parts;
    this.#cache = cache;
    this.#prefix = state.prefix;
    this.#prefixLength = state.prefixLength;
    this.#suffix = state.suffix;
    this.#tails = Array.from({ length: state.lanes }, () => parts.encoder.newTail());
    this.encodedTokens = state.encodedTokens;
    this.reusedTokens = state.reusedTokens;
    cache.pin(state.prefix, state.prefixLength);
  }

  async predict(lanes: readonly CanvasQuery[], encoderMix: number): Promise<readonly (readonly Prediction[])[]> {
    this.#check(lanes.length);
    const asked = lanes.flatMap((query, lane) => (query.positions.length > 0 ? [{ query, lane }] : []));
    if (asked.length === 0) return lanes.map(() => []);
    for (const { query } of asked) this.#checkQuery(query);
    const readable: CanvasStates[] = [];
    for (const { query, lane } of asked) readable.push(await this.#denoise(query, lane));
    this.#denoised = new Map(asked[0]!.query.positions.map((position, i) => [position, readable[0]!.denoiserRow(i)]));
    const answers = await outputLayer(this.#parts.head, this.#parts.manifest.tokens, readable, encoderMix);
    const byLane = new Map(asked.map(({ lane }, index) => [lane, answers[index]!]));
    return lanes.map((_, lane) => byLane.get(lane) ?? []);
  }

  close(): void {
    this.#closed = true;
  }

  async #append(tokens: readonly (readonly number[])[]): Promise<void> {
    this.#check(tokens.length);
    const only = tokens[0];
    if (tokens.length === 1 && only !== undefined) {
      if (only.length > 0) await this.#extend(only, []);
      return;
    }
    await this.#parts.encoder.extendTails(this.#prefix.keyValues, this.#prefixLength, this.#tails, tokens);
  }

  async #verify(
    tokens: readonly number[],
    proposals: readonly number[],
    { encoderMix, wantEncoder }: VerifyOptions,
  ): Promise<readonly Prediction[]> {
    this.#check(1);
    await this.#extend(tokens, proposals);
    const { head, rows, manifest } = this.#parts;
    const { normEpsilon } = manifest.architecture;
    const readable: CanvasStates[] = [];
    for (let i = 0; i <= proposals.length; i++) {
      const row = this.#denoised.get(i);
      if (row === undefined) break;
      const lastHidden = this.#prefix.hidden(this.#prefixLength - 1 + i);
      readable.push({
        query: { canvas: [], positions: [0], wantEncoder },
        denoiserRow: () => row,
        encoderRow: () => rmsNorm(lastHidden, rows.encoderNorm, normEpsilon),
      });
    }
    if (readable.length === 0) return [];
    return (await outputLayer(head, manifest.tokens, readable, encoderMix)).map(([row]) => row!);
  }

  /** Moves a single lane's tokens into the slot itself, where an equal request recalls them; `proposals` stand after them for now. */
  async #extend(tokens: readonly number[], proposals: readonly number[]): Promise<void> {
    const ids = [...this.#prefix.tokens.slice(0, this.#prefixLength), ...tokens];
    await this.#cache.advance(this.#prefix, [...ids, ...proposals]);
    this.#prefixLength = ids.length;
    this.#cache.pin(this.#prefix, ids.length);
    const moved = [...this.#denoised].map(([position, row]): [number, Float32Array] => [position - tokens.length, row]);
    this.#denoised = new Map(moved);
  }

  /** One denoiser pass. Lanes go one after the other: a canvas alone keeps the cores busy, and lanes differ in length. */
  async #denoise(query: CanvasQuery, lane: number): Promise<CanvasStates> {
    const { embeddings, rows: learned, manifest, denoiser } = this.#parts;
    const { mask, endOfMiddle } = manifest.tokens;
    const { hiddenSize, normEpsilon, denoiserLayers } = manifest.architecture;
    const canvas = query.canvas.map((id) => {
      if (id === mask) return learned.maskIn;
      return id === endOfMiddle ? learned.endIn : embeddings.row(id);
    });
    const tail = this.#tails[lane]!;
    const prefix = this.#prefix.keyValues;
    if (tail.keyValues !== undefined) {
      this.#prefix.truncate(this.#prefixLength);
      prefix.graft(tail.keyValues, denoiserLayers);
    }
    const context = { prefix, prefixLength: this.#prefixLength + tail.length, suffix: this.#suffix };
    const lastHidden = tail.lastHidden ?? this.#prefix.hidden(this.#prefixLength - 1);
    const normed = await denoiser.run(context, [lastHidden, ...canvas], query.positions);
    return {
      query,
      // Row j predicts canvas position j.
      denoiserRow: (index) => normed.subarray(index * hiddenSize, (index + 1) * hiddenSize),
      encoderRow: () => rmsNorm(lastHidden, learned.encoderNorm, normEpsilon),
    };
  }

  #check(lanes: number): void {
    if (this.#closed) throw new Error('this context was closed: another one has been opened');
    if (lanes !== this.#tails.length) throw new RangeError(`${lanes} lanes, but the context has ${this.#tails.length}`);
  }

  #checkQuery({ canvas, positions }: CanvasQuery): void {
    const limit = this.#parts.manifest.limits.canvas;
    if (canvas.length > limit) {
      const message = `The canvas has ${canvas.length} tokens; the model takes ${limit}.`;
      throw new InfillError('invalid-request', message, 'Choose a smaller maximum length.');
    }
    const ascending = positions.every((position, index) => position > (positions[index - 1] ?? -1));
    if (!ascending || positions.at(-1)! >= canvas.length) {
      throw new RangeError(`positions ${positions.join()} are not ascending on a canvas of ${canvas.length}`);
    }
  }
}
