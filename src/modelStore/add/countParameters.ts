import type { WeightHeaders } from '../convert/checkpoint/weightHeaders.js';

/** Number of weights in the weight files of a checkpoint. */
export function countParameters({ files }: WeightHeaders): number {
  let count = 0;
  for (const { tensors } of files.values()) {
    for (const { shape } of tensors.values()) count += shape.reduce((product, size) => product * size, 1);
  }
  return count;
}
