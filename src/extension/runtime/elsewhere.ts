import * as vscode from 'vscode';
import type { ChosenService } from '../../inference/choice/chosenService.js';
import type { ElsewhereSource } from '../../inference/choice/elsewhere.js';
import { onSettingsChanged } from '../settings/configuration.js';

/** Keeps the service in line with what the settings, the secrets and the trust in the workspace say of other places. */
export class Elsewhere implements vscode.Disposable {
  private key: string | undefined;
  private source: ElsewhereSource | undefined;
  private readonly subscriptions: readonly { readonly dispose: () => unknown }[];

  /** @param sources the first that is wanted counts */
  constructor(
    private readonly service: Pick<ChosenService, 'use'>,
    private readonly sources: readonly ElsewhereSource[],
    secrets: {
      readonly onDidChange: (listener: (event: { readonly key: string }) => void) => {
        readonly dispose: () => unknown;
      };
    },
  ) {
    this.subscriptions = [
      onSettingsChanged(() => this.check()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.check()),
      secrets.onDidChange(({ key }) => this.secretChanged(key)),
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
      this.source = source;
      this.service.use(source);
    }
  }

  dispose(): void {
    this.subscriptions.forEach((each) => void each.dispose());
  }

  /** What was refused with another secret need not be refused with this one. */
  private secretChanged(name: string): void {
    if (this.source?.usesSecret(name) === true) {
      this.key = undefined;
      this.check();
    }
  }
}
