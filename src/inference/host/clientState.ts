import type { InfillError } from '../../shared/infillError.js';
import type { ModelInfo } from '../../shared/protocol.js';

/** What the inference process is doing, for a status bar and the log. */
export interface WorkerState {
  readonly kind: 'stopped' | 'starting' | 'loading' | 'ready' | 'working' | 'failed';
  /** One sentence for a person. */
  readonly detail: string;
  /** While a model is loaded. */
  readonly info?: ModelInfo;
  /** Why it stopped or failed. */
  readonly error?: InfillError;
}
