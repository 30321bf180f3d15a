import * as vscode from 'vscode';
import { formOf } from '../../inference/hosted/forms/formOf.js';
import { hostedAddress } from '../../inference/hosted/forms/hostedAddress.js';
import { HOSTED_PROVIDERS, type HostedProvider } from '../../inference/hosted/forms/hostedModel.js';
import type { Settings } from '../settings/settings.js';
import { addressProblem } from './hostedTarget.js';

export type ChosenHosted = Settings['hosted'] & { readonly provider: HostedProvider };

/** Asks who is to be asked, where and for which model; undefined where a person cancelled it. */
export async function askTarget(now: Settings['hosted']): Promise<ChosenHosted | undefined> {
  const title = vscode.l10n.t('Turn On Hosted Model');
  const details: Readonly<Record<HostedProvider, string>> = {
    inception: vscode.l10n.t('Mercury, a diffusion model for code'),
    openai: vscode.l10n.t('Any OpenAI-compatible address that accepts a suffix'),
  };
  const items = HOSTED_PROVIDERS.map((provider) => ({
    provider,
    label: formOf(provider).label,
    detail: details[provider],
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: vscode.l10n.t('Choose who makes the suggestions. Text from your files will be sent there.'),
  });
  if (chosen === undefined) {
    return undefined;
  }
  const { provider } = chosen;
  const isSame = now.provider === provider;
  if (formOf(provider).defaultModel !== '') {
    return isSame ? { ...now, provider } : { provider, url: '', model: '' };
  }
  const url = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('Base URL, without /completions'),
    placeHolder: 'https://api.example.com/v1',
    value: now.url,
    ignoreFocusOut: true,
    validateInput: (text) => {
      const where = hostedAddress(provider, text.trim());
      return 'problem' in where ? addressProblem(where.problem, vscode.l10n) : undefined;
    },
  });
  if (url === undefined) {
    return undefined;
  }
  const model = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('Name of the model, as the server knows it'),
    value: now.model,
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' ? vscode.l10n.t('Enter a name.') : undefined),
  });
  return model === undefined ? undefined : { provider, url: url.trim(), model: model.trim() };
}
