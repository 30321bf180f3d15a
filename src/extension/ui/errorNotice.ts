import * as vscode from 'vscode';
import type { InfillError } from '../../shared/infillError.js';
import { visibleText } from '../../shared/visibleText.js';
import { foreignText } from './foreignText.js';

const MODEL_ERRORS = new Set(['model-missing', 'model-corrupt', 'model-unsupported', 'device-unavailable']);

/** Shows failures of things a person asked for: once per cause, with what can be done about it. */
export class ErrorNotice {
  private readonly shown = new Set<string>();

  constructor(private readonly log: vscode.LogOutputChannel) {}

  /** @param always the person asked for just this, for example a restart: shown even if it was shown before. */
  show(error: InfillError, always = false): void {
    const cause = `${error.code}: ${error.message}`;
    this.log.error(visibleText(error.describe()), error.cause ?? '');
    if (this.shown.has(cause) && !always) {
      return;
    }
    this.shown.add(cause);
    void this.offer(error);
  }

  /** Something changed that may have removed the causes: the next failure is news again. */
  reset(): void {
    this.shown.clear();
  }

  private async offer(error: InfillError): Promise<void> {
    const showLog = vscode.l10n.t('Show Log');
    const openSettings = vscode.l10n.t('Open Settings');
    const restart = vscode.l10n.t('Restart Inference');
    const setToken = vscode.l10n.t('Set Hub Token');
    const first = MODEL_ERRORS.has(error.code)
      ? [openSettings]
      : error.code === 'download-failed'
        ? [setToken]
        : error.code === 'invalid-request'
          ? [] // what was asked for is wrong, and a new process does not change that
          : [restart];
    const chosen = await vscode.window.showErrorMessage(foreignText(`Infill: ${error.describe()}`), ...first, showLog);
    if (chosen === showLog) {
      this.log.show();
    } else if (chosen === openSettings) {
      const id = error.code === 'device-unavailable' ? 'infill.device' : 'infill.model';
      await vscode.commands.executeCommand('workbench.action.openSettings', `@id:${id}`);
    } else if (chosen === setToken) {
      await vscode.commands.executeCommand('infill.setHubToken');
    } else if (chosen === restart) {
      await vscode.commands.executeCommand('infill.restart');
    }
  }
}
