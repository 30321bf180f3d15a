import * as vscode from 'vscode';
import { inlineSuggestEnabled, readSettings } from '../settings/configuration.js';
import type { FileExclusion } from '../settings/fileExclusion.js';
import { placeFacts, refuseDocument } from '../editor/eligibility.js';

/** After activation other extensions start too; the model waits until that is over. */
const QUIET_MS = 1000;

/**
 * Calls `load` once, some time after the first editor comes to the front in which suggestions may be made while typing. Who
 * never opens one, or has switched Infill off, never pays for the model.
 */
export function warmUpOnce(exclusion: FileExclusion, load: () => void): { dispose: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const check = (): void => {
    const document = vscode.window.activeTextEditor?.document;
    if (document === undefined || !isEligible(document, exclusion)) {
      return;
    }
    subscription.dispose();
    timer ??= setTimeout(load, QUIET_MS);
  };
  const subscription = vscode.window.onDidChangeActiveTextEditor(check);
  check();
  return {
    dispose: () => {
      clearTimeout(timer);
      subscription.dispose();
    },
  };
}

function isEligible(document: vscode.TextDocument, exclusion: FileExclusion): boolean {
  const settings = readSettings(document);
  const facts = placeFacts(document, settings, true, exclusion);
  const refused = refuseDocument({ ...facts, hasSelection: false }, vscode.l10n);
  return refused === undefined && settings.automatic && inlineSuggestEnabled(document);
}
