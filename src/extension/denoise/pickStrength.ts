import * as vscode from 'vscode';

const STRENGTHS = [0.1, 0.25, 0.5, 0.75, 1];

/** @returns the share of tokens to mask, (0, 1], or undefined if the person chose none. */
export async function pickStrength(current: number): Promise<number | undefined> {
  const percent = (strength: number): string => vscode.l10n.t('{0} %', Math.round(strength * 100));
  const items = [current, ...STRENGTHS.filter((strength) => strength !== current)].map((strength) => ({
    strength,
    label: percent(strength),
    description: strength === current ? vscode.l10n.t('as before') : '',
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Denoise Strength'),
    placeHolder: vscode.l10n.t('How much of the selection is masked and filled anew, least certain tokens first'),
  });
  return chosen?.strength;
}
