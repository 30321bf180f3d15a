import { loadModel, type LoadedModel } from '../../src/engine/model/loadModel.js';
import type { ActivationRange } from '../../src/engine/model/graph/int8Arithmetic.js';
import { exactActivationRange } from '../../src/engine/model/saturationProbe.js';
import { TINY_FP32, TINY_INT8 } from './fixtures.js';

/** The ways in which the engine computes the tiny model, as fixtures name them: int8 with activations of 8 or of 7 bits. */
export const TINY_MODELS: Readonly<Record<string, { readonly folder: string; readonly range?: ActivationRange }>> = {
  fp32: { folder: TINY_FP32 },
  int8: { folder: TINY_INT8, range: 127 },
  'int8-63': { folder: TINY_INT8, range: 63 },
};

const exactRange = await exactActivationRange();

/** Why this processor cannot compute activations of this range exactly; false if it can. */
export function inexact(range: ActivationRange | undefined): string | false {
  return range === 127 && exactRange < 127 ? 'products of 8-bit numbers saturate on this processor' : false;
}

export function loadTiny(name: string): Promise<LoadedModel> {
  const { folder, range } = TINY_MODELS[name]!;
  const activationRange = range === undefined ? {} : { activationRange: range };
  return loadModel(folder, { device: 'cpu', threads: 1, ...activationRange });
}
