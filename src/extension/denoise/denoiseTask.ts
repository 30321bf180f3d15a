import type * as vscode from 'vscode';
import type { DenoisedChange } from '../../shared/outcome.js';
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

/** Changes of a stretch of a document, for a person to decide about, and how they are spoken of. */
export interface Proposed extends Pick<DenoiseTask, 'document' | 'trackedSpan'> {
  /** What the stretch said when the changes were made for it. */
  readonly original: string;
  /** At least one; spans are offsets into `original`. */
  readonly changes: readonly DenoisedChange[];
  /** Of the comparison. */
  readonly title: string;
  /** Said where the stretch has been changed by others, so that nothing can be accepted. */
  readonly whenChanged: string;
  readonly again: {
    readonly label: string;
    /** Makes another proposal. @param cursors as they are by then */
    readonly run: (cursors: readonly ReviewedCursor[]) => Promise<void>;
  };
  /** Where cursors stand, ascending; absent = the stretch is what is selected, and is again once it is changed. */
  readonly cursors?: readonly ReviewedCursor[];
}

/** A cursor at which a text may be proposed. */
export interface ReviewedCursor {
  /** Into the stretch as it is. */
  readonly offset: number;
  /** Whether a text was accepted there, which the cursor then stands behind. */
  readonly isFilled: boolean;
}
