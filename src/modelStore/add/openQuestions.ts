import path from 'node:path';
import type { AddAnswers, AddQuestion } from '../../shared/modelImport.js';
import { parseForeignJson, readForeignJson } from '../../engine/files/foreignFile.js';
import { checkpointTokenizer } from '../convert/checkpoint/checkpointTokenizer.js';
import { detectFamily } from '../convert/families/detectFamily.js';
import { refuseOtherKinds } from '../convert/families/refuseOtherKinds.js';
import { weightHeaders } from '../convert/checkpoint/weightHeaders.js';

/**
 * What must be asked about the checkpoint in `folder` before it can be converted: most of the time nothing. Only its configuration
 * and tokenizer must be there, so that this can be known before the weights are downloaded; with weights it sees a little more.
 * Throws InfillError: model-missing, model-corrupt, model-unsupported with the reason.
 */
export async function openQuestions(folder: string, answers: AddAnswers): Promise<readonly AddQuestion[]> {
  const config = await readForeignJson(path.join(folder, 'config.json'));
  if (isObject(config)) refuseOtherKinds({ config, isSaidToDiffuse: answers.mask !== undefined, folder });
  const tokenizer = await checkpointTokenizer(folder);
  const headers = await weightHeaders(folder);
  const tensors = [...headers.values()].flatMap((header) => [...header.keys()]);
  if (tensors.length === 0 && isDecidedByTensors(config)) {
    return []; // the conversion itself will refuse it if need be
  }
  return detectFamily(config, parseForeignJson(tokenizer.text, tokenizer.place), answers, tensors).questions;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** GPT-2 made a diffusion model looks like GPT-2 in its configuration; the names of its tensors tell. */
function isDecidedByTensors(config: unknown): boolean {
  return isObject(config) && config['model_type'] === 'gpt2';
}
