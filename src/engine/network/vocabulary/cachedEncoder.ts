import { type ContextCache, prefixCapacity } from '../cache/contextCache.js';
import type { KeyValueCache } from '../cache/keyValueCache.js';
import type { PrefixCache } from '../cache/prefixCache.js';
import type { Continuation, EncoderReading, ModelEncoder, ModelManifestView } from '../../contract/model.js';
import { refuse } from '../../contract/refuseOversized.js';
import type { Distribution } from '../output/distribution.js';
import type { ReadContinuation } from './continuationPasses.js';
import type { HeadRow, HeadRunner } from './headRunner.js';

/** What a kind of model gives for its reading to be an autoregressive language model. */
export interface ReadingParts {
  readonly cache: Pick<ContextCache<{ readonly ids: readonly number[] }>, 'prefix' | 'along'>;
  readonly head: HeadRunner;
  readonly start: number;
  readonly limits: ModelManifestView['limits'];
  /** What the output layer reads, of what a prefix cache keeps of a token, [D] both. */
  readonly normed: (hidden: Float32Array) => Float32Array;
  /** Reads texts in as few passes as they fit into and keeps nothing: for each its tokens' hidden states, as a prefix cache would keep them. */
  readonly readContinuations: (
    cache: KeyValueCache,
    continuations: readonly ReadContinuation[],
  ) => Promise<readonly (readonly Float32Array[])[]>;
  readonly distribution: (row: HeadRow) => Distribution;
  /** Log-probability of `id`, which the head was asked for. */
  readonly logProb: (row: HeadRow, id: number) => number;
  readonly closeContext: () => void;
}

/** The causal part of a model by itself: its calls use and extend the prefix cache. */
export class CachedEncoder implements ModelEncoder {
  constructor(private readonly parts: ReadingParts) {}

  async scoreTokens(prefix: readonly number[], ids: readonly number[]): Promise<Float64Array> {
    if (ids.length === 0) return new Float64Array();
    const { cache, start, logProb } = this.parts;
    // The last id is only predicted, never read.
    const read = [start, ...prefix, ...ids.slice(0, -1)];
    this.#refuseLong(read.length);
    const { cache: prefixCache } = await cache.prefix(read);
    const answer = await this.#answers(prefixCache, prefix, ids);
    return Float64Array.from(answer, (row, index) => logProb(row, ids[index]!));
  }

  async readTokens(prefix: readonly number[], ids: readonly number[]): Promise<readonly EncoderReading[]> {
    const { cache, start, logProb, distribution, closeContext } = this.parts;
    closeContext();
    this.#refuseLong(1 + prefix.length + ids.length);
    const prefixCache = await cache.along([start, ...prefix], ids);
    const answer = await this.#answers(prefixCache, prefix, [...ids, start]);
    return answer.map((row, index) => ({
      ...distribution(row),
      logProb: index < ids.length ? logProb(row, ids[index]!) : undefined,
    }));
  }

  async scoreContinuations(
    prefix: readonly number[],
    ids: readonly number[],
    continuations: readonly Continuation[],
  ): Promise<readonly Float64Array[]> {
    const { cache, head, start, logProb, normed, readContinuations, closeContext } = this.parts;
    closeContext();
    const longest = Math.max(0, ...continuations.map((continuation) => continuation.after + continuation.ids.length));
    this.#refuseLong(1 + prefix.length + Math.max(ids.length, longest));
    const prefixCache = await cache.along([start, ...prefix], ids);
    const asked = continuations.map((continuation) => ({
      visible: 1 + prefix.length + continuation.after,
      // The last id is only predicted, never read.
      ids: continuation.ids.slice(0, -1),
    }));
    const hidden = await readContinuations(prefixCache.keyValues, asked);
    const rows = continuations.flatMap((continuation, b) =>
      continuation.ids.map((_, i) => normed(i === 0 ? prefixCache.hidden(asked[b]!.visible - 1) : hidden[b]![i - 1]!)),
    );
    if (rows.length === 0) return continuations.map(() => new Float64Array());
    const answer = await head.run({ rows, targets: continuations.flatMap((continuation) => continuation.ids) });
    let at = 0;
    return continuations.map((continuation) =>
      Float64Array.from(continuation.ids, (id) => logProb(answer.rows[at++]!, id)),
    );
  }

  /** The head's answers at the last token of `prefix` and at those after it in `prefixCache`; `targets` names the id asked for at each. */
  async #answers(
    prefixCache: PrefixCache,
    prefix: readonly number[],
    targets: readonly number[],
  ): Promise<readonly HeadRow[]> {
    const { head, normed } = this.parts;
    const rows = targets.map((_, i) => normed(prefixCache.hidden(prefix.length + i)));
    return (await head.run({ rows, targets })).rows;
  }

  #refuseLong(total: number): void {
    const room = prefixCapacity(this.parts.limits);
    refuse(total > room, `${total} tokens are to be scored; the model takes ${room}.`);
  }
}
