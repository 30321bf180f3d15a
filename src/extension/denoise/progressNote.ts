import * as vscode from 'vscode';

/**
 * A notification with a Cancel button that is open until it is closed. VS Code leaves a progress notification up for a moment after
 * its work is done, so what comes of the work has to be said in the same one.
 */
export interface ProgressNote {
  /**
   * Takes the place of what was said before.
   *
   * @param share of the work that is done, 0..1; the bar never goes back. 1: nothing goes on any more, a person decides. Without one
   * the bar stays as it is.
   */
  readonly say: (message: string, share?: number) => void;
  /** Cancelled when a person presses the button. */
  readonly token: vscode.CancellationToken;
  readonly close: () => void;
}

export function openProgressNote(): Promise<ProgressNote> {
  return new Promise((opened) => {
    void vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: 'Infill', cancellable: true },
      (progress, token) =>
        new Promise<void>((close) => {
          let done = 0; // per cent
          const say: ProgressNote['say'] = (message, share = 0) => {
            const increment = share * 100 - done;
            progress.report({ message, ...(increment > 0 ? { increment } : {}) });
            done += Math.max(0, increment);
          };
          opened({ say, token, close });
        }),
    );
  });
}
