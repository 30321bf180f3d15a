import * as vscode from 'vscode';
import type { NoneReason } from '../../shared/outcome.js';
import { endOfLine } from '../editor/editorText.js';
import { editorOf } from '../editor/eligibility.js';
import { reasonText } from '../log/reasonText.js';
import { named } from '../ui/named.js';

const NOTE_MS = 5000;

/** Says behind the cursor's line, for a moment, why what a person asked for did not come. */
export class NoteAtCursor implements vscode.Disposable {
  private readonly decoration = vscode.window.createTextEditorDecorationType({
    after: { color: new vscode.ThemeColor('editorCodeLens.foreground'), fontStyle: 'italic', margin: '0 0 0 2em' },
  });
  private timer: NodeJS.Timeout | undefined;
  private readonly subscriptions: readonly vscode.Disposable[];

  constructor() {
    const clear = (): void => this.clear();
    this.subscriptions = [
      vscode.window.onDidChangeTextEditorSelection(clear),
      vscode.window.onDidChangeActiveTextEditor(clear),
      vscode.workspace.onDidChangeTextDocument(clear),
    ];
  }

  show(document: vscode.TextDocument, cursor: vscode.Position, reason: NoneReason): void {
    this.clear();
    const text = named(reasonText(reason, vscode.l10n));
    const range = endOfLine(document, cursor);
    editorOf(document)?.setDecorations(this.decoration, [{ range, renderOptions: { after: { contentText: text } } }]);
    this.timer = setTimeout(() => this.clear(), NOTE_MS);
  }

  /** The reason is gone, or an answer is there. */
  clear(): void {
    if (this.timer === undefined) {
      return;
    }
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const editor of vscode.window.visibleTextEditors) {
      editor.setDecorations(this.decoration, []);
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.decoration.dispose();
    this.subscriptions.forEach((each) => void each.dispose());
  }
}
