import path from 'node:path';
import { idsWithoutToken, withMask } from '../../engine/network/folder/idsWithoutToken.js';
import type { FullSequenceManifest } from '../../engine/network/folder/manifest.js';
import { parseForeignJson, readForeignJson } from '../../engine/files/foreignFile.js';
import type { DetectedCheckpoint } from './checkpoint/checkpointFamily.js';
import { CheckpointFiles } from './checkpoint/checkpointReader.js';
import { checkpointTokenizer, type CheckpointTokenizer } from './checkpoint/checkpointTokenizer.js';
import { CheckpointTokens } from './checkpoint/checkpointTokens.js';
import type { InspectionOptions } from './checkpoint/conversion.js';
import { readModelCard } from './checkpoint/modelCard.js';
import { leftoverNote, refuseQuantizedConfig, refuseQuantizedTensors } from './checkpoint/quantized.js';
import { refuseWrapped } from './checkpoint/refuseWrapped.js';
import { unsupported } from './checkpoint/unsupported.js';
import type { WeightHeaders } from './checkpoint/weightHeaders.js';
import { MappedTensors } from './mappedTensors.js';
import { draftManifest } from './draftManifest.js';
import { detectFamily } from './families/detectFamily.js';
import { settleHead } from './settleHead.js';
import { fitTokenizer } from './fitTokenizer.js';

/** All that is known of a checkpoint before anything of it is written. */
export interface InspectedCheckpoint {
  readonly draft: FullSequenceManifest;
  /** Compared with what the draft needs. */
  readonly tensors: MappedTensors;
  readonly tokenizer: CheckpointTokenizer;
  /** Ids that the network predicts and may never choose, ascending. */
  readonly neverChosen: readonly number[];
  /** Its weights; to be closed by the caller. */
  readonly files: CheckpointFiles;
  readonly notes: readonly string[];
}

/**
 * Looks at everything of a checkpoint that decides whether and how it can be converted: configuration, tokenizer, and the headers of its
 * weights, which can be had before a download.
 * Throws InfillError: model-missing, model-corrupt, model-unsupported (with the reason, or a question that must be answered).
 */
export async function inspectCheckpoint(
  source: string,
  weights: WeightHeaders,
  { precision, answers, hasData }: InspectionOptions,
): Promise<InspectedCheckpoint> {
  const tokenizer = await checkpointTokenizer(source);
  const configFile = path.join(source, 'config.json');
  const config = await readForeignJson(configFile);
  const { license = 'unknown', base } = await readModelCard(source);
  refuseQuantizedConfig(config, base);
  refuseQuantizedTensors(weights.files, base);
  const files = CheckpointFiles.of(weights.files);
  refuseWrapped(files.names);
  try {
    const parsed = parseForeignJson(tokenizer.text, tokenizer.place);
    const found = detectFamily(config, parsed, answers, files.names);
    refuseQuestions(found);
    const { detected, note } = await settleHead(found, files, { config, hasData });
    const chosen = {
      precision,
      name: answers.name ?? path.basename(source),
      license: answers.license ?? license,
      contextCache: answers.contextCache ?? 'exact',
      ...(answers.context === undefined ? {} : { context: answers.context }),
    };
    const fit = fitTokenizer(tokenizer, detected, new CheckpointTokens(parsed, tokenizer.place));
    const draft = draftManifest(detected, chosen, configFile);
    const tensors = new MappedTensors(files, draft, detected.layout);
    const lacking = idsWithoutToken(parsed, draft);
    const notes = [...weights.notes, leftoverNote(config), note, fit, neverChosenNote(lacking)].filter(
      (each) => each !== undefined,
    );
    return { draft, tensors, tokenizer, neverChosen: withMask(lacking, draft), files, notes };
  } catch (error) {
    await files.close();
    throw error;
  }
}

function neverChosenNote({ length }: readonly number[]): string | undefined {
  if (length === 0) return undefined;
  const [ids, they] = length === 1 ? ['an id', 'it is'] : [`${length} ids`, 'they are'];
  return `The network has ${ids} that the tokenizer does not have; ${they} never chosen.`;
}

function refuseQuestions({ questions }: DetectedCheckpoint): void {
  if (questions.length === 0) return;
  const text = questions.map((question) => question.text).join(' ');
  const options = questions.map(({ answer }) => answer).join(', ');
  throw unsupported(`its files do not say all of it: ${text}`, `Answer it: ${options}.`);
}
