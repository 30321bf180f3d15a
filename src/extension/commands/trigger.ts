import * as vscode from 'vscode';
import { enableInlineSuggest, inlineSuggestEnabled } from '../settings/configuration.js';

/** Who is told what a person wants to see, see Alternatives. */
export interface AlternativesShown {
  readonly firstAtOnce: (ask: () => Thenable<unknown>) => Promise<void>;
  readonly somethingElse: (goOn: () => Thenable<unknown>, ask: () => Thenable<unknown>) => Promise<void>;
}

/** Asks for suggestions at the cursor: the first is shown at once, alternatives are asked for while it is read. */
export async function trigger(alternatives: AlternativesShown): Promise<void> {
  if (await showsSuggestions()) {
    await alternatives.firstAtOnce(ask);
  }
}

/** Asks for another text at the same place than those that were suggested there so far. */
export async function suggestElse(alternatives: AlternativesShown): Promise<void> {
  if (await showsSuggestions()) {
    await alternatives.somethingElse(() => vscode.commands.executeCommand('editor.action.inlineSuggest.showNext'), ask);
  }
}

function ask(): Thenable<unknown> {
  return vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
}

/** Whether VS Code shows inline suggestions, or a person has turned them on now. */
async function showsSuggestions(): Promise<boolean> {
  if (!inlineSuggestEnabled(vscode.window.activeTextEditor?.document)) {
    const turnOn = vscode.l10n.t('Turn On');
    const chosen = await vscode.window.showWarningMessage(
      vscode.l10n.t('VS Code shows no inline suggestions, because editor.inlineSuggest.enabled is off.'),
      turnOn,
    );
    if (chosen !== turnOn) {
      return false;
    }
    await enableInlineSuggest();
  }
  return true;
}
