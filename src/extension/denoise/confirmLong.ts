import * as vscode from 'vscode';
import { foreignText } from '../ui/foreignText.js';
import { roughly } from './denoiseSpeed.js';

/** Longer selections are asked about. */
const MOST_LINES_UNASKED = 200;

/**
 * Asks before a long selection is denoised, in a dialog: the person has just asked for it and waits for it, and a notification is not
 * seen where notifications are switched off.
 *
 * @param ms how long it will take, estimated
 * @returns whether to go on
 */
export async function confirmLong(text: string, ms: number): Promise<boolean> {
  const lines = linesOf(text);
  if (lines <= MOST_LINES_UNASKED) {
    return true;
  }
  const denoise = vscode.l10n.t('Denoise');
  const chosen = await vscode.window.showInformationMessage(
    foreignText(vscode.l10n.t('Denoising {0} lines will take {1}.', lines, roughly(ms, vscode.l10n))),
    { modal: true, detail: vscode.l10n.t('You can keep working meanwhile and cancel at any time.') },
    denoise,
  );
  return chosen === denoise;
}

/** A last line break begins no further line. */
function linesOf(text: string): number {
  return text.replace(/\n$/, '').split('\n').length;
}
