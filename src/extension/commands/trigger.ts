import * as vscode from 'vscode';
import { inlineSuggestEnabled, onSettingsChanged } from '../settings/configuration.js';
import { passingNote } from '../ui/passingNote.js';

const ASK = 'editor.action.inlineSuggest.trigger';

/** What the command has to know of the answer to what it asks. */
export interface LatestAnswer {
  /** Whether VS Code keeps another text in front of the latest answer that a person asked for. */
  readonly isBehindAnother: boolean;
}

/** Asks for suggestions at the cursor, with alternatives. */
export async function trigger(latest: LatestAnswer): Promise<void> {
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
  await vscode.commands.executeCommand(ASK); // until the answer is there
  if (latest.isBehindAnother) {
    // Not waited for, so that nothing is shown in between for two frames at most: the answer is known already.
    void vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
    await vscode.commands.executeCommand(ASK);
  }
}
