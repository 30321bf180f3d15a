import type * as vscode from 'vscode';
import type { TrackedSpan } from './trackedSpan.js';

/** A selection to be denoised, once or several times. */
export interface DenoiseTask {
  readonly document: vscode.TextDocument;
  /** Follows edits made while the model works and while a person looks at the result. */
  readonly trackedSpan: TrackedSpan;
  /** (0, 1] */
  readonly strength: number;
  /** 0 for the first try. */
  readonly attempt: number;
}
