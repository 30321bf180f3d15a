import * as z from 'zod';
import { OPTION_RANGES } from '../../shared/optionRanges.js';

/**
 * The most that a file from outside may claim of each count. What claims more is refused by the field's name before anything is
 * sized by it. Below, claims are compared with what the files hold: architectures with the tensors (`ModelWeights`, `WeightsConverter`),
 * lengths of files with the file system.
 */
export const UPPER_ENDS = {
  /** Llama 3.1 405B has 126. */
  layers: 1024,
  /** Llama 3.1 405B has 128. */
  heads: 1024,
  /** 64 to 256 are usual; a head of Gemma 4 has 512. */
  headSize: 1024,
  /** Of the stream between layers, or of a DiT's condition: Llama 3.1 405B has 16,384. */
  width: 1 << 16,
  /** Llama 3.1 405B has 53,248. */
  feedForward: 1 << 18,
  /** Gemma 3 has 262,208. */
  vocabulary: 1 << 20,
  /** Llama 4 Scout states 10,485,760. Nothing is sized by it but learned positions, which are a tensor. */
  positions: 1 << 24,
  /** Tokens before or after the cursor: their keys and values are kept for every layer. The bundled model reads 512. */
  context: 8192,
  /** Llama 3 has 500,000, Qwen2.5 for a million tokens 10,000,000. Angles are multiples of its powers, and have to be numbers. */
  ropeTheta: 1e12,
  /** 1e-12 to 1e-5 are usual. Graphs hold it as a 32-bit number. */
  normEpsilon: 1,
  /** Each position has its own row of the vocabulary. The bundled model has 96. */
  canvas: OPTION_RANGES.maxTokens.most,
  /** What a request may ask for. */
  steps: OPTION_RANGES.steps.most,
  /** DeepSeek V3's weights are in 163 files. */
  weightFiles: 1024,
  /** Bytes of a safetensors header. The format allows 100 MB; one of 10,000 tensors has about 1 MB. */
  safetensorsHeader: 16 << 20,
  /** Sizes in a tensor's shape; networks need four. */
  dimensions: 16,
} as const;

/** A whole number from 1 to `most`. */
export function countUpTo(most: number): z.ZodInt {
  return z.int().min(1).max(most);
}

/** The id of a token; that it is inside of the vocabulary is for the caller to check. */
export const tokenId = z
  .int()
  .min(0)
  .max(UPPER_ENDS.vocabulary - 1);
