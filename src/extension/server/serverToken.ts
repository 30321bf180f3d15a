import * as vscode from 'vscode';
import type { ServerAddress } from '../../inference/remote/serverAddress.js';

const KEY = 'serverToken ';

/** What `infill serve` takes, and what a header can say. */
const TOKEN = /^[\w.~+/-]+=*$/u;

/** Tokens of servers, in the editor's secret storage, each under its server's origin: no server is ever sent another one's. */
export class ServerToken {
  constructor(private readonly secrets: vscode.SecretStorage) {}

  /** '' where none was set. */
  async read({ origin }: Pick<ServerAddress, 'origin'>): Promise<string> {
    return (await this.secrets.get(keyOf(origin))) ?? '';
  }

  /** Asks for a token and keeps it; an empty one deletes it. */
  async ask({ origin, name }: ServerAddress): Promise<void> {
    const has = (await this.read({ origin })) !== '';
    const token = await vscode.window.showInputBox({
      title: vscode.l10n.t('Token for {0}', name),
      prompt: has
        ? vscode.l10n.t('A token is stored. Enter a new one, or leave this empty to delete it.')
        : vscode.l10n.t('The token that "infill serve" was started with. It is sent to {0} only.', name),
      password: true,
      ignoreFocusOut: true,
      validateInput: (text) =>
        text.trim() === '' || TOKEN.test(text.trim())
          ? undefined
          : vscode.l10n.t('A token contains only letters, digits and . _ ~ + / -, and = at its end.'),
    });
    if (token === undefined) {
      return;
    }
    if (token.trim() === '') {
      await this.secrets.delete(keyOf(origin));
    } else {
      await this.secrets.store(keyOf(origin), token.trim());
    }
  }
}

/** Whether a secret of that name is the token of a server. */
export function isServerToken(name: string): boolean {
  return name.startsWith(KEY);
}

function keyOf(origin: string): string {
  return `${KEY}${origin}`;
}
