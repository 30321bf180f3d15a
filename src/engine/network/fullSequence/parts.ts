import type { FullSequenceManifest } from '../folder/manifest.js';
import type { NetworkRunner } from './networkRunner.js';
import type { VocabularyRunner } from './vocabularyRunner.js';

/** The loaded parts of a full-sequence model. */
export interface FullSequenceParts {
  readonly manifest: FullSequenceManifest;
  /** Ids that may never be chosen, ascending: the mask, and those that the tokenizer does not have. */
  readonly neverChosen: readonly number[];
  readonly network: Pick<NetworkRunner, 'run'>;
  readonly vocabulary: Pick<VocabularyRunner, 'logits' | 'statistics'>;
  readonly device: string;
  readonly deviceNote: string;
  dispose(): Promise<void>;
}
