import * as z from 'zod';
import type { OptionRange } from '../../shared/optionRanges.js';

/** A number of a range, in what comes from outside. */
export function numberOf({ least, most, whole, above = false }: OptionRange): z.ZodType<number> {
  const number = whole ? z.int() : z.number();
  return (above ? number.gt(least) : number.min(least)).max(most);
}
