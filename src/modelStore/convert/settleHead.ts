import type { DetectedCheckpoint } from './checkpoint/checkpointFamily.js';
import type { CheckpointFiles } from './checkpoint/checkpointReader.js';
import { unsupported } from './checkpoint/unsupported.js';
import { sharedTensors } from './tensorSources.js';

export interface HeadFacts {
  /** The value in config.json. */
  readonly config: unknown;
  /** Whether the weights themselves can be read. */
  readonly hasData: boolean;
}

/** Names of fields that say whether the head is the embedding. */
const FIELDS = ['tie_word_embeddings', 'weight_tying'];

/**
 * Whether the head is the embedding, by the tensors that are there: a configuration that was copied from a base model says it wrongly, and a
 * saved network has a shared tensor once, under either name. Answers the checkpoint as it is, and a note where the configuration says
 * otherwise. Throws InfillError model-unsupported where a layout has no head of its own.
 */
export async function settleHead(
  detected: DetectedCheckpoint,
  files: CheckpointFiles,
  { config, hasData }: HeadFacts,
): Promise<{ readonly detected: DetectedCheckpoint; readonly note?: string }> {
  const names = sharedTensors(detected.layout);
  const embedding = files.find(names.embedding);
  const head = files.find(names.head);
  const isTied = detected.architecture.tiedEmbeddings;
  const withTied = (tiedEmbeddings: boolean): DetectedCheckpoint => ({
    ...detected,
    architecture: { ...detected.architecture, tiedEmbeddings },
  });
  if (isTied && embedding !== undefined && head !== undefined && embedding !== head) {
    if (!hasData || (await files.areEqual(embedding, head))) return { detected };
    if (detected.layout === 'gpt2') {
      throw unsupported(`its ${head} is not its ${embedding}`, 'Such a variant of the model is not known.');
    }
    const note = `config.json says that the network's head is its embedding, but ${head} and ${embedding} differ: the head of the file is used.`;
    return { detected: withTied(false), note };
  }
  const isStated =
    typeof config === 'object' &&
    config !== null &&
    Object.entries(config).some(([name, value]) => FIELDS.includes(name) && typeof value === 'boolean');
  if (!isTied && !isStated && detected.layout !== 'dit' && (head === undefined) !== (embedding === undefined)) {
    const note =
      head === undefined
        ? `There is no ${names.head[0] ?? 'head'}: the embedding is used as the head.`
        : `There is no ${names.embedding[0] ?? 'embedding'}: the head is used as the embedding.`;
    return { detected: withTied(true), note };
  }
  return { detected };
}
