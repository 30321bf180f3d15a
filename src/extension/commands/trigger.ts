import * as vscode from 'vscode';
import { enableInlineSuggest, inlineSuggestEnabled } from '../settings/configuration.js';

/** Asks for suggestions at the cursor, with alternatives. */
export async function trigger(): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Open a file first: suggestions appear at its cursor.'));
    return;
  }
  if (!inlineSuggestEnabled(editor.document)) {
    const turnOn = vscode.l10n.t('Turn On');
    const chosen = await vscode.window.showWarningMessage(
      vscode.l10n.t('VS Code shows no inline suggestions, because editor.inlineSuggest.enabled is off.'),
      turnOn,
    );
    if (chosen !== turnOn) {
      return;
    }
    await enableInlineSuggest();
  }
  await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
}
