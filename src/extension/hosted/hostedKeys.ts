import * as vscode from 'vscode';
import { formOf } from '../../inference/hosted/forms/formOf.js';
import { hostOf, type HostedModel } from '../../inference/hosted/forms/hostedModel.js';
import { providerName } from './hostedTarget.js';

const KEY = 'hostedKey ';

/** Keys of hosted models, in the editor's secret storage. Each is kept for one provider at one address, and given to nobody else. */
export class HostedKeys {
  constructor(private readonly secrets: vscode.SecretStorage) {}

  /** '' where none was set. */
  async read(model: HostedModel): Promise<string> {
    return (await this.secrets.get(nameOf(model))) ?? '';
  }

  /**
   * Asks for a key and keeps it; an empty one deletes it.
   *
   * @returns whether there is one now, or none is needed; false also where a person cancelled it
   */
  async ask(model: HostedModel): Promise<boolean> {
    const has = (await this.read(model)) !== '';
    const { needsKey } = formOf(model.provider);
    const key = await vscode.window.showInputBox({
      title: vscode.l10n.t('Hosted Model Key'),
      prompt: has
        ? vscode.l10n.t('A key for {0} is stored. Enter a new one, or leave this empty to delete it.', hostOf(model))
        : needsKey
          ? vscode.l10n.t(
              'Your API key for {0} ({1}). It is stored encrypted and sent there only.',
              providerName(model.provider),
              hostOf(model),
            )
          : vscode.l10n.t(
              'Your API key for {0}; leave this empty if none is needed. It is stored encrypted and sent there only.',
              hostOf(model),
            ),
      password: true,
      ignoreFocusOut: true,
      validateInput: (text) =>
        /^[\x21-\x7e]*$/.test(text.trim())
          ? undefined
          : vscode.l10n.t('A key contains only unaccented letters, digits and punctuation, without spaces.'),
    });
    if (key === undefined) {
      return false;
    }
    if (key.trim() === '') {
      await this.secrets.delete(nameOf(model));
      return !needsKey;
    }
    await this.secrets.store(nameOf(model), key.trim());
    return true;
  }
}

/** Whether a secret of that name is the key of a hosted model. */
export function isHostedKey(name: string): boolean {
  return name.startsWith(KEY);
}

function nameOf({ provider, address }: HostedModel): string {
  return `${KEY}${provider} ${address}`;
}
