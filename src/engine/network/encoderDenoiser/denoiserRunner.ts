import type { KeyValueCache } from '../cache/keyValueCache.js';
import type { EncoderDenoiserArchitecture } from '../folder/manifest.js';
import { floatTensor, intTensor, type Session } from '../runtime/ortRuntime.js';
import { CacheFeeds } from '../cache/cacheFeeds.js';
import type { SuffixCache } from './suffixCache.js';

/** What one pass of the denoiser sees. */
export interface DenoiserContext {
  readonly prefix: KeyValueCache;
  /** How many of the prefix's rows are the context, the start token included. */
  readonly prefixLength: number;
  readonly suffix: SuffixCache;
}

/** Runs the denoiser over one canvas: every row sees the whole context and every other row. */
export class DenoiserRunner {
  readonly #prefixFeeds: CacheFeeds;
  readonly #suffixFeeds: CacheFeeds;

  constructor(
    private readonly session: Session,
    private readonly architecture: EncoderDenoiserArchitecture,
  ) {
    const { denoiserLayers } = architecture;
    this.#prefixFeeds = new CacheFeeds('prefix', denoiserLayers);
    // A suffix cache holds the layers that the denoiser reads, and no others.
    const own = denoiserLayers.map((_, index) => index);
    this.#suffixFeeds = new CacheFeeds('suffix', own);
  }

  /**
   * `rows`: the encoder's hidden state at the last context token, then the embedded canvas, [D] each. `wanted`: indices of rows.
   * Resolves to the wanted rows' normed hidden states [wanted.length, D].
   */
  async run(
    { prefix, prefixLength, suffix }: DenoiserContext,
    rows: readonly Float32Array[],
    wanted: readonly number[],
  ): Promise<Float32Array> {
    const { hiddenSize } = this.architecture;
    const count = rows.length;
    const input = new Float32Array(count * hiddenSize);
    rows.forEach((row, r) => input.set(row, r * hiddenSize));
    const last = prefixLength - 1;
    const canvas = count - 1;
    const outputs = await this.session.run({
      rows: floatTensor(input, [count, hiddenSize]),
      positions: intTensor(
        Int32Array.from({ length: count }, (_, r) => last + r),
        [1, count],
      ),
      wanted: intTensor(wanted, [wanted.length]),
      ...this.#prefixFeeds.headsOf(prefix, prefixLength),
      ...this.#suffixFeeds.headsOf(suffix.at(last + canvas), suffix.ids.length),
    });
    return outputs['normed']!.data as Float32Array;
  }
}
