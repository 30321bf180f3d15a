import path from 'node:path';
import type { AddAnswers, AddQuestion } from '../../shared/modelImport.js';
import { parseForeignJson, readForeignJson } from '../../engine/files/foreignFile.js';
import { checkpointTokenizer } from '../convert/checkpoint/checkpointTokenizer.js';
import { readModelCard } from '../convert/checkpoint/modelCard.js';
import { refuseQuantizedConfig } from '../convert/checkpoint/quantized.js';
import type { WeightHeaders } from '../convert/checkpoint/weightHeaders.js';
import { detectFamily } from '../convert/families/detectFamily.js';
import { refuseOtherKinds } from '../convert/families/refuseOtherKinds.js';

/** What is known of a checkpoint besides the files in its folder. */
export interface CheckpointFacts {
  /** Absent = nothing is known of its weights yet. */
  readonly weights?: WeightHeaders;
  /** The model that it was made of; the card in the folder may say it as well. */
  readonly base?: string;
  /** Whether nothing can be known of its weights before they are there. */
  readonly isBlind?: boolean;
}

/**
 * What must be asked about the checkpoint in `folder` before it can be converted: most of the time nothing. Only its configuration
 * and tokenizer must be there, so that this can be known before the weights are downloaded; with the headers of weights it sees a little more.
 * Throws InfillError: model-missing, model-corrupt, model-unsupported with the reason.
 */
export async function openQuestions(
  folder: string,
  answers: AddAnswers,
  { weights, base, isBlind }: CheckpointFacts = {},
): Promise<readonly AddQuestion[]> {
  const config = await readForeignJson(path.join(folder, 'config.json'));
  if (isObject(config)) refuseOtherKinds({ config, isSaidToDiffuse: answers.mask !== undefined, folder });
  refuseQuantizedConfig(config, base ?? (await readModelCard(folder)).base, isBlind);
  const tokenizer = await checkpointTokenizer(folder);
  const tensors = [...(weights?.files.values() ?? [])].flatMap((header) => [...header.tensors.keys()]);
  if (tensors.length === 0 && isDecidedByTensors(config)) {
    return []; // the headers or the conversion itself will refuse it if need be
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
