import { encoderDenoiserTensors } from './encoderDenoiserTensors.js';
import { fullSequenceTensors } from './fullSequenceTensors.js';
import { isFullSequence, type Manifest } from './manifest.js';
import type { TensorProto_DataType as DataType } from '../onnx/onnx_pb.js';

export interface ExpectedTensor {
  readonly name: string;
  readonly type: DataType.FLOAT | DataType.INT8 | DataType.UINT8;
  readonly shape: readonly number[];
}

/** Every tensor that a model of this manifest has. */
export function expectedTensors(manifest: Manifest): Iterable<ExpectedTensor> {
  return isFullSequence(manifest) ? fullSequenceTensors(manifest) : encoderDenoiserTensors(manifest);
}
