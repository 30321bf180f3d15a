import type { ModelManifestView } from './model.js';

/** Most tokens of text before and after a canvas. */
export interface ContextRoom {
  readonly prefix: number;
  readonly suffix: number;
}

/**
 * How much of a document a request gives a model. A manifest's limits count tokens without the start token, which is the model's own
 * matter: a model takes that many, refuses more, and adds the start token to them. What is read of a document stays one token below
 * each limit, so that prefix and suffix with their start tokens are as long as the limits say. Everything that reads a document asks
 * here; only scores of tokens that are given already use the limits in full.
 */
export function contextRoom({ prefix, suffix }: ModelManifestView['limits']): ContextRoom {
  return { prefix: prefix - 1, suffix: suffix - 1 };
}
