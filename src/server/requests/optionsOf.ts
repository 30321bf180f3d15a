import * as z from 'zod';
import { numberOf } from '../../engine/contract/numberOf.js';
import type { RecommendedOptions } from '../../engine/contract/recommended.js';
import { type InfillOptions, MULTILINE_POLICIES } from '../../shared/infillOptions.js';
import { OPTION_RANGES } from '../../shared/optionRanges.js';

/** The options of a fill; what is left out is what the model recommends, or the command line does. */
export const optionsSchema = z.strictObject({
  steps: numberOf(OPTION_RANGES.steps).optional(),
  deadlineMs: numberOf(OPTION_RANGES.deadlineMs).optional(),
  maxTokens: numberOf(OPTION_RANGES.maxTokens).optional(),
  candidates: numberOf(OPTION_RANGES.candidates).optional(),
  multiline: z.enum(MULTILINE_POLICIES).optional(),
  temperature: numberOf(OPTION_RANGES.temperature).optional(),
  topP: numberOf(OPTION_RANGES.topP).optional(),
  seed: numberOf(OPTION_RANGES.seed).optional(),
  minConfidence: numberOf(OPTION_RANGES.minConfidence).optional(),
  stopBelow: numberOf(OPTION_RANGES.stopBelow).optional(),
  trace: z.boolean().optional(),
  positions: z.boolean().optional(),
  sampler: z.string().max(200).optional(),
  remask: z.string().max(200).optional(),
  length: z.string().max(200).optional(),
});
/** Those that are undefined are not given. */
export type GivenOptions = {
  readonly [K in keyof z.infer<typeof optionsSchema>]: z.infer<typeof optionsSchema>[K] | undefined;
};

/** A nucleus of nothing is the likeliest token. */
export const LEAST_TOP_P = 1e-6;

/** Where nobody says. */
export const DEFAULT_TOKENS = 64;

/** All options, with those of the model that were not given. */
export function optionsOf(given: GivenOptions, recommended: RecommendedOptions): InfillOptions {
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as GivenOptions;
  return {
    steps: recommended.steps,
    maxTokens: DEFAULT_TOKENS,
    candidates: 1,
    multiline: 'auto',
    temperature: 0,
    topP: 1,
    seed: 0,
    minConfidence: 0,
    trace: false,
    ...(set as Partial<InfillOptions>),
  };
}
