import { damaged } from '../files/foreignFile.js';
import { ByteLevelTokenizer } from './byteLevelTokenizer.js';
import type { Tokenizer } from './tokenizerContract.js';
import { readTokenizerFile } from './tokenizerFile.js';

/**
 * Loads the tokenizer of a model folder (`tokenizer.json`). `vocabularySize` = how many ids the model has.
 * @throws InfillError `model-missing`, `model-corrupt` or `model-unsupported`.
 */
export async function loadTokenizer(path: string, vocabularySize?: number): Promise<Tokenizer> {
  const file = await readTokenizerFile(path, vocabularySize);
  try {
    return new ByteLevelTokenizer(file);
  } catch (error) {
    throw damaged(path, `its merges cannot be used (${String(error)})`, error);
  }
}
