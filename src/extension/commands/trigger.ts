import * as vscode from 'vscode';
import { inlineSuggestEnabled, onSettingsChanged } from '../settings/configuration.js';
import { passingNote } from '../ui/passingNote.js';

/** What the command has to know of the answer to what it asks. */
export interface LatestAnswer {
  /** Whether VS Code keeps another text in front of the latest answer that a person asked for. */
  readonly isBehindAnother: boolean;
}

/** Who is told what a person wants to see, see Alternatives. */
export interface AlternativesShown {
  readonly firstAtOnce: (ask: () => Thenable<unknown>) => Promise<void>;
  readonly somethingElse: (goOn: () => Thenable<unknown>, ask: () => Thenable<unknown>) => Promise<void>;
}

/** Asks for suggestions at the cursor: the first is shown at once, alternatives are asked for while it is read. */
export async function trigger(alternatives: AlternativesShown, latest: LatestAnswer): Promise<void> {
  if (!(await showsSuggestions())) {
    return;
  }
  await alternatives.firstAtOnce(async () => {
    await ask(); // until the answer is there
    if (latest.isBehindAnother) {
      await vscode.commands.executeCommand('editor.action.inlineSuggest.showNext');
    }
  });
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

/** Whether VS Code shows inline suggestions in a document in front, or a person has turned them on now. */
async function showsSuggestions(): Promise<boolean> {
  const { onDidChangeActiveTextEditor, activeTextEditor } = vscode.window;
  if (activeTextEditor === undefined) {
    await passingNote(vscode.l10n.t('Open a file first. Suggestions appear at the cursor.'), [
      onDidChangeActiveTextEditor,
    ]);
    return false;
  }
  const { document } = activeTextEditor;
  if (!inlineSuggestEnabled(document)) {
    const off = vscode.l10n.t('VS Code shows no inline suggestions because editor.inlineSuggest.enabled is off.');
    const turnOn = `[${vscode.l10n.t('Turn On')}](command:infill.enableInlineSuggest)`;
    await passingNote(`${off} ${turnOn}`, [onDidChangeActiveTextEditor, onSettingsChanged]);
  }
  return vscode.window.activeTextEditor?.document === document && inlineSuggestEnabled(document);
}
