import type { PrefixCache } from '../cache/prefixCache.js';
import type { ReadTokens } from '../cache/readPrefix.js';
import type { CanvasQuery, ContextEncoder, ModelContext, Prediction, VerifyOptions } from '../../contract/model.js';
import { answerAsked } from '../vocabulary/answerAsked.js';
import { type CanvasStates, outputLayer } from '../vocabulary/outputLayer.js';
import { readings } from './distribution.js';
import type { RowGroup } from './rowGroup.js';
import type { NetworkRunners } from './parts.js';
import type { SuffixRows } from './suffixRows.js';

export interface NetworkContextState {
  /** Holds all tokens of the trunk but the last, settled. */
  readonly cache: PrefixCache;
  /** The start token and the prefix. */
  readonly trunk: readonly number[];
  readonly suffix: SuffixRows;
  readonly encodedTokens: number;
  readonly reusedTokens: number;
}

/**
 * One context: trunk and suffix, and the tokens of the middle that were appended since. These become causal rows, which stand in
 * the trunk's cache behind it: the row of token i, counted from the start token, predicts token i + 1. They are read with the next
 * pass that needs them.
 */
export class NetworkContext implements ModelContext {
  readonly encodedTokens: number;
  readonly reusedTokens: number;
  readonly encoder: ContextEncoder = {
    append: (...asked) => this.#append(...asked),
    verify: (...asked) => this.#verify(...asked),
  };
  readonly #parts: NetworkRunners;
  readonly #cache: PrefixCache;
  readonly #trunkLength: number;
  readonly #suffixRows: number;
  /** The trunk and what was appended. */
  #ids: readonly number[];
  /** What was last said of a single canvas, by position as it is now: its rows [D], normed. */
  #denoised: ReadonlyMap<number, Float32Array> = new Map();
  #closed = false;

  constructor(parts: NetworkRunners, { cache, trunk, suffix, encodedTokens, reusedTokens }: NetworkContextState) {
    this.#parts = parts;
    this.#cache = cache;
    this.#ids = trunk;
    this.#trunkLength = trunk.length;
    this.#suffixRows = suffix.ids.length;
    this.encodedTokens = encodedTokens;
    this.reusedTokens = reusedTokens;
    cache.keyValues.placeFront(suffix.keyValues);
  }

  async predict(canvases: readonly CanvasQuery[], encoderMix: number): Promise<readonly (readonly Prediction[])[]> {
    this.#refuseClosed();
    const { manifest, head } = this.#parts;
    return answerAsked(canvases, manifest.limits, async (asked) => {
      const states: CanvasStates[] = [];
      // One after the other: one alone keeps the cores busy.
      for (const query of asked) states.push(await this.#denoise(query, encoderMix));
      if (asked.length > 1) this.#denoised = new Map();
      return outputLayer(head, readings(manifest.tokens), states, encoderMix);
    });
  }

  /** Forgets the causal rows: what stands behind the trunk belongs to this context. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cache.truncate(this.#trunkLength - 1);
  }

  async #append(tokens: readonly number[]): Promise<void> {
    this.#refuseClosed();
    this.#extend(tokens);
    return Promise.resolve();
  }

  async #verify(
    tokens: readonly number[],
    proposals: readonly number[],
    { encoderMix, wantEncoder }: VerifyOptions,
  ): Promise<readonly Prediction[]> {
    this.#refuseClosed();
    this.#extend(tokens);
    const { network, head, manifest } = this.#parts;
    const written = this.#unread([...this.#ids, ...proposals]);
    if (written.ids.length > 0) this.#keep(written.ids, await network.run(this.#cache.keyValues, [written.group]));
    const states: CanvasStates[] = [];
    for (let i = 0; i <= proposals.length; i++) {
      const row = this.#cache.hidden(this.#ids.length - 1 + i);
      const denoised = encoderMix === 1 ? row : this.#denoised.get(i);
      if (denoised === undefined) break;
      states.push({
        query: { canvas: [], positions: [0], wantEncoder },
        denoiserRow: () => denoised,
        encoderRow: () => row,
      });
    }
    if (states.length === 0) return [];
    return (await outputLayer(head, readings(manifest.tokens), states, encoderMix)).map(([row]) => row!);
  }

  #extend(tokens: readonly number[]): void {
    if (tokens.length === 0) return;
    this.#ids = [...this.#ids, ...tokens];
    const moved = [...this.#denoised].map(([position, row]): [number, Float32Array] => [position - tokens.length, row]);
    this.#denoised = new Map(moved);
  }

  /** One pass over a canvas, and over the causal rows that it or the mixture needs and that were not read yet. */
  async #denoise(query: CanvasQuery, mix: number): Promise<CanvasStates> {
    const { network, manifest } = this.#parts;
    const { hiddenSize } = manifest.architecture;
    const last = this.#ids.length - 1;
    const mixes = query.positions[0] === 0 && (mix > 0 || query.wantEncoder === true);
    const written = this.#unread(mixes ? this.#ids : this.#ids.slice(0, last));
    const { cached } = written.group;
    const count = written.ids.length;
    const canvas = this.#group([this.#ids[last]!, ...query.canvas], last, 'all', {
      cached: Math.min(cached, last),
      leading: Math.max(0, last - cached),
    });
    // Row j of a canvas predicts its position j.
    const asked = query.positions.map((position) => count + position);
    let normed: Float32Array;
    if (count === 0) {
      normed = await network.hidden(this.#cache.keyValues, [canvas], asked);
    } else {
      const all = [...Array.from({ length: count }, (_, row) => row), ...asked];
      const read = await network.run(this.#cache.keyValues, [written.group, canvas], all);
      this.#keep(written.ids, read);
      normed = read.hidden.subarray(count * hiddenSize);
    }
    const rowOf = (index: number): Float32Array => normed.subarray(index * hiddenSize, (index + 1) * hiddenSize);
    this.#denoised = new Map(query.positions.map((position, index) => [position, rowOf(index)]));
    const writtenRow = mixes ? this.#cache.hidden(last) : undefined;
    return {
      query,
      denoiserRow: (index) => (mix === 1 && query.positions[index] === 0 ? writtenRow! : rowOf(index)),
      encoderRow: () => writtenRow!,
    };
  }

  /** The tokens of `ids` whose causal rows were not read yet, and these rows; what was read of other tokens is forgotten. */
  #unread(ids: readonly number[]): { readonly ids: readonly number[]; readonly group: RowGroup } {
    const shared = this.#cache.sharedLength(this.#ids);
    const kept = Math.max(shared, this.#cache.sharedLength(ids));
    if (kept < this.#cache.length) this.#cache.truncate(kept);
    const cached = this.#cache.length;
    const unread = ids.slice(cached);
    return { ids: unread, group: this.#group(unread, cached, 'causal', { cached, leading: 0 }) };
  }

  #keep(ids: readonly number[], { keyValues, hidden }: ReadTokens): void {
    const { hiddenSize } = this.#parts.manifest.architecture;
    this.#cache.append(ids, keyValues, hidden.subarray(0, ids.length * hiddenSize));
  }

  #group(
    ids: readonly number[],
    first: number,
    sees: RowGroup['sees'],
    { cached, leading }: Pick<RowGroup, 'cached' | 'leading'>,
  ): RowGroup {
    const { embed, manifest } = this.#parts;
    const position = manifest.architecture.trunkPosition + first;
    return {
      rows: ids.map((id) => embed(id)),
      position,
      sees,
      front: this.#suffixRows,
      cached,
      leading,
      isMiddle: true,
    };
  }

  #refuseClosed(): void {
    if (this.#closed) throw new Error('this context was closed: another one has been opened');
  }
}
