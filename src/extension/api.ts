import type { WorkerState } from '../inference/host/client.js';
import type { RequestRecord } from './log/requestLog.js';
import type { ProjectView } from './project/projectView.js';

/** What `vscode.extensions.getExtension('infill-editor.infill').exports` offers, for tests and for other extensions. Read-only. */
export interface InfillApi {
  /** What the inference process is doing, and with which model. */
  state(): WorkerState;
  /** The latest 50 requests, oldest first. */
  requestLog(): readonly RequestRecord[];
  /** What suggestions can draw on besides the document itself, in numbers. */
  project(): ProjectView;
  /** Milliseconds that activation took, without loading the bundle. */
  readonly activationMs: number;
  /** Process id of the inference process while there is one. */
  workerPid(): number | undefined;
}
