import * as vscode from 'vscode';
import { isSetBy, readSettings, writeSetting } from '../settings/configuration.js';
import { EAGERNESS, type Eagerness } from '../settings/eagerness.js';
import { eagernessMeaning, eagernessName, eagernessNow } from '../status/eagernessInWords.js';
import { switchAutomatic } from './toggle.js';

interface EagernessItem extends vscode.QuickPickItem {
  readonly eagerness: Eagerness;
}

/** Lets a person say in plain words how readily Infill suggests. What they have set of its parts counts more, which the list says. */
export async function setEagerness(): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  const current = eagernessNow(document);
  const items = EAGERNESS.map((eagerness): EagernessItem => ({
    eagerness,
    label: `${eagerness === current ? '$(check) ' : ''}${eagernessName(eagerness)}`,
    detail: eagernessMeaning(eagerness),
  }));
  const own = (['delay.mode', 'minimumConfidence'] as const).filter((key) => isSetBy(key, document));
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('How Eager'),
    placeHolder:
      own.length === 0
        ? vscode.l10n.t('How readily Infill suggests while you type')
        : vscode.l10n.t('Your own settings take precedence: {0}.', own.map((key) => `infill.${key}`).join(', ')),
  });
  if (chosen === undefined) {
    return;
  }
  await writeSetting('eagerness', chosen.eagerness, document);
  if (chosen.eagerness !== 'asked' && !readSettings(document).automatic) {
    await switchAutomatic(true, document);
  }
}
