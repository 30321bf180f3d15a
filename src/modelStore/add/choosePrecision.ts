import type { Precision } from '../../engine/network/folder/manifest.js';
import type { PrecisionChoice } from '../../shared/modelImport.js';

/**
 * From this many weights on 4 bits are worth their loss: int8 would need more than 4 GB, which many computers do not have free. Below it
 * int8 is nearer to the original and, where every step computes the whole context, twice as fast: such a step is bound by multiplications, of which
 * processors do more with bytes than with halves of them (1.7 billion weights, 704 rows: 1.9 s against 4.2 s; bench/RESULTS.md).
 */
const INT4_FROM = 3e9;

/** The precision that is meant by `auto` for a model of so many weights. */
export function choosePrecision(choice: PrecisionChoice, parameters: number): Precision {
  return choice === 'auto' ? (parameters >= INT4_FROM ? 'int4' : 'int8') : choice;
}
