import * as z from 'zod';
import {
  LONGEST_BESIDES,
  LONGEST_NAME,
  MOST_BESIDES,
  MOST_NAMES,
  type TextContext,
} from '../../shared/infillRequest.js';
import { OPTION_RANGES } from '../../shared/optionRanges.js';
import { numberOf } from '../../engine/contract/numberOf.js';
import { optionsSchema } from '../requests/optionsOf.js';

const contextSchema: z.ZodType<TextContext> = z.strictObject({
  prefix: z.string(),
  prefixOffset: z.int().min(0),
  suffix: z.string(),
  languageId: z.string().min(1).max(100),
  eol: z.enum(['\n', '\r\n']),
  indentUnit: z.string().max(100),
});
const conditionsSchema = z.strictObject({
  start: z.string().optional(),
  end: z.string().optional(),
  contains: z.string().optional(),
  length: z.strictObject({ least: z.int().min(0), most: z.int().min(0) }).optional(),
});

/** The body of `POST /infill/v1/fill`: a request of the engine. */
export const fillSchema = z.strictObject({
  context: contextSchema,
  options: optionsSchema.default({}),
  names: z.array(z.string().max(LONGEST_NAME)).max(MOST_NAMES).optional(),
  besides: z.array(z.string().max(LONGEST_BESIDES)).min(1).max(MOST_BESIDES).optional(),
  entry: z.strictObject({ ahead: z.int().min(0), isChosen: z.boolean() }).optional(),
  conditions: conditionsSchema.optional(),
});

/** The body of `POST /infill/v1/denoise`. */
export const denoiseSchema = z.strictObject({
  context: contextSchema,
  selection: z.string(),
  pinned: z
    .array(z.strictObject({ start: z.int().min(0), end: z.int().min(0) }))
    .max(1000)
    .default([]),
  strength: numberOf(OPTION_RANGES.strength),
  options: optionsSchema.default({}),
});
