import * as vscode from 'vscode';
import { serverAddress, type ServerAddress } from '../../inference/remote/serverAddress.js';
import { toInfillError } from '../../shared/toInfillError.js';
import { readSettings } from '../settings/configuration.js';
import { foreignText } from '../ui/foreignText.js';
import { ServerToken } from './serverToken.js';

/** The command `Infill: Set Server Token...`: for the server that the setting names. */
export async function setServerToken(secrets: vscode.SecretStorage): Promise<void> {
  const { url } = readSettings().server;
  const open = vscode.l10n.t('Open Settings');
  let address: ServerAddress | undefined;
  let problem = vscode.l10n.t('Set the address of the server first: infill.server.url.');
  if (url !== '') {
    try {
      address = serverAddress(url);
    } catch (thrown) {
      problem = toInfillError(thrown).describe();
    }
  }
  if (address !== undefined) {
    await new ServerToken(secrets).ask(address);
  } else if ((await vscode.window.showErrorMessage(foreignText(`Infill: ${problem}`), open)) === open) {
    await vscode.commands.executeCommand('workbench.action.openSettings', '@id:infill.server.url');
  }
}
