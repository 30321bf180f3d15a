import type { ExpectedTensor } from './expectedTensor.js';
import { encoderDenoiserTensors } from './encoderDenoiserTensors.js';
import { fullSequenceTensors } from './fullSequenceTensors.js';
import { isFullSequence, type Manifest } from './manifest.js';

/** Every tensor that a model of this manifest has. */
export function expectedTensors(manifest: Manifest): Iterable<ExpectedTensor> {
  return isFullSequence(manifest) ? fullSequenceTensors(manifest) : encoderDenoiserTensors(manifest);
}
