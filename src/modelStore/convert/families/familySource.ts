import * as z from 'zod';
import type { CheckpointTokens } from '../checkpointTokens.js';
import type { ConversionAnswers, ConversionQuestion } from '../conversion.js';
import { unsupported } from '../unsupported.js';

/** What a family is told from. */
export interface FamilySource {
  readonly config: Readonly<Record<string, unknown>>;
  readonly tokens: CheckpointTokens;
  readonly answers: ConversionAnswers;
}

/** A network that predicts the clean tokens behind masks and is told no time: all families but SEDD. */
export const CLEAN_ABSORBING = {
  timeInput: 'none',
  parameterization: 'clean',
  graph: 'absorbing',
  scaleBySigma: false,
} as const;

export const count = z.int().positive();
export const positive = z.number().positive();
const id = z.int().nonnegative();
/** One id, a list of them, or none. */
export const someId = z
  .union([id, z.array(id)])
  .nullish()
  .transform((value) => (Array.isArray(value) ? value[0] : (value ?? undefined)));
/** A feature that is supported in its ordinary form only. */
export const only = <T extends string | number | boolean | null>(...values: readonly T[]): z.ZodType<T | undefined> =>
  z.literal([...values]).optional();

/** Reads a config; what does not fit is named. Throws InfillError model-unsupported. */
export function readConfig<T extends z.ZodType>(schema: T, config: unknown): z.infer<T> {
  const parsed = schema.safeParse(config);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw unsupported(
    `config.json, ${issue?.path.join('.') ?? ''}: ${issue?.message ?? '?'}`,
    'Such a variant of the model is not known.',
  );
}

/** The mask's id: what a person says, or what the files say, or a question. */
export function maskOf(
  found: number | undefined,
  { answers }: FamilySource,
  hint = '',
): { readonly mask: number | null; readonly questions: readonly ConversionQuestion[] } {
  const mask = answers.mask ?? found;
  if (mask !== undefined) return { mask, questions: [] };
  const text = `Which id has the mask token${hint}?`;
  return { mask: null, questions: [{ answer: 'mask', text }] };
}

/** The answer, null included, or else what was found. */
export function answered(answer: number | null | undefined, found: number | undefined): number | null {
  return answer === undefined ? (found ?? null) : answer;
}
