import * as vscode from 'vscode';

const KEY = 'hubToken';

/** The access token for the hub, in the editor's secret storage. It is given to the download and to nothing else. */
export class HubToken {
  constructor(private readonly secrets: vscode.SecretStorage) {}

  /** '' where none was set. */
  async read(): Promise<string> {
    return (await this.secrets.get(KEY)) ?? '';
  }

  /** Asks for a token and keeps it; an empty one deletes it. */
  async ask(): Promise<void> {
    const has = (await this.read()) !== '';
    const token = await vscode.window.showInputBox({
      title: vscode.l10n.t('Hub Token'),
      prompt: has
        ? vscode.l10n.t('A token is stored. Enter a new one, or leave this empty to delete it.')
        : vscode.l10n.t('Access token of your Hugging Face account, for models that are not public.'),
      placeHolder: 'hf_...',
      password: true,
      ignoreFocusOut: true,
      validateInput: (text) =>
        text === '' || /^hf_[\x21-\x7e]+$/.test(text.trim())
          ? undefined
          : vscode.l10n.t('An access token starts with "hf_".'),
    });
    if (token === undefined) {
      return;
    }
    if (token.trim() === '') {
      await this.secrets.delete(KEY);
    } else {
      await this.secrets.store(KEY, token.trim());
    }
  }
}
