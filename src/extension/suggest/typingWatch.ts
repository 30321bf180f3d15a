import * as vscode from 'vscode';
import type { TypingRhythm } from './adaptiveDelay.js';

/** Tells the rhythm of every key that changes the text in front; undo and redo are no typing. */
export function watchTyping(rhythm: TypingRhythm): vscode.Disposable {
  return vscode.workspace.onDidChangeTextDocument(({ document, contentChanges, reason }) => {
    if (contentChanges.length > 0 && reason === undefined && document === vscode.window.activeTextEditor?.document) {
      rhythm.keyPressed(performance.now());
    }
  });
}
