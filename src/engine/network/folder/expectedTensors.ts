import type { ExpectedTensor } from './expectedTensor.js';
import { encoderDenoiserTensors } from './encoderDenoiserTensors.js';
import { fullSequenceTensors } from './fullSequenceTensors.js';
import { byKind, type Manifest } from './manifest.js';
import { oneNetworkTensors } from './oneNetworkTensors.js';

/** Every tensor that a model of this manifest has. */
export function expectedTensors(manifest: Manifest): Iterable<ExpectedTensor> {
  return byKind<Iterable<ExpectedTensor>>(manifest, {
    encoderDenoiser: encoderDenoiserTensors,
    fullSequence: fullSequenceTensors,
    oneNetwork: oneNetworkTensors,
  });
}
