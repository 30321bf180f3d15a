import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { InfillError } from '../../shared/infillError.js';
import type { PreTokenizer } from './preTokenize.js';
import { PATTERNS } from './splitPatterns.js';

const byteLevel = z.object({
  type: z.literal('ByteLevel'),
  add_prefix_space: z.literal(false),
  use_regex: z.literal(true).default(true),
});
/** Only spells bytes: what comes before it has split the text. */
const byteSpelling = z.object({
  type: z.literal('ByteLevel'),
  add_prefix_space: z.literal(false),
  use_regex: z.literal(false),
});
const digits = z.object({ type: z.literal('Digits'), individual_digits: z.literal(true) });
const split = z.object({
  type: z.literal('Split'),
  pattern: z.object({
    Regex: z.custom<string>((pattern) => typeof pattern === 'string' && pattern in PATTERNS, 'an unknown pattern'),
  }),
  behavior: z.literal('Isolated'),
  invert: z.literal(false).default(false),
});
const none = z.literal(['', null]).optional();

/**
 * The part of a `tokenizer.json` (Hugging Face's format) that decides what ids a text has. Stricter than the format:
 * the context window, token healing and the chunk cache rely on byte-level pre-tokens, and on text that no normaliser changes.
 * NFC, which Qwen's tokenizers state, is left out: a document's text stays as it is, decomposed characters included.
 */
const tokenizerFile = z.object({
  normalizer: z.union([z.null(), z.object({ type: z.literal('NFC') })]),
  pre_tokenizer: z.union([
    byteLevel,
    z.object({
      type: z.literal('Sequence'),
      pretokenizers: z.union([z.tuple([byteLevel]), z.tuple([digits, byteLevel]), z.tuple([split, byteSpelling])]),
    }),
  ]),
  model: z.object({
    type: z.literal('BPE'),
    // Tens of thousands of entries: their types are not checked one by one.
    vocab: z.custom<Readonly<Record<string, number>>>(isObject, 'an object is expected'),
    merges: z.custom<readonly (string | readonly [string, string])[]>(Array.isArray, 'an array is expected'),
    byte_fallback: z.literal(false).optional(),
    /** Whether a piece that is a token as a whole is not merged (Llama 3). */
    ignore_merges: z.boolean().default(false),
    continuing_subword_prefix: none,
    end_of_word_suffix: none,
  }),
});
export type TokenizerFile = z.infer<typeof tokenizerFile>;

const REMEDY = 'Import the model again, or choose another one.';

/** How text is split before bytes are merged. */
export function preTokenizerOf({ pre_tokenizer: stated }: TokenizerFile): PreTokenizer {
  if (!('pretokenizers' in stated)) return { rule: 'gpt2', individualDigits: false };
  const [first] = stated.pretokenizers;
  if (first.type === 'Split') return { rule: PATTERNS[first.pattern.Regex]!, individualDigits: false };
  return { rule: 'gpt2', individualDigits: first.type === 'Digits' };
}

/**
 * Reads and checks a tokenizer file.
 * @throws InfillError `model-missing`, `model-corrupt` (not JSON) or `model-unsupported` (another kind of tokenizer).
 */
export async function readTokenizerFile(path: string): Promise<TokenizerFile> {
  return parseTokenizerFile(await readText(path), path);
}

/** `text` = the content of a tokenizer file, `path` = where it is from, for messages. Errors as for `readTokenizerFile`. */
export function parseTokenizerFile(text: string, path: string): TokenizerFile {
  const parsed = tokenizerFile.safeParse(parseJson(path, text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new InfillError(
    'model-unsupported',
    `The tokenizer ${path} is of a kind this version cannot run: ${issue.path.join('.')}: ${issue.message}.`,
    'Choose a model with a byte-level BPE tokenizer that splits text as GPT-2, Qwen2 or Llama 3 do, and no normaliser but NFC.',
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
