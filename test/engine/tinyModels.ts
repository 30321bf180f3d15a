import { loadModel, type LoadedModel } from '../../src/engine/network/loadModel.js';
import { exactWeightSign, type WeightSign } from '../../src/engine/network/runtime/saturationProbe.js';
import { TINY_FP32, TINY_INT8 } from './fixtures.js';

interface TinyModel {
  readonly folder: string;
  /** What fixtures call it. */
  readonly precision: 'fp32' | 'int8';
  readonly weightSign?: WeightSign;
}

/** The ways in which the engine computes the tiny model. */
export const TINY_MODELS: Readonly<Record<string, TinyModel>> = {
  fp32: { folder: TINY_FP32, precision: 'fp32' },
  'int8, signed weights': { folder: TINY_INT8, precision: 'int8', weightSign: 'signed' },
  'int8, unsigned weights': { folder: TINY_INT8, precision: 'int8', weightSign: 'unsigned' },
};

const exactSign = await exactWeightSign();

/** Why this processor cannot compute with such weights exactly; false if it can. Unsigned ones are exact everywhere. */
export function inexact(sign: WeightSign | undefined): string | false {
  return sign === 'signed' && exactSign === 'unsigned'
    ? 'products with signed bytes saturate on this processor'
    : false;
}

export function loadTiny(name: string): Promise<LoadedModel> {
  const { folder, weightSign } = TINY_MODELS[name]!;
  return loadModel(folder, { device: 'cpu', threads: 1, ...(weightSign ? { weightSign } : {}) });
}
