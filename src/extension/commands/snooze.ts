import * as vscode from 'vscode';
import type { Snooze } from '../runtime/snooze.js';

interface SnoozeItem extends vscode.QuickPickItem {
  /** Undefined: it ends now. */
  readonly minutes: number | undefined;
}

/** Puts suggestions while typing off for a while, or ends that. */
export async function snooze(state: Snooze): Promise<void> {
  const items: SnoozeItem[] = [
    ...(state.end === undefined ? [] : [{ label: vscode.l10n.t('End Snooze'), minutes: undefined }]),
    { label: vscode.l10n.t('5 Minutes'), minutes: 5 },
    {
      label: vscode.l10n.t('This Session'),
      detail: vscode.l10n.t('Until this window is closed or reloaded.'),
      minutes: Number.POSITIVE_INFINITY,
    },
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Snooze'),
    placeHolder: vscode.l10n.t('Nothing is suggested while you type. Trigger Suggestion still works.'),
  });
  if (chosen?.minutes !== undefined) {
    state.start(chosen.minutes);
  } else if (chosen !== undefined) {
    state.wake();
  }
}
