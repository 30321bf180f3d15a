import type { WorkerState } from '../inference/host/client.js';
import type { RequestRecord } from './log/requestLog.js';

/** What `vscode.extensions.getExtension('infill-editor.infill').exports` offers, for tests and for other extensions. Read-only. */
export interface InfillApi {
  /** What the inference process is doing, and with which model. */
  state(): WorkerState;
  /** The latest 50 requests, oldest first. */
  requestLog(): readonly RequestRecord[];
  /** Milliseconds that activation took, without loading the bundle. */
  readonly activationMs: number;
  /** Process id of the inference process while there is one. */
  workerPid(): number | undefined;
}
