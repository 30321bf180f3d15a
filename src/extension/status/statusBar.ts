import * as vscode from 'vscode';
import { visibleText } from '../../shared/visibleText.js';
import { foreignText } from '../ui/foreignText.js';
import type { StatusView } from './statusView.js';

/** Work shorter than this is not shown: the item would flicker at every key. */
const SHOW_WORK_AFTER_MS = 150;

const LINKS = ['infill.setSteps', 'infill.whyNothing', 'infill.showLog'];

/** The one item in the status bar, and the language status of the same content. */
export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('infill.status', vscode.StatusBarAlignment.Right, 100);
  private readonly language = vscode.languages.createLanguageStatusItem('infill.language', { pattern: '**' });
  private pending: NodeJS.Timeout | undefined;

  constructor() {
    this.item.name = 'Infill';
    this.item.command = 'infill.menu';
    this.language.name = 'Infill';
    this.language.command = { command: 'infill.toggle', title: vscode.l10n.t('Switch On or Off') };
    this.item.show();
  }

  show(view: StatusView): void {
    clearTimeout(this.pending);
    if (view.kind === 'working') {
      this.pending = setTimeout(() => this.draw(view), SHOW_WORK_AFTER_MS);
    } else {
      this.draw(view);
    }
  }

  dispose(): void {
    clearTimeout(this.pending);
    this.item.dispose();
    this.language.dispose();
  }

  private draw(view: StatusView): void {
    this.item.text = `$(${view.icon}) ${foreignText(view.text)}`;
    this.item.tooltip = tooltipOf(view);
    const said = [view.summary, ...(view.place === undefined ? [] : [view.place])].join(' ');
    this.item.accessibilityInformation = { label: foreignText(`Infill: ${said}`) };
    this.item.backgroundColor =
      view.kind === 'error'
        ? new vscode.ThemeColor('statusBarItem.errorBackground')
        : view.kind === 'warning'
          ? new vscode.ThemeColor('statusBarItem.warningBackground')
          : undefined;
    this.language.text = foreignText(`Infill: ${view.summary}`);
    this.language.detail = foreignText(view.lines.at(-1) ?? '');
    this.language.busy = view.kind === 'loading';
    this.language.severity =
      view.kind === 'error'
        ? vscode.LanguageStatusSeverity.Error
        : view.kind === 'warning' || view.kind === 'slow'
          ? vscode.LanguageStatusSeverity.Warning
          : vscode.LanguageStatusSeverity.Information;
  }
}

function tooltipOf(view: StatusView): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString('', true);
  tooltip.isTrusted = { enabledCommands: LINKS };
  tooltip.appendMarkdown('**Infill**: ').appendText(visibleText(view.summary));
  for (const line of view.lines) {
    tooltip.appendMarkdown('\n\n').appendText(visibleText(line));
  }
  const setSteps = vscode.l10n.t('Set steps');
  const why = vscode.l10n.t('Why nothing?');
  const log = vscode.l10n.t('Log');
  const steps = view.hasSteps ? `[${setSteps}](command:infill.setSteps) · ` : '';
  tooltip.appendMarkdown(`\n\n---\n\n${steps}[${why}](command:infill.whyNothing) · [${log}](command:infill.showLog)`);
  return tooltip;
}
