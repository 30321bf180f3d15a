import type { TensorProto_DataType as DataType } from '../onnx/onnx_pb.js';

export interface ExpectedTensor {
  readonly name: string;
  readonly type: DataType.FLOAT | DataType.INT8 | DataType.UINT8;
  readonly shape: readonly number[];
}
