import type { FullSequenceManifest } from '../../../engine/network/folder/manifest.js';
import type { Family } from './checkpointFamily.js';
import type { CheckpointTokens } from './checkpointTokens.js';
import type { ConversionAnswers, ConversionQuestion } from './conversion.js';

export interface MaskFacts {
  readonly family: Family;
  /** The mask that was found or answered. */
  readonly mask: number | null;
  /** As config.json states it. */
  readonly stated: unknown;
  readonly vocabularySize: FullSequenceManifest['architecture']['vocabularySize'];
  readonly tokens: CheckpointTokens;
  readonly answers: ConversionAnswers;
}

/** Texts of mask tokens. */
const TEXTS = ['<|mask|>', '<|mdm_mask|>', '<M>', '<mask>', '[MASK]'];
/** DiffuGPT's small model learned with an ordinary token of GPT-2 as its mask (LLaMA-Factory's loader.py in DiffuLLaMA). */
const DIFFUGPT_MASK = 10541;

/** What must be asked about a mask that cannot be one, or hardly. */
export function maskQuestions({
  family,
  mask,
  stated,
  vocabularySize,
  tokens,
  answers,
}: MaskFacts): readonly ConversionQuestion[] {
  const asked = 'Which id has the mask token?';
  if (mask === null) return [];
  if (mask >= vocabularySize) {
    const text = `The id ${mask} of the mask token is not in the network's vocabulary, which has the ids 0 to ${vocabularySize - 1}.`;
    return [{ answer: 'mask', text: `${text} ${asked}` }];
  }
  const named = tokens.find(...TEXTS);
  if (answers.mask === undefined && typeof stated === 'number' && named !== undefined && named !== stated) {
    const text = `config.json says that the mask token has the id ${stated}, the tokenizer says ${named}: one of them may be another model's.`;
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
