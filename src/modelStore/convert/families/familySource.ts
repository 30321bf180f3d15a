import * as z from 'zod';
import type { CheckpointTokens } from '../checkpoint/checkpointTokens.js';
import type { ConversionAnswers, ConversionQuestion } from '../checkpoint/conversion.js';
import { InfillError } from '../../../shared/infillError.js';
import { countUpTo, tokenId, UPPER_ENDS } from '../../../engine/files/upperEnds.js';
import { unsupported } from '../checkpoint/unsupported.js';

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

/** Sizes of networks, as configurations state them under many names. */
export const counts = {
  layers: countUpTo(UPPER_ENDS.layers),
  heads: countUpTo(UPPER_ENDS.heads),
  headSize: countUpTo(UPPER_ENDS.headSize),
  width: countUpTo(UPPER_ENDS.width),
  feedForward: countUpTo(UPPER_ENDS.feedForward),
  vocabulary: countUpTo(UPPER_ENDS.vocabulary),
  positions: countUpTo(UPPER_ENDS.positions),
};
export const positive = z.number().positive();
/** One id, the first of a list of them, or none: -1, null and texts are what programs write for a token that there is not. */
export const someId = z
  .unknown()
  .optional()
  .transform((value, context): number | undefined => {
    const id = firstCount(value);
    if (id === undefined || tokenId.safeParse(id).success) return id;
    context.addIssue({ code: 'custom', message: `no vocabulary has the id ${id}` });
    return z.NEVER;
  });
/** The same for the mask, about which there is a question where the vocabulary does not have it. */
export const someMask = z.unknown().optional().transform(firstCount);

function firstCount(value: unknown): number | undefined {
  const ids: readonly unknown[] = Array.isArray(value) ? value : [value];
  return ids.find((id): id is number => typeof id === 'number' && Number.isInteger(id) && id >= 0);
}

/** A feature that is supported in its ordinary form only. */
export const only = <T extends string | number | boolean | null>(...values: readonly T[]): z.ZodType<T | undefined> =>
  z.literal([...values]).optional();

/**
 * Reads a config; what does not fit is named. Throws InfillError model-unsupported (another variant of the network, which has not the
 * same fields and values) or model-corrupt (a size that no network has).
 */
export function readConfig<T extends z.ZodType>(schema: T, config: unknown): z.infer<T> {
  const parsed = schema.safeParse(config);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const problem = `config.json, ${issue?.path.join('.') ?? ''}: ${issue?.message ?? '?'}`;
  if (issue?.code === 'invalid_value' || issue?.code === 'invalid_type')
    throw unsupported(problem, 'Such a variant of the model is not known.');
  throw badConfig(problem, parsed.error);
}

/** The size of each of `heads` heads of a network of this width. `name` = what the configuration calls their number. */
export function perHead(width: number, heads: number, name: string): number {
  const size = width / heads;
  if (Number.isInteger(size) && size % 2 === 0) return size;
  throw badConfig(`config.json, ${name}: a width of ${width} does not divide into ${heads} heads of even size`);
}

function badConfig(problem: string, cause?: unknown): InfillError {
  return new InfillError('model-corrupt', `The checkpoint is damaged: ${problem}.`, 'Get the checkpoint again.', {
    cause,
  });
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
