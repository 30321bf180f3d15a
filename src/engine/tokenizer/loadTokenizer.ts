import { ByteLevelTokenizer } from './byteLevelTokenizer.js';
import type { Tokenizer } from './tokenizerContract.js';
import { readTokenizerFile } from './tokenizerFile.js';

/**
 * Loads the tokenizer of a model folder (`tokenizer.json`).
 * @throws InfillError `model-missing`, `model-corrupt` or `model-unsupported`.
 */
export async function loadTokenizer(path: string): Promise<Tokenizer> {
  return new ByteLevelTokenizer(await readTokenizerFile(path));
}
