import type { FullSequenceManifest } from '../folder/manifest.js';
import type { NetworkRunner } from './networkRunner.js';
import type { VocabularyRunner } from './vocabularyRunner.js';

/** The loaded parts of a full-sequence model. */
export interface FullSequenceParts {
  readonly manifest: FullSequenceManifest;
  readonly network: Pick<NetworkRunner, 'run'>;
  readonly vocabulary: Pick<VocabularyRunner, 'logits' | 'statistics'>;
  readonly device: string;
  readonly deviceNote: string;
  dispose(): Promise<void>;
}
