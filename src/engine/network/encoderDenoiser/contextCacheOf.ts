import { ContextCache, prefixCapacity } from '../cache/contextCache.js';
import { PrefixCache } from '../cache/prefixCache.js';
import type { EncoderDenoiserManifest } from '../folder/manifest.js';
import type { EncoderRunner } from './encoderRunner.js';
import { SuffixCache } from './suffixCache.js';

/**
 * What the encoder has read lately: prefixes for itself and the denoiser, suffixes for the denoiser's layers alone.
 *
 * @param kept as in `ContextCache`
 */
export function contextCacheOf(
  encoder: EncoderRunner,
  { architecture, limits }: EncoderDenoiserManifest,
  kept?: number,
): ContextCache<SuffixCache> {
  const { keyValueHeads: heads, headSize, encoderLayers, denoiserLayers, hiddenSize, ropeTheta } = architecture;
  const layers = Array.from({ length: encoderLayers }, (_, layer) => layer);
  const maxLength = prefixCapacity(limits);
  return new ContextCache(
    {
      settle: async (cache, ids) => encoder.settle(cache, ids),
      advance: async (cache, ids) => encoder.advance(cache, ids),
      suffix: async (ids) => {
        const shape = { layers: denoiserLayers, heads, headSize, maxLength: ids.length };
        return new SuffixCache([...ids], await encoder.encodeAlone(ids), shape, ropeTheta);
      },
    },
    () => new PrefixCache({ layers, heads, headSize, maxLength }, hiddenSize),
    kept,
  );
}
