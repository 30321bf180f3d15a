import { INT4_BLOCK, layerProjections } from '../../engine/network/folder/fullSequenceTensors.js';
import {
  fullSequenceOptions,
  MANIFEST_FORMAT,
  parseManifest,
  type FullSequenceManifest,
} from '../../engine/network/folder/manifest.js';
import type { DetectedCheckpoint } from './checkpoint/checkpointFamily.js';
import { unsupported } from './checkpoint/unsupported.js';

/** Where the network could see more, this much is enough around a cursor, and each step costs all of it. */
const MOST_POSITIONS = 704;
const CANVAS = 64;
const STEPS = 32;
/** Nats; what entropy-bounded unmasking uses without loss (arXiv 2505.24857). */
const ENTROPY_BOUND = 0.1;

/** What a person or a card decides of a converted model. */
export type Chosen = Pick<FullSequenceManifest['weights'], 'precision'> &
  Pick<FullSequenceManifest['recommended'], 'contextCache'> & {
    readonly name: string;
    readonly license: string;
    /** Tokens that are read around the canvas at most; absent = as many as `MOST_POSITIONS` leaves. */
    readonly context?: number;
  };

/** A manifest without files: enough to know every tensor. Throws InfillError model-unsupported where no such model can be loaded. */
export function draftManifest(detected: DetectedCheckpoint, chosen: Chosen, configFile: string): FullSequenceManifest {
  const draft = draftOf(detected, chosen);
  refuseUnevenBlocks(draft);
  refuseUnusable(draft, configFile);
  return draft;
}

/** The same of a network that is only described. */
export function draftOf(
  { family, architecture, tokens, sampler }: Omit<DetectedCheckpoint, 'layout' | 'questions'>,
  { precision, name, license, contextCache, context }: Chosen,
): FullSequenceManifest {
  return {
    format: MANIFEST_FORMAT,
    name: name.toLowerCase().replace(/[^\w.-]+/g, '-'),
    displayName: name,
    version: '1',
    license,
    description: `Converted from a checkpoint of the ${family} family, ${precision}.`,
    architecture,
    tokens,
    limits: limitsOf(architecture.maxPositions, [tokens.start, tokens.end].filter((id) => id !== null).length, context),
    recommended: fullSequenceOptions.parse({
      steps: STEPS,
      entropyBound: ENTROPY_BOUND,
      absorb: false,
      encoderMix: 0,
      stopEvidence: 0,
      minConfidence: 0,
      contextCache,
      ...(sampler === undefined ? {} : { sampler }),
    }),
    weights: { precision, files: [] },
    tokenizer: { path: 'tokenizer.json', bytes: 1, sha256: '0'.repeat(64) },
  };
}

/** Three quarters of the context before the cursor. `around` = tokens that open and close the sequence. */
function limitsOf(maxPositions = MOST_POSITIONS, around: number, context = Infinity): FullSequenceManifest['limits'] {
  const room = Math.min(maxPositions, MOST_POSITIONS) - around;
  const canvas = Math.min(CANVAS, Math.floor(room / 4));
  const most = Math.min(room - canvas, context);
  const suffix = Math.floor(most / 4);
  return { prefix: most - suffix, suffix, canvas };
}

/** What does not load must not be installed, and is found out before anything large is written. */
function refuseUnusable(draft: FullSequenceManifest, configFile: string): void {
  const files = [{ path: 'network.safetensors', bytes: 1, sha256: '0'.repeat(64), part: 'network' }];
  parseManifest(JSON.stringify({ ...draft, weights: { ...draft.weights, files } }), configFile);
}

function refuseUnevenBlocks(manifest: FullSequenceManifest): void {
  if (manifest.weights.precision !== 'int4') return;
  const uneven = layerProjections(manifest).find(({ from }) => from % INT4_BLOCK !== 0);
  if (uneven === undefined) return;
  throw unsupported(
    `4-bit weights need rows of a multiple of ${INT4_BLOCK}, and ${uneven.name}'s have ${uneven.from}`,
    'Choose int8.',
  );
}
