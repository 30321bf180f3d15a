import * as vscode from 'vscode';
import { inlineSuggestEnabled, onSettingsChanged } from '../settings/configuration.js';
import { passingNote } from '../ui/passingNote.js';

/** Asks for suggestions at the cursor, with alternatives. */
export async function trigger(): Promise<void> {
  const { onDidChangeActiveTextEditor, activeTextEditor } = vscode.window;
  if (activeTextEditor === undefined) {
    await passingNote(vscode.l10n.t('Open a file first: suggestions appear at its cursor.'), [
      onDidChangeActiveTextEditor,
    ]);
    return;
  }
  const { document } = activeTextEditor;
  if (!inlineSuggestEnabled(document)) {
    const off = vscode.l10n.t('VS Code shows no inline suggestions because editor.inlineSuggest.enabled is off.');
    const turnOn = `[${vscode.l10n.t('Turn On')}](command:infill.enableInlineSuggest)`;
    await passingNote(`${off} ${turnOn}`, [onDidChangeActiveTextEditor, onSettingsChanged]);
    if (vscode.window.activeTextEditor?.document !== document || !inlineSuggestEnabled(document)) {
      return;
    }
  }
  await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
}
