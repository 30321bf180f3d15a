/** A text to show at the cursor. */
export interface Suggestion {
  readonly text: string;
  /**
   * How many units after the cursor, all on its line, the text replaces. They occur in the text in the same order, so
   * that VS Code can show it as ghost text. 0 = pure insertion.
   */
  readonly replaceAfter: number;
}
