import * as vscode from 'vscode';
import type { TypingRhythm } from './adaptiveDelay.js';

/** Tells the rhythm of every change to the text in front. Undo and redo begin a pause as typing does, but are no typing. */
export function watchTyping(rhythm: TypingRhythm): vscode.Disposable {
  return vscode.workspace.onDidChangeTextDocument(({ document, contentChanges, reason }) => {
    if (contentChanges.length === 0 || document !== vscode.window.activeTextEditor?.document) {
      return;
    }
    if (reason === undefined) {
      const change = contentChanges.map(({ text, rangeLength }) => [rangeLength, text]);
      rhythm.keyPressed(performance.now(), JSON.stringify(change));
    } else {
      rhythm.edited(performance.now());
    }
  });
}
