import { lstat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { InfillError } from '../../../shared/infillError.js';
import { damaged, readForeignJson, readForeignText } from '../../../engine/files/foreignFile.js';
import { unsupported } from './unsupported.js';

const configSchema = z.looseObject({
  tokenizer_class: z.string().default(''),
  added_tokens_decoder: z
    .record(z.string().regex(/^\d{1,7}$/, 'must be an id'), z.looseObject({ content: z.string() }))
    .default({}),
});

/** How the slow tokenizers of Python split text; their fast twins say so in tokenizer.json. */
const BYTE_LEVEL = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
const QWEN2_PATTERN =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
const QWEN2 = {
  type: 'Sequence',
  pretokenizers: [
    { type: 'Split', pattern: { Regex: QWEN2_PATTERN }, behavior: 'Isolated', invert: false },
    { ...BYTE_LEVEL, use_regex: false },
  ],
};
const CLASSES: ReadonlyMap<string, { normalizer: object | null; preTokenizer: object }> = new Map([
  ['GPT2Tokenizer', { normalizer: null, preTokenizer: BYTE_LEVEL }],
  ['Qwen2Tokenizer', { normalizer: { type: 'NFC' }, preTokenizer: QWEN2 }],
  ['DreamTokenizer', { normalizer: { type: 'NFC' }, preTokenizer: QWEN2 }],
]);

export interface CheckpointTokenizer {
  /** A tokenizer.json. */
  readonly text: string;
  /** Where it is from, for messages. */
  readonly place: string;
}

/**
 * A checkpoint's tokenizer.json. Where there is none it is put together from vocab.json, merges.txt and
 * tokenizer_config.json, as Dream and DiffuCoder have them.
 * Throws InfillError model-missing, model-corrupt or model-unsupported.
 */
export async function checkpointTokenizer(folder: string): Promise<CheckpointTokenizer> {
  const file = path.join(folder, 'tokenizer.json');
  if (await exists(file)) return { text: await readForeignText(file), place: file };
  if (await exists(path.join(folder, 'vocab.json'))) return composed(folder);
  throw new InfillError(
    'model-missing',
    `There is no tokenizer.json in ${folder}.`,
    "Put the tokenizer.json that the model was trained with beside its weights; for SEDD, MDLM and DiffuGPT this is GPT-2's.",
  );
}

async function composed(folder: string): Promise<CheckpointTokenizer> {
  const file = path.join(folder, 'tokenizer_config.json');
  const config = configSchema.safeParse(await readForeignJson(file));
  if (!config.success) {
    const [issue] = config.error.issues;
    throw damaged(file, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? '?'}`, config.error);
  }
  const { tokenizer_class: name, added_tokens_decoder: added } = config.data;
  const rules = CLASSES.get(name);
  if (rules === undefined) throw unsupported(`its tokenizer is of class "${name}" and has no tokenizer.json`);
  const vocabulary = path.join(folder, 'vocab.json');
  const vocab = await readForeignJson(vocabulary);
  const merges = await readForeignText(path.join(folder, 'merges.txt'));
  const tokenizer = {
    version: '1.0',
    added_tokens: Object.entries(added).map(([id, { content }]) => ({ id: Number(id), content, special: true })),
    normalizer: rules.normalizer,
    pre_tokenizer: rules.preTokenizer,
    decoder: { type: 'ByteLevel' },
    model: {
      type: 'BPE',
      vocab,
      merges: merges.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#version')),
    },
  };
  return { text: JSON.stringify(tokenizer), place: `${vocabulary}, with merges.txt,` };
}

async function exists(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    () => false,
  );
}
