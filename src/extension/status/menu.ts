import * as vscode from 'vscode';
import type { WorkerState } from '../../inference/host/clientState.js';
import { projectSentence, type ProjectView } from '../project/projectView.js';
import { foreignText } from '../ui/foreignText.js';
import type { Quiet } from '../runtime/quiet.js';
import { inlineSuggestEnabled, readSettings } from '../settings/configuration.js';

import { eagernessName, eagernessNow } from './eagernessInWords.js';

interface MenuItem extends vscode.QuickPickItem {
  readonly command?: string;
  readonly args?: readonly unknown[];
}

export interface MenuParts {
  readonly state: WorkerState;
  readonly project: ProjectView;
  readonly quiet: Quiet;
  /** Where a hosted model is asked; undefined where none is. */
  readonly hostedAt: string | undefined;
}

/** What a click on the status bar offers. */
export async function showMenu({ state, project, quiet, hostedAt }: MenuParts): Promise<void> {
  // Why nothing is computed, or not where it should be.
  const problem = (state.error ?? state.insteadOf?.error)?.describe();
  const { l10n } = vscode;
  const editor = vscode.window.activeTextEditor;
  const items: MenuItem[] = [];
  if (problem !== undefined) {
    items.push({
      label: `$(error) ${l10n.t('Restart Inference')}`,
      detail: foreignText(problem),
      command: 'infill.restart',
    });
  }
  if (hostedAt !== undefined) {
    items.push({
      label: `$(cloud-upload) ${l10n.t('Turn Off Hosted Model')}`,
      detail: l10n.t('Text around your cursor is sent to {0}.', hostedAt),
      command: 'infill.turnOffHosted',
    });
  }
  if (!inlineSuggestEnabled(editor?.document)) {
    items.push({
      label: `$(warning) ${l10n.t('Turn On Inline Suggestions')}`,
      detail: l10n.t('VS Code shows no inline suggestions because editor.inlineSuggest.enabled is off.'),
      command: 'infill.enableInlineSuggest',
    });
  }
  if (editor !== undefined) {
    items.push({ label: `$(sparkle) ${l10n.t('Trigger Suggestion')}`, command: 'infill.trigger' });
    if (!editor.selection.isEmpty) {
      items.push({ label: `$(wand) ${l10n.t('Denoise Selection')}`, command: 'infill.denoiseSelection' });
    } else if (editor.selections.length > 1) {
      items.push({ label: `$(list-selection) ${l10n.t('Fill Every Cursor')}`, command: 'infill.fillEveryCursor' });
    }
  }
  const settings = readSettings(editor?.document);
  const { steps, deadlineMs } = settings;
  items.push(
    { label: `$(circle-slash) ${l10n.t('Switch On or Off...')}`, command: 'infill.toggle' },
    {
      label: `$(settings) ${l10n.t('How Eager...')}`,
      description: eagernessName(eagernessNow(editor?.document)),
      command: 'infill.setEagerness',
    },
    {
      label: `$(bell-slash) ${l10n.t('Snooze...')}`,
      description: quiet.because(settings) ?? '',
      command: 'infill.snooze',
    },
    ...(state.place?.kind === 'hosted' // has none
      ? []
      : [
          {
            label: `$(dashboard) ${l10n.t('Set Denoising Steps...')}`,
            description: deadlineMs === 0 ? String(steps) : l10n.t('{0}, deadline {1} ms', steps, deadlineMs),
            command: 'infill.setSteps',
          },
        ]),
    { label: `$(chip) ${l10n.t('Manage Models...')}`, command: 'infill.manageModels' },
    {
      label: `$(files) ${l10n.t('Project')}`,
      description: projectSentence(project, l10n),
      command: 'workbench.action.openSettings',
      args: ['infill.project'],
    },
    { label: `$(question) ${l10n.t('Why Was Nothing Suggested?')}`, command: 'infill.whyNothing' },
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    {
      label: `$(settings-gear) ${l10n.t('Settings')}`,
      command: 'workbench.action.openSettings',
      args: ['@ext:infill-editor.infill'],
    },
    { label: `$(output) ${l10n.t('Show Log')}`, command: 'infill.showLog' },
    { label: `$(clippy) ${l10n.t('Copy Diagnostics')}`, command: 'infill.copyDiagnostics' },
    ...(problem === undefined
      ? [{ label: `$(debug-restart) ${l10n.t('Restart Inference')}`, command: 'infill.restart' }]
      : []),
  );
  const chosen = await vscode.window.showQuickPick(items, { title: 'Infill', matchOnDetail: true });
  if (chosen?.command !== undefined) {
    await vscode.commands.executeCommand(chosen.command, ...(chosen.args ?? []));
  }
}
