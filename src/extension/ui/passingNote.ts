import * as vscode from 'vscode';

/** Something that happens: an event, whatever it tells. */
type Happening = (listener: () => void) => vscode.Disposable;

/** So long VS Code itself shows a notification before it puts it away. */
const LONGEST_MS = 10_000;

/**
 * A notification that goes by itself when what it speaks of has gone: VS Code takes back no other kind. Links to commands stand for
 * buttons.
 *
 * @param goesWith what ends its cause: a person selects something, goes to another file, changes a setting
 * @returns when it has gone: whether because of one of these, or because its time was over
 */
export async function passingNote(message: string, goesWith: readonly Happening[]): Promise<boolean> {
  const { Notification } = vscode.ProgressLocation;
  return vscode.window.withProgress({ location: Notification }, (progress) => {
    progress.report({ message, increment: 100 }); // nothing is under way
    return new Promise<boolean>((resolve) => {
      const go = (isCauseGone: boolean): void => {
        clearTimeout(timer);
        subscriptions.forEach((each) => void each.dispose());
        resolve(isCauseGone);
      };
      const timer = setTimeout(() => go(false), LONGEST_MS);
      const subscriptions = goesWith.map((event) => event(() => go(true)));
    });
  });
}
