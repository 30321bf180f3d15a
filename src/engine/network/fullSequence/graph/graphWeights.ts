import type { FullSequenceManifest } from '../../folder/manifest.js';
import type { ModelWeights } from '../../folder/weights.js';

/** The tensors that a graph is built over: their types and shapes, and where they lie. */
export type GraphWeights = Pick<ModelWeights<FullSequenceManifest>, 'manifest' | 'get' | 'tensors'>;
