import { ByteLevelTokenizer } from '../../engine/tokenizer/byteLevelTokenizer.js';
import { parseTokenizerFile } from '../../engine/tokenizer/tokenizerFile.js';
import type { DetectedCheckpoint, TensorLayout } from './checkpoint/checkpointFamily.js';
import type { CheckpointTokens } from './checkpoint/checkpointTokens.js';
import type { CheckpointTokenizer } from './checkpoint/checkpointTokenizer.js';
import { unsupported } from './checkpoint/unsupported.js';

/** A vocabulary that many networks share, and what the sample is in it. */
interface KnownVocabulary {
  readonly name: string;
  readonly layouts: readonly TensorLayout[];
  /** Rows of the networks that have it: its tokens, and what they were padded to. */
  readonly least: number;
  readonly most: number;
  readonly ids: readonly number[];
}

const SAMPLE = 'def add(first, second):\n    return first + second\n';
/** The ids are those of other programs' encoders: tiktoken with Qwen's ranks, gpt-tokenizer, llama3-tokenizer-js. */
const KNOWN: readonly KnownVocabulary[] = [
  {
    name: 'Qwen',
    layouts: ['llama'],
    least: 151_643,
    most: 152_064,
    ids: [750, 912, 17981, 11, 2086, 982, 262, 470, 1156, 488, 2086, 198],
  },
  {
    name: 'Llama 3',
    layouts: ['llama'],
    least: 128_000,
    most: 128_512,
    ids: [755, 923, 18465, 11, 2132, 997, 262, 471, 1176, 489, 2132, 198],
  },
  {
    name: 'GPT-2',
    layouts: ['gpt2', 'dit'],
    least: 50_257,
    most: 50_260, // a mask and a few; NeoX and others, padded, have more
    ids: [4299, 751, 7, 11085, 11, 1218, 2599, 198, 220, 220, 220, 1441, 717, 1343, 1218, 198],
  },
];
/** Networks are padded by some hundreds of rows, never by a tenth. */
const LEAST_SHARE = 0.9;

/**
 * Whether a tokenizer is that of the network: by sizes, by whether it has the special tokens, and, where the network has the size of a well-known vocabulary, by what a
 * sample text is encoded to. `tokens` = the same tokenizer's tokens. Answers a note for the person where there is doubt.
 * Throws InfillError model-unsupported where it is another model's or of another kind, model-corrupt where it is damaged.
 */
export function fitTokenizer(
  { text, place }: CheckpointTokenizer,
  { layout, architecture, tokens: { mask: _, ...others } }: DetectedCheckpoint,
  tokens: CheckpointTokens,
): string | undefined {
  const rows = architecture.vocabularySize;
  if (tokens.size > rows) {
    throw anothers(`its tokenizer has ${tokens.size} tokens, and config.json says that its network has ${rows}`);
  }
  const outside = Object.values(others).find((id) => typeof id === 'number' && id >= rows);
  if (outside !== undefined) {
    throw anothers(
      `a token that texts begin or end with has the id ${outside}, and the network has the ids 0 to ${rows - 1}`,
    );
  }
  const tokenizer = new ByteLevelTokenizer(parseTokenizerFile(text, place, rows));
  const known = KNOWN.find(({ layouts, least, most }) => layouts.includes(layout) && rows >= least && rows <= most);
  if (known !== undefined) {
    const ids = tokenizer.encode(SAMPLE);
    if (ids.join() !== known.ids.join()) {
      const some = (list: readonly number[]): string => `${list.slice(0, 5).join(', ')}, ...`;
      throw anothers(
        `networks with ${rows} tokens have ${known.name}'s, which encode ${JSON.stringify(SAMPLE)} as ${some(known.ids)}, and its tokenizer says ${some(ids)}`,
      );
    }
  }
  if (tokens.size < LEAST_SHARE * rows) {
    return `The tokenizer has ${tokens.size} tokens and the network ${rows}: it may be another model's.`;
  }
  // A mask may be one of the rows that fill up the vocabulary.
  const absent = Object.values(others).find((id) => isAbsent(id, tokens));
  return absent === undefined
    ? undefined
    : `The tokenizer does not have the special token ${absent}, which config.json names: it may be another model's.`;
}

function isAbsent(id: number | null | undefined, tokens: CheckpointTokens): id is number {
  return typeof id === 'number' && !tokens.has(id);
}

function anothers(problem: string): Error {
  return unsupported(
    `tokenizer and network do not belong together: ${problem}`,
    'Put the tokenizer.json and the config.json that the weights were published with beside them.',
  );
}
