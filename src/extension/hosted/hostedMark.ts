import * as vscode from 'vscode';
import type { WorkerState } from '../../inference/host/clientState.js';
import { hostOf, type HostedModel } from '../../inference/hosted/forms/hostedModel.js';
import { visibleText } from '../../shared/visibleText.js';
import { providerName } from './hostedTarget.js';

/** Says in the status bar, as long as text may be sent, that it may and to whom, whatever else is going on. */
export class HostedMark implements vscode.Disposable {
  private item: vscode.StatusBarItem | undefined;

  /**
   * @param model undefined = nothing is sent
   * @param state what its service last told
   */
  show(model: HostedModel | undefined, state: WorkerState | undefined): void {
    if (model === undefined) {
      this.item?.dispose();
      this.item = undefined;
      return;
    }
    const item = (this.item ??= newItem());
    const problem = state?.kind === 'failed' ? (state.error?.describe() ?? state.detail) : undefined;
    const sent = vscode.l10n.t('Text around your cursor is sent to {0}.', hostOf(model));
    item.text = problem === undefined ? '$(cloud-upload)' : '$(cloud-upload)$(warning)';
    item.accessibilityInformation = {
      label: `Infill: ${[sent, ...(problem === undefined ? [] : [problem])].join(' ')}`,
    };
    item.backgroundColor = problem === undefined ? undefined : new vscode.ThemeColor('statusBarItem.warningBackground');
    item.tooltip = tooltip(model, sent, problem);
  }

  dispose(): void {
    this.item?.dispose();
  }
}

function newItem(): vscode.StatusBarItem {
  const item = vscode.window.createStatusBarItem('infill.hosted', vscode.StatusBarAlignment.Right, 99);
  item.name = vscode.l10n.t('Infill: Hosted Model');
  item.command = 'infill.menu';
  item.show();
  return item;
}

function tooltip(model: HostedModel, sent: string, problem: string | undefined): vscode.MarkdownString {
  const text = new vscode.MarkdownString('', true);
  text.isTrusted = { enabledCommands: ['infill.turnOffHosted', 'infill.setHostedKey'] };
  const lines = [
    sent,
    vscode.l10n.t('Hosted model: {0} ({1})', model.model, providerName(model.provider)),
    ...(problem === undefined ? [] : [problem, vscode.l10n.t('Meanwhile the model on this computer fills in.')]),
  ];
  lines.forEach((line, i) => {
    text.appendMarkdown(i === 0 ? '**Infill**: ' : '\n\n').appendText(visibleText(line));
  });
  const off = vscode.l10n.t('Turn off');
  const key = vscode.l10n.t('Set key');
  text.appendMarkdown(`\n\n---\n\n[${off}](command:infill.turnOffHosted) · [${key}](command:infill.setHostedKey)`);
  return text;
}
