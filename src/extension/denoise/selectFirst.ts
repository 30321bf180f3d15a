import * as vscode from 'vscode';
import { passingNote } from '../ui/passingNote.js';

/** Tells a person that nothing is selected, until something is. */
export function selectFirst(): void {
  void passingNote(vscode.l10n.t('Select the text to denoise first.'), [
    vscode.window.onDidChangeTextEditorSelection,
    vscode.window.onDidChangeActiveTextEditor,
  ]);
}
