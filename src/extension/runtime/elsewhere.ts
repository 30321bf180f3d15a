import * as vscode from 'vscode';
import type { ChosenService } from '../../inference/choice/chosenService.js';
import type { ElsewhereSource } from '../../inference/choice/elsewhere.js';
import { onSettingsChanged } from '../settings/configuration.js';

/** Keeps the service in line with what the settings, the secrets and the trust in the workspace say of other places. */
export class Elsewhere implements vscode.Disposable {
  private key: string | undefined;
  private readonly subscriptions: readonly { readonly dispose: () => unknown }[];

  /** @param sources the first that is wanted counts */
  constructor(
    private readonly service: Pick<ChosenService, 'use'>,
    private readonly sources: readonly ElsewhereSource[],
    secrets: Pick<vscode.SecretStorage, 'onDidChange'>,
  ) {
    this.subscriptions = [
      onSettingsChanged(() => this.check()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.check()),
      secrets.onDidChange(() => this.anew()),
      ...sources.flatMap((source) => source.onChange?.(() => this.check()) ?? []),
    ];
    this.check();
  }

  /** To be called when anything else changed that a source's key depends on. */
  check(): void {
    const source = this.sources.find((each) => each.key() !== undefined);
    const key = source === undefined ? undefined : `${source.kind} ${source.key() ?? ''}`;
    if (key !== this.key) {
      this.key = key;
      this.service.use(source);
    }
  }

  dispose(): void {
    this.subscriptions.forEach((each) => void each.dispose());
  }

  /** Another secret: what the last one was refused for need not hold. */
  private anew(): void {
    if (this.key !== undefined) {
      this.key = undefined;
      this.check();
    }
  }
}
