import * as vscode from 'vscode';
import type { InfillService } from '../../inference/host/infillService.js';
import type { ErrorNotice } from '../ui/errorNotice.js';
import { toInfillError } from '../../shared/toInfillError.js';

/** Ends the inference process and loads the model anew. */
export async function restart(service: InfillService, notice: ErrorNotice): Promise<void> {
  notice.reset();
  try {
    await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Infill: restarting') },
      () => service.restart(),
    );
  } catch (thrown) {
    notice.show(toInfillError(thrown), true);
  }
}
