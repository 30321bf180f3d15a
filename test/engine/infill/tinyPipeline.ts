import type { Pipeline } from '../../../src/engine/infill/run/pipeline.js';
import { loadModel } from '../../../src/engine/network/loadModel.js';
import type { RecommendedOptions } from '../../../src/engine/contract/recommended.js';
import { loadTokenizer } from '../../../src/engine/tokenizer/loadTokenizer.js';
import { TINY_FP32 } from '../fixtures.js';

/** The tiny model with random weights, run by onnxruntime as the real one is. Its texts are noise of every kind. */
export async function tinyPipeline(
  change: Partial<RecommendedOptions> = {},
  folder: string = TINY_FP32,
): Promise<Pipeline> {
  const { model, tokenizerPath, manifest } = await loadModel(folder, { device: 'cpu', threads: 1 });
  return { model, tokenizer: await loadTokenizer(tokenizerPath), recommended: { ...manifest.recommended, ...change } };
}
