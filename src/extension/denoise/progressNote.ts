import * as vscode from 'vscode';

/**
 * A notification with a Cancel button that is open until it is closed. VS Code leaves a progress notification up for a moment after
 * its work is done, so what comes of the work has to be said in the same one.
 */
export interface ProgressNote {
  /** Takes the place of what was said before. `isDone`: nothing goes on any more, a person decides. */
  readonly say: (message: string, isDone?: boolean) => void;
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
          const say: ProgressNote['say'] = (message, isDone = false) =>
            progress.report({ message, ...(isDone ? { increment: 100 } : {}) });
          opened({ say, token, close });
        }),
    );
  });
}
