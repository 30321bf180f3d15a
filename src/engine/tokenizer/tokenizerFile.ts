import { z } from 'zod';
import { InfillError } from '../../shared/infillError.js';
import { damaged, parseForeignJson, readForeignText } from '../files/foreignFile.js';
import { UPPER_ENDS } from '../files/upperEnds.js';
import { BYTE_TO_CHARACTER } from './byteAlphabet.js';
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
    Regex: z.custom<string>((pattern) => typeof pattern === 'string' && PATTERNS.has(pattern), 'an unknown pattern'),
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
    // Tens of thousands of entries: looked through by `checkVocabulary`.
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

/** How text is split before bytes are merged. */
export function preTokenizerOf({ pre_tokenizer: stated }: TokenizerFile): PreTokenizer {
  if (!('pretokenizers' in stated)) return { rule: 'gpt2', individualDigits: false };
  const [first] = stated.pretokenizers;
  if (first.type === 'Split') return { rule: PATTERNS.get(first.pattern.Regex)!, individualDigits: false };
  return { rule: 'gpt2', individualDigits: first.type === 'Digits' };
}

/**
 * Reads and checks a tokenizer file. `vocabularySize` = how many ids the model has.
 * @throws InfillError `model-missing`, `model-corrupt` or `model-unsupported` (another kind of tokenizer).
 */
export async function readTokenizerFile(path: string, vocabularySize?: number): Promise<TokenizerFile> {
  return parseTokenizerFile(await readForeignText(path, 'tokenizer.json'), path, vocabularySize);
}

/** `text` = the content of a tokenizer file, `path` = where it is from, for messages. Errors as for `readTokenizerFile`. */
export function parseTokenizerFile(
  text: string,
  path: string,
  vocabularySize: number = UPPER_ENDS.vocabulary,
): TokenizerFile {
  const value = parseForeignJson(text, path);
  if (!isObject(value)) throw damaged(path, 'it is no description of a tokenizer');
  const parsed = tokenizerFile.safeParse(value);
  if (parsed.success) {
    checkVocabulary(parsed.data, path, vocabularySize);
    return parsed.data;
  }
  const issue = parsed.error.issues[0]!;
  throw new InfillError(
    'model-unsupported',
    `The tokenizer ${path} is of a kind this version cannot run: ${issue.path.join('.')}: ${issue.message}.`,
    'Choose a model with a byte-level BPE tokenizer that splits text as GPT-2, Qwen2, Llama 3 or Seed-Coder do, and no normaliser but NFC.',
  );
}

/**
 * What the encoder relies on: ids are those of the model, each of one token; merges join tokens to tokens; and plain text can be spelled.
 * Throws InfillError model-corrupt.
 */
function checkVocabulary({ model }: TokenizerFile, path: string, vocabularySize: number): void {
  const tokens = new Set<string>();
  const taken = new Uint8Array(vocabularySize);
  for (const [token, id] of Object.entries(model.vocab)) {
    const problem = !(Number.isInteger(id) && id >= 0)
      ? 'is no whole number from 0'
      : id >= vocabularySize
        ? `is outside of the model's vocabulary of ${vocabularySize}`
        : taken[id] === 1
          ? 'is that of another token, too'
          : undefined;
    if (problem !== undefined) {
      throw damaged(path, `model.vocab, ${JSON.stringify(token)}: the id ${JSON.stringify(id)} ${problem}`);
    }
    taken[id] = 1;
    tokens.add(token);
  }
  const missing = NEEDED_BYTES.find((byte) => !tokens.has(BYTE_TO_CHARACTER[byte]!));
  if (missing !== undefined) throw damaged(path, `model.vocab: the byte ${missing} has no token`);
  const isPair = Array.isArray(model.merges[0]);
  model.merges.forEach((merge: unknown, index) => {
    const parts: readonly unknown[] =
      typeof merge === 'string' && !isPair ? merge.split(' ') : isPair ? list(merge) : [];
    const [first, second] = parts;
    const joins = typeof first === 'string' && typeof second === 'string' && parts.length === 2;
    if (!joins || ![first, second, first + second].every((token) => tokens.has(token))) {
      throw damaged(path, `model.merges, ${index}: ${JSON.stringify(merge)} does not join two tokens to a third`);
    }
  });
}

/** Printable ASCII, tabulators and line ends; and U+FFFD, which stands for what cannot be spelled (see `spellable`). */
const NEEDED_BYTES: readonly number[] = [
  ...[0x09, 0x0a, 0x0d, 0xef, 0xbf, 0xbd],
  ...Array.from({ length: 0x7f - 0x20 }, (_, i) => 0x20 + i),
];

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
