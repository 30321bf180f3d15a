import * as vscode from 'vscode';
import { readSettings } from '../settings/configuration.js';
import type { Eagerness } from '../settings/eagerness.js';

/** Where nothing comes while typing, that is what holds, whatever else the setting says. */
export function eagernessNow(document: vscode.TextDocument | undefined): Eagerness {
  const { automatic, eagerness } = readSettings(document);
  return automatic ? eagerness : 'asked';
}

export function eagernessName(eagerness: Eagerness): string {
  switch (eagerness) {
    case 'asked':
      return vscode.l10n.t('Only When Asked');
    case 'careful':
      return vscode.l10n.t('Careful');
    case 'balanced':
      return vscode.l10n.t('Balanced');
    case 'eager':
      return vscode.l10n.t('Eager');
  }
}

export function eagernessMeaning(eagerness: Eagerness): string {
  switch (eagerness) {
    case 'asked':
      return vscode.l10n.t('No automatic suggestions. Trigger Suggestion still works.');
    case 'careful':
      return vscode.l10n.t('After longer pauses, and only when more likely right than wrong.');
    case 'balanced':
      return vscode.l10n.t('After a short pause, when a suggestion is likely worth a look.');
    case 'eager':
      return vscode.l10n.t('After very short pauses, even if suggestions are often wrong.');
  }
}
