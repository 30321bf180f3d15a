import type { ModelManifestView, NetworkKind } from './model.js';

/** What a model's output means, with what its manifest leaves out. */
export function networkOf({ parameterization, graph }: ModelManifestView): NetworkKind {
  return { parameterization: parameterization ?? 'clean', graph: graph ?? 'absorbing' };
}
