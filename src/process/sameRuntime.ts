import type { RuntimeOptions } from '../shared/infillOptions.js';

/** Whether a model loaded with `a` serves for `b`. */
export function sameRuntime(a: RuntimeOptions, b: RuntimeOptions): boolean {
  return a.modelPath === b.modelPath && a.device === b.device && a.threads === b.threads;
}
