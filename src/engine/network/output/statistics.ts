import type { Tensor } from '../runtime/ortRuntime.js';
import { RULED_OUT, TOP_K } from './addStatistics.js';

/** What is known of one row's logits: all ids but `<mask>` and `<eom>`. */
export interface LogitStatistics {
  /** The most likely ids, largest logit first; those ruled out are left out. */
  readonly ids: readonly number[];
  readonly logits: readonly number[];
  /** Natural logarithm of the sum of all exponentiated logits. */
  readonly logSum: number;
  /** The mean logit under the softmax. */
  readonly expected: number;
  /** Where asked: all logits [V]; those ruled out are below `RULED_OUT` / 1000. */
  readonly all?: Float32Array;
}

/** Reads what `addStatistics` put out for `count` rows. */
export function statistics(
  outputs: Readonly<Record<string, Tensor>>,
  prefix: string,
  count: number,
): LogitStatistics[] {
  const ids = numbers(outputs[`${prefix}ids`]!);
  const logits = numbers(outputs[`${prefix}logits`]!);
  const peak = numbers(outputs[`${prefix}peak`]!);
  const expected = numbers(outputs[`${prefix}expected`]!);
  const full = outputs[`${prefix}full`]?.data as Float32Array | undefined;
  const size = (full?.length ?? 0) / Math.max(1, count);
  return Array.from({ length: count }, (_, index) => {
    const start = index * TOP_K;
    const all = Array.from(logits.subarray(start, start + TOP_K));
    const kept = all.filter((logit) => logit > RULED_OUT / 1000);
    return {
      ids: Array.from(ids.subarray(start, start + kept.length)),
      logits: kept,
      // Softmax of the largest logit = exp(logit - logSum).
      logSum: all[0]! - Math.log(peak[index]!),
      expected: expected[index]!,
      ...(full && size > 0 ? { all: full.subarray(index * size, (index + 1) * size) } : {}),
    };
  });
}

export function numbers(tensor: Tensor): Float32Array | Int32Array {
  return tensor.data as Float32Array | Int32Array;
}
