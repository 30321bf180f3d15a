import * as vscode from 'vscode';
import { displayLanguage } from '../editor/fileNames.js';
import { readSettings, writeSetting } from '../settings/configuration.js';

interface ToggleItem extends vscode.QuickPickItem {
  readonly write: () => Promise<void>;
}

/** Switches suggestions on or off: everywhere, for the language in front, or only the automatic ones. */
export async function toggle(): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  const everywhere = readSettings();
  const here = readSettings(document);
  const uri = document === undefined ? {} : { uri: document.uri };
  const items: ToggleItem[] = [
    {
      label: everywhere.enabled ? vscode.l10n.t('Switch off everywhere') : vscode.l10n.t('Switch on everywhere'),
      write: () => writeSetting('enabled', !everywhere.enabled, uri),
    },
  ];
  if (document !== undefined) {
    const { languageId } = document;
    const language = displayLanguage(languageId);
    items.push({
      label: here.enabled
        ? vscode.l10n.t('Switch off for {0}', language)
        : vscode.l10n.t('Switch on for {0}', language),
      write: () => writeSetting('enabled', !here.enabled, { ...uri, languageId }),
    });
  }
  items.push({
    label: here.automatic ? vscode.l10n.t('Suggest only when asked') : vscode.l10n.t('Suggest while typing'),
    detail: here.automatic ? vscode.l10n.t('The Trigger Suggestion command still works.') : '',
    write: () => writeSetting('automatic', !here.automatic, uri),
  });
  const chosen = await vscode.window.showQuickPick(items, { title: 'Infill' });
  await chosen?.write();
}
