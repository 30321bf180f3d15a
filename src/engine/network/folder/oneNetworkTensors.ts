import type { ExpectedTensor } from './expectedTensor.js';
import { LayerTensors } from './layerTensors.js';
import type { OneNetworkManifest } from './manifest.js';
import { TensorProto_DataType as DataType } from '../onnx/onnx_pb.js';

/**
 * Every tensor that a one-network model has. Norms and single rows are float32 always. Adapters hold two matrices for each
 * projection, `a` [in, rank] and `b` [rank, out]; what their product is multiplied with is already in `b`.
 */
export function* oneNetworkTensors({ architecture: a, weights }: OneNetworkManifest): Generator<ExpectedTensor> {
  const tensors = new LayerTensors(a, weights.precision);
  yield* tensors.projection('embedding', a.hiddenSize, a.vocabularySize);
  yield* tensors.layers('network', a.layers);
  for (const name of ['mask_in', 'eom_in', 'suffix_in', 'eom_out']) yield tensors.vector(name);
  yield { name: 'eom_bias', type: DataType.FLOAT, shape: [1] };
  if (a.adapterRank === undefined) return;
  for (let layer = 0; layer < a.layers; layer++) {
    for (const [name, from, to] of tensors.projections()) {
      yield* tensors.projection(`adapters.layers.${layer}.${name}.a`, from, a.adapterRank);
      yield* tensors.projection(`adapters.layers.${layer}.${name}.b`, a.adapterRank, to);
    }
  }
}
