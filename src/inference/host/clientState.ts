import type { InfillError } from '../../shared/infillError.js';
import type { ModelInfo } from '../../shared/protocol.js';

/** Where answers are computed, if not in a process of this machine that was started for them. */
export interface ServicePlace {
  /** An `infill serve` that a person named, or a hosted model. */
  readonly kind: 'server' | 'hosted';
  /** The host, as people are told it. */
  readonly name: string;
}

/** What the inference process is doing, for a status bar and the log. */
export interface WorkerState {
  readonly kind: 'stopped' | 'starting' | 'loading' | 'ready' | 'working' | 'failed';
  /** One sentence for a person. */
  readonly detail: string;
  /** While a model is loaded. */
  readonly info?: ModelInfo;
  /** Why it stopped or failed. */
  readonly error?: InfillError;
  /** Absent = on this machine. */
  readonly place?: ServicePlace;
  /** Why answers come from this machine though another place is set: it does not answer. Absent where they come from where they should. */
  readonly insteadOf?: ServicePlace & { readonly error?: InfillError };
}
