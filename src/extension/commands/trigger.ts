import * as vscode from 'vscode';
import { enableInlineSuggest, inlineSuggestEnabled } from '../settings/configuration.js';

const ASK = 'editor.action.inlineSuggest.trigger';

/** What the command has to know of the answer to what it asks. */
export interface LatestAnswer {
  /** Whether VS Code keeps another text in front of the latest answer that a person asked for. */
  readonly isBehindAnother: boolean;
}

/** Asks for suggestions at the cursor, with alternatives. */
export async function trigger(latest: LatestAnswer): Promise<void> {
  if (!inlineSuggestEnabled(vscode.window.activeTextEditor?.document)) {
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
  await vscode.commands.executeCommand(ASK); // until the answer is there
  if (latest.isBehindAnother) {
    // Not waited for, so that nothing is shown in between for two frames at most: the answer is known already.
    void vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
    await vscode.commands.executeCommand(ASK);
  }
}
