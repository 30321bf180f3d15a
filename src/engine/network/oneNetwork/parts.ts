import type { OneNetworkManifest } from '../folder/manifest.js';
import type { HeadRunner } from '../vocabulary/headRunner.js';
import type { Embedding } from './embedding.js';
import type { NetworkRunner } from './networkRunner.js';

/** What computes a one-network model. */
export interface NetworkRunners {
  readonly manifest: OneNetworkManifest;
  readonly network: NetworkRunner;
  readonly head: HeadRunner;
  readonly embed: Embedding;
}

/** The loaded parts of a one-network model. */
export interface OneNetworkParts extends NetworkRunners {
  readonly device: string;
  readonly deviceNote: string;
  dispose(): Promise<void>;
}
