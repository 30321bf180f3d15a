import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { InfillError } from '../../shared/infillError.js';

const byteLevel = z.object({
  type: z.literal('ByteLevel'),
  add_prefix_space: z.literal(false),
  use_regex: z.literal(true).default(true),
});
const digits = z.object({ type: z.literal('Digits'), individual_digits: z.literal(true) });

/**
 * The part of a `tokenizer.json` (Hugging Face's format) that decides what ids a text has. Stricter than the format:
 * the context window, token healing and the chunk cache rely on byte-level pre-tokens, and on text that no normaliser changes.
 */
const tokenizerFile = z.object({
  normalizer: z.null(),
  pre_tokenizer: z.union([
    byteLevel,
    z.object({
      type: z.literal('Sequence'),
      pretokenizers: z.union([z.tuple([byteLevel]), z.tuple([digits, byteLevel])]),
    }),
  ]),
  model: z.object({
    type: z.literal('BPE'),
    // Tens of thousands of entries: their types are not checked one by one.
    vocab: z.custom<Readonly<Record<string, number>>>(isObject, 'an object is expected'),
    merges: z.custom<readonly (string | readonly [string, string])[]>(Array.isArray, 'an array is expected'),
    byte_fallback: z.literal(false).optional(),
    ignore_merges: z.literal(false).optional(),
    continuing_subword_prefix: z.null().optional(),
    end_of_word_suffix: z.null().optional(),
  }),
});
export type TokenizerFile = z.infer<typeof tokenizerFile>;

const REMEDY = 'Import the model again, or choose another one.';

/**
 * Reads and checks a tokenizer file.
 * @throws InfillError `model-missing`, `model-corrupt` (not JSON) or `model-unsupported` (another kind of tokenizer).
 */
export async function readTokenizerFile(path: string): Promise<TokenizerFile> {
  const parsed = tokenizerFile.safeParse(parseJson(path, await readText(path)));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new InfillError(
    'model-unsupported',
    `The tokenizer ${path} is of a kind this version cannot run: ${issue.path.join('.')}: ${issue.message}.`,
    'Choose a model with a byte-level BPE tokenizer and no normaliser.',
  );
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new InfillError('model-missing', `The tokenizer file ${path} cannot be read.`, REMEDY, { cause });
  }
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InfillError('model-corrupt', `The tokenizer file ${path} is not valid JSON.`, REMEDY, { cause });
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
