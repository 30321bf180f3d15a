import * as vscode from 'vscode';
import { displayLanguage } from '../editor/fileNames.js';
import { readSettings, writeSetting } from '../settings/configuration.js';
import {
  languagesThatSay,
  originOf,
  saysEverywhere,
  switchEverywhere,
  switchFolder,
  switchLanguage,
} from '../settings/switches.js';

interface ToggleItem extends vscode.QuickPickItem {
  readonly write: () => Promise<void>;
}

/** Switches suggestions on or off: everywhere, for the language or the folder in front, or only the automatic ones. */
export async function toggle(): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  const items = [
    everywhereItem(),
    ...(document === undefined ? [] : [languageItem(document), ...folderItems(document)]),
    automaticItem(document),
  ];
  const chosen = await vscode.window.showQuickPick(items, { title: 'Infill' });
  await chosen?.write();
}

function everywhereItem(): ToggleItem {
  const isOn = saysEverywhere('enabled');
  // Where it is switched off they go along, where it is switched on they stay.
  const others = languagesThatSay('enabled', isOn).map(displayLanguage).join(', ');
  const stay = languagesThatSay('enabled', false).map(displayLanguage).join(', ');
  return {
    label: isOn ? vscode.l10n.t('Switch off everywhere') : vscode.l10n.t('Switch on everywhere'),
    detail:
      isOn && others !== ''
        ? vscode.l10n.t('Including languages switched on separately: {0}.', others)
        : !isOn && stay !== ''
          ? vscode.l10n.t('Stays off for {0}.', stay)
          : '',
    write: () => switchEverywhere('enabled', !isOn),
  };
}

function languageItem(document: vscode.TextDocument): ToggleItem {
  const { enabled } = readSettings(document);
  const language = displayLanguage(document.languageId);
  return {
    label: enabled ? vscode.l10n.t('Switch off for {0}', language) : vscode.l10n.t('Switch on for {0}', language),
    write: () => switchLanguage('enabled', !enabled, document),
  };
}

/** None for a document outside of the workspace. */
function folderItems({ uri }: vscode.TextDocument): ToggleItem[] {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  if (folder === undefined) {
    return [];
  }
  const { enabled } = readSettings(folder.uri);
  return [
    {
      label: enabled ? vscode.l10n.t('Switch off for this folder') : vscode.l10n.t('Switch on for this folder'),
      detail: vscode.l10n.t('Writes to the settings of the folder {0}.', folder.name),
      write: () => switchFolder('enabled', !enabled, folder.uri),
    },
  ];
}

function automaticItem(document: vscode.TextDocument | undefined): ToggleItem {
  const { automatic } = readSettings(document);
  const isOfLanguage = document !== undefined && originOf('automatic', document) === 'language';
  return {
    label: automatic ? vscode.l10n.t('Suggest only when asked') : vscode.l10n.t('Suggest while typing'),
    detail: [
      ...(isOfLanguage
        ? [vscode.l10n.t('For {0}, which has its own setting.', displayLanguage(document.languageId))]
        : []),
      ...(automatic ? [vscode.l10n.t('The Trigger Suggestion command still works.')] : []),
    ].join(' '),
    write: () => switchAutomatic(!automatic, document),
  };
}

/** Suggestions while typing: written where the value comes from that counts here. */
export async function switchAutomatic(value: boolean, document: vscode.TextDocument | undefined): Promise<void> {
  if (value && readSettings(document).eagerness === 'asked') {
    await writeSetting('eagerness', 'balanced', document);
  }
  if (readSettings(document).automatic === value) {
    return;
  }
  const origin = originOf('automatic', document);
  const folder = document === undefined ? undefined : vscode.workspace.getWorkspaceFolder(document.uri);
  if (document !== undefined && origin === 'language') {
    await switchLanguage('automatic', value, document);
  } else if (folder !== undefined && origin !== 'everywhere') {
    await switchFolder('automatic', value, folder.uri);
  } else {
    await switchEverywhere('automatic', value);
  }
}
