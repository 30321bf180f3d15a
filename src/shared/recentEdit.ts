/** Lines that were changed together lately. No line has its line break. */
export interface RecentEdit {
  readonly uri: string;
  /** How a person is told of it: its path below its workspace folder, with `/`. */
  readonly path: string;
  /** Where the changed lines begin now, from 1. */
  readonly line: number;
  /** What stood there before; no lines where all of them are new. */
  readonly before: readonly string[];
  /** What stands there now; no lines where all of them were taken out. */
  readonly after: readonly string[];
  /** At most three lines above and below, as they are now. */
  readonly linesBefore: readonly string[];
  readonly linesAfter: readonly string[];
}

/** What was changed lately, elsewhere and here. */
export interface RecentEdits {
  /** The newest first. What is being changed in the cursor's line is not among them. */
  readonly edits: readonly RecentEdit[];
  /** The cursor's line before it was changed; absent where it was not, or where no line stood for it. */
  readonly lineBefore?: string;
}

/** Edits that a request may have. */
export const MOST_EDITS = 10;
/** Lines of each part of an edit, and UTF-16 units of all its lines together, at most. */
export const MOST_EDIT_LINES = 20;
export const MOST_EDIT_UNITS = 4000;
/** Lines on either side of an edit, at most. */
export const LINES_AROUND = 3;
