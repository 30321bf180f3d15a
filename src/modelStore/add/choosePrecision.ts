import type { Precision } from '../../engine/network/folder/manifest.js';
import type { PrecisionChoice } from '../../shared/modelImport.js';

/**
 * Above this many weights 4 bits are worth their loss: at int8 a step reads more than a gigabyte from memory, which is what it
 * then takes its time for.
 */
const INT4_FROM = 1e9;

/** The precision that is meant by `auto` for a model of so many weights. */
export function choosePrecision(choice: PrecisionChoice, parameters: number): Precision {
  return choice === 'auto' ? (parameters >= INT4_FROM ? 'int4' : 'int8') : choice;
}
