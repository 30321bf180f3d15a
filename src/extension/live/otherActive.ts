import * as vscode from 'vscode';
import { suggestsInline } from '../log/otherProviders.js';

/**
 * Whether another extension that suggests inline is active. VS Code would ask it for each frame too, and tells nobody whose suggestion is
 * on the screen. Looked at once for each extension: what they declare is long.
 */
export class OtherActive implements vscode.Disposable {
  private readonly known = new Map<string, boolean>();
  private readonly subscription = vscode.extensions.onDidChange(() => this.known.clear());

  constructor(private readonly ownId: string) {}

  get isThere(): boolean {
    return vscode.extensions.all.some((each) => each.isActive && each.id !== this.ownId && this.suggests(each));
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private suggests(extension: vscode.Extension<unknown>): boolean {
    const known = this.known.get(extension.id);
    if (known !== undefined) {
      return known;
    }
    const suggests = suggestsInline(extension);
    this.known.set(extension.id, suggests);
    return suggests;
  }
}
