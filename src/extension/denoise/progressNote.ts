import * as vscode from 'vscode';

/** A notification that is open until it is closed. */
export interface ProgressNote {
  /**
   * Takes the place of what was said before.
   *
   * @param share of the work that is done, 0..1; the bar never goes back. 1: nothing goes on any more, a person decides. Without one
   * the bar stays as it is.
   */
  readonly say: (message: string, share?: number) => void;
  /** Cancelled when a person presses the button Cancel, where there is one. */
  readonly token: vscode.CancellationToken;
  readonly close: () => void;
}

/**
 * @param cancellable whether it has a button Cancel. Where a person is to decide there is none: it would be the only button, and the
 * one that stands out. Without a button VS Code shows one line, which is kept for what there is to decide.
 */
export function openProgressNote(cancellable: boolean): Promise<ProgressNote> {
  return new Promise((opened) => {
    void vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, cancellable, ...(cancellable ? { title: 'Infill' } : {}) },
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
