import { GraphBuilder } from '../onnx/graphBuilder.js';
import { TensorProto_DataType as DataType } from '../onnx/onnx_pb.js';
import { OrtSession, uint8Tensor } from './ortRuntime.js';

const DEPTH = 64;
const WIDTH = 32;
const ROWS = 4;
let known: Promise<WeightSign> | undefined;

/**
 * How weights must enter this machine's int8 products for these to be exact. One small product of the largest values tells: where
 * pairs are summed in saturating 16 bits (x86 without VNNI), 2 x 255 x 127 becomes 32767.
 */
export async function exactWeightSign(): Promise<WeightSign> {
  known ??= largestProducts().then((products) => signFor(products));
  return known;
}

/** `products`: what 255 - 128 times 127 summed over the depth came out as, for each element. */
export function signFor(products: Float32Array): WeightSign {
  return products.every((product) => product === 127 * 127 * DEPTH) ? 'signed' : 'unsigned';
}

async function largestProducts(): Promise<Float32Array> {
  const graph = new GraphBuilder('saturation');
  const activations = graph.input('activations', DataType.UINT8, [ROWS, DEPTH]);
  const weights = graph.int8(new Int8Array(DEPTH * WIDTH).fill(127), [DEPTH, WIDTH]);
  const scale = graph.floats(new Float32Array(WIDTH).fill(1));
  const inputs = [activations, weights, graph.float(1), scale, graph.uint8(128)];
  const product = graph.op('MatMulIntegerToFloat', inputs, { domain: 'com.microsoft', name: 'product' });
  graph.output(product, DataType.FLOAT, [ROWS, WIDTH]);
  const session = await OrtSession.create(graph.toBytes(), { device: 'cpu', threads: 1, folder: '.' });
  try {
    const outputs = await session.run({
      activations: uint8Tensor(new Uint8Array(ROWS * DEPTH).fill(255), [ROWS, DEPTH]),
    });
    return outputs['product']!.data as Float32Array;
  } finally {
    await session.dispose();
  }
}

/**
 * How weights enter an integer product. Signed as they are stored, where products of unsigned and signed bytes are summed
 * exactly. On x86 without VNNI pairs of them are summed in saturating 16 bits; products of two unsigned bytes are not, at the
 * same speed.
 */
export type WeightSign = 'signed' | 'unsigned';
