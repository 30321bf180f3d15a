import * as vscode from 'vscode';
import { roughly } from './denoiseSpeed.js';
import { strengthInWords, type TokenCount, tokensInWords } from './strengthInWords.js';

const STRENGTHS = [0.1, 0.25, 0.5, 0.75, 1];
/** What takes less nobody has to know before. */
const LONG_MS = 5000;

export interface StrengthFacts {
  readonly current: number;
  /** Of the selection. */
  readonly tokens: TokenCount;
  /** How long a strength takes, in milliseconds. */
  readonly msAt: (strength: number) => number;
}

/** @returns the share of tokens that may be redone, (0, 1], or undefined if the person chose none. */
export async function pickStrength({ current, tokens, msAt }: StrengthFacts): Promise<number | undefined> {
  const { l10n } = vscode;
  const items = [current, ...STRENGTHS.filter((strength) => strength !== current)].map((strength) => ({
    strength,
    label: l10n.t('{0}%', Math.round(strength * 100)),
    description: [
      tokensInWords(strength, tokens, l10n),
      ...(msAt(strength) > LONG_MS ? [roughly(msAt(strength), l10n)] : []),
      ...(strength === current ? [l10n.t('current')] : []),
    ].join(' · '),
    detail: strengthInWords(strength, l10n),
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: l10n.t('Denoise Strength'),
    placeHolder: l10n.t('How much of the selection to rewrite, least likely parts first'),
  });
  return chosen?.strength;
}
