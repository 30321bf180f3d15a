import type { FullSequenceManifest } from '../../../engine/network/folder/manifest.js';
import type { Family } from './checkpointFamily.js';
import type { CheckpointTokens } from './checkpointTokens.js';
import type { ConversionAnswers, ConversionQuestion } from './conversion.js';

export interface MaskFacts {
  readonly family: Family;
  /** The special tokens that were found, the mask among them, which may have been answered. */
  readonly special: FullSequenceManifest['tokens'];
  /** As config.json states it. */
  readonly stated: unknown;
  readonly vocabularySize: FullSequenceManifest['architecture']['vocabularySize'];
  readonly tokens: CheckpointTokens;
  readonly answers: ConversionAnswers;
}

/** Texts of mask tokens that any model may have, and all of them. */
const GENERAL = ['<|mask|>', '<|MASK|>', '<mask>', '[MASK]'];
const TEXTS = [...GENERAL, '<|mdm_mask|>', '<M>'];
/** DiffuGPT's small model learned with an ordinary token of GPT-2 as its mask (LLaMA-Factory's loader.py in DiffuLLaMA). */
const DIFFUGPT_MASK = 10541;

/** What must be asked about a mask that cannot be one, or hardly. */
export function maskQuestions({
  family,
  special: { mask, ...others },
  stated,
  vocabularySize,
  tokens,
  answers,
}: MaskFacts): readonly ConversionQuestion[] {
  const asked = 'Which id has the mask token?';
  if (mask === null) return [];
  if (mask >= vocabularySize) {
    const place = mask === stated ? 'config.json, mask_token_id: ' : '';
    const text = `${place}The id ${mask} of the mask token is not in the network's vocabulary, which has the ids 0 to ${vocabularySize - 1}.`;
    return [{ answer: 'mask', text: `${text} ${asked}` }];
  }
  const contradiction = answers.mask === undefined ? contradicted(mask, stated, tokens) : undefined;
  if (contradiction !== undefined) return [{ answer: 'mask', text: `${contradiction} ${asked}` }];
  if (Object.values(others).includes(mask)) {
    const text = `The id ${mask} is that of the token that texts begin or end with, which cannot be the mask token as well.`;
    return [{ answer: 'mask', text: `${text} ${asked}` }];
  }
  const ordinary = tokens.ordinaryText(mask);
  const isKnown = family === 'diffugpt' && mask === DIFFUGPT_MASK;
  if (ordinary === undefined || isKnown || answers.ordinaryMask === true) return [];
  const text = `The id ${mask} is that of the ordinary token ${JSON.stringify(ordinary)}.`;
  return answers.ordinaryMask === false
    ? [{ answer: 'mask', text: `${text} ${asked}` }]
    : [{ answer: 'ordinaryMask', text: `${text} Is it really the mask token?` }];
}

/** A sentence on files that name different tokens as the mask; undefined where they do not. */
function contradicted(mask: number, stated: unknown, tokens: CheckpointTokens): string | undefined {
  const named = TEXTS.flatMap((text) => {
    const id = tokens.find(text);
    return id === undefined ? [] : [{ text, id }];
  });
  const [first] = named;
  if (first === undefined) return undefined;
  // Programs write -1 for a token that there is not.
  if (typeof stated === 'number' && stated >= 0) {
    return named.some(({ id }) => id === stated)
      ? undefined
      : `config.json says by mask_token_id that the mask token has the id ${stated}, the tokenizer says ${first.id}: one of them may be another model's.`;
  }
  const general = named.filter(({ text }) => GENERAL.includes(text));
  if (new Set(general.map(({ id }) => id)).size < 2 || !general.some(({ id }) => id === mask)) return undefined;
  return `The tokenizer has several mask tokens: ${general.map(({ text, id }) => `${text} (${id})`).join(', ')}.`;
}
