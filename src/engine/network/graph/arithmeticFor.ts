import type { Arithmetic } from './arithmetic.js';
import { FloatArithmetic } from './floatArithmetic.js';
import { Int4Arithmetic } from './int4Arithmetic.js';
import { Int8Arithmetic } from './int8Arithmetic.js';
import { exactWeightSign, type WeightSign } from '../runtime/saturationProbe.js';
import type { Precision } from '../folder/manifest.js';
import type { TensorSource } from '../folder/weights.js';

/**
 * int8 products where onnxruntime computes them fast: on the CPU. 4-bit products are an operator of several devices.
 * @param sign how weights enter int8 products; undefined = as this machine needs it.
 */
export async function arithmeticFor(
  weights: TensorSource,
  precision: Precision,
  device: string,
  sign: WeightSign | undefined,
): Promise<Arithmetic> {
  switch (precision) {
    case 'int4':
      return new Int4Arithmetic(weights);
    case 'int8':
      if (device === 'cpu') return new Int8Arithmetic(weights, sign ?? (await exactWeightSign()));
      return new FloatArithmetic(weights);
    case 'fp32':
      return new FloatArithmetic(weights);
  }
}
