import type { ExpectedTensor } from './expectedTensor.js';
import { LayerTensors } from './layerTensors.js';
import type { EncoderDenoiserManifest } from './manifest.js';

/** Every tensor that an encoder-denoiser model has. Norms and single rows are float32 always. */
export function* encoderDenoiserTensors({
  architecture: a,
  weights,
}: EncoderDenoiserManifest): Generator<ExpectedTensor> {
  const tensors = new LayerTensors(a, weights.precision);
  yield* tensors.projection('embedding', a.hiddenSize, a.vocabularySize);
  yield* tensors.layers('encoder', a.encoderLayers);
  yield* tensors.layers('denoiser', a.denoiserLayers.length);
  for (const name of ['mask_in', 'eom_in', 'eom_out']) yield tensors.vector(`denoiser.${name}`);
}
