import * as vscode from 'vscode';
import type { WorkerState } from '../../inference/host/client.js';
import { passesInWords } from '../../shared/passesInWords.js';
import { duration } from '../ui/duration.js';
import { foreignText } from '../ui/foreignText.js';
import { inlineSuggestEnabled } from '../settings/configuration.js';
import { engineText } from './engineText.js';
import { lostToList } from './lostToList.js';
import { insteadInWords, placeInWords, placeSetting } from './placeInWords.js';
import { reasonText, settingBehind } from './reasonText.js';
import type { RequestLog, RequestRecord } from './requestLog.js';
import { placeAt } from './requestPlace.js';
import { withoutPaths } from './withoutPaths.js';

interface RecordItem extends vscode.QuickPickItem {
  readonly command?: string;
  readonly args?: readonly unknown[];
}

/** Lists the latest requests with what became of them; choosing one leads to what decides about it. */
export async function whyNothing(log: RequestLog, state: () => WorkerState): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const here = editor === undefined ? undefined : placeAt(editor.document, editor.selection.active);
  const pick = vscode.window.createQuickPick<RecordItem>();
  pick.title = vscode.l10n.t('Why Was Nothing Suggested?');
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  const draw = (): void => {
    // What was asked ahead nobody has missed.
    const items = log.records
      .filter(({ trigger }) => trigger !== 'ahead')
      .toReversed()
      .map((record, index) => itemOf(record, index === 0 && lostToList(record, here)));
    if (!inlineSuggestEnabled(editor?.document)) {
      items.unshift({
        label: `$(warning) ${vscode.l10n.t('VS Code shows no inline suggestions because editor.inlineSuggest.enabled is off.')}`,
        detail: vscode.l10n.t('Choose this to turn it on.'),
        command: 'infill.enableInlineSuggest',
      });
    }
    const now = state();
    const elsewhere = insteadInWords(now, vscode.l10n) ?? placeInWords(now, vscode.l10n);
    if (elsewhere !== undefined) {
      items.unshift({
        label: `$(server) ${foreignText(elsewhere)}`,
        detail: vscode.l10n.t('Choose this to open its settings.'),
        command: 'workbench.action.openSettings',
        args: [placeSetting(now)],
      });
    }
    pick.placeholder =
      log.records.length === 0
        ? vscode.l10n.t('No requests yet. Type in an editor, or run Trigger Suggestion.')
        : vscode.l10n.t('Newest first. Choose one to open its setting, its source or the log.');
    pick.items = items;
  };
  draw();
  // A request that ends because the list takes the focus is told of a moment later.
  const additions = log.onAdd(draw);
  const chosen = await new Promise<RecordItem | undefined>((resolve) => {
    pick.onDidAccept(() => {
      resolve(pick.selectedItems[0]);
      pick.hide();
    });
    pick.onDidHide(() => resolve(undefined));
    pick.show();
  });
  additions.dispose();
  pick.dispose();
  if (chosen?.command !== undefined) {
    await vscode.commands.executeCommand(chosen.command, ...(chosen.args ?? []));
  }
}

/** @param isLost whether this list took the focus from its editor */
function itemOf(record: RequestRecord, isLost: boolean): RecordItem {
  const setting = record.reason === undefined || isLost ? undefined : settingBehind(record.reason);
  return {
    label: isLost ? `$(circle-slash) ${vscode.l10n.t('Cancelled when this list opened.')}` : labelOf(record),
    description: [
      new Date(record.time).toLocaleTimeString(),
      foreignText(record.file),
      duration(record.ms, vscode.l10n),
      ...(record.times > 1 ? [vscode.l10n.t('{0} times', record.times)] : []),
    ].join(' · '),
    detail: foreignText(withoutPaths(detailOf(record))),
    ...(setting === undefined
      ? (openFound(record) ?? { command: 'infill.showLog' })
      : { command: 'workbench.action.openSettings', args: [`@id:infill.${setting}`] }),
  };
}

/** To where the text was found. */
function openFound({ found }: RequestRecord): Pick<RecordItem, 'command' | 'args'> | undefined {
  if (found === undefined) return undefined;
  return { command: 'vscode.open', args: [vscode.Uri.parse(found.uri).with({ fragment: `L${String(found.line)}` })] };
}

function labelOf(record: RequestRecord): string {
  if (record.reason !== undefined) {
    return `${record.reason === 'error' ? '$(error)' : '$(circle-slash)'} ${reasonText(record.reason, vscode.l10n)}`;
  }
  if (record.trigger === 'denoise') {
    return `$(check) ${vscode.l10n.t('Selection denoised')}`;
  }
  return record.candidates === 1
    ? `$(check) ${vscode.l10n.t('Suggested')}`
    : `$(check) ${vscode.l10n.t('Suggested, {0} alternatives', record.candidates)}`;
}

function detailOf(record: RequestRecord): string {
  const triggers = {
    automatic: vscode.l10n.t('while typing'),
    manual: vscode.l10n.t('requested'),
    denoise: vscode.l10n.t('Denoise Selection'),
    view: vscode.l10n.t('Denoise View'),
    holes: vscode.l10n.t('Fill Every Cursor'),
    ahead: '',
  };
  return [
    engineText(record.detail, vscode.l10n),
    triggers[record.trigger],
    // Several are told of at once, and only their lines tell them apart.
    ...(record.trigger === 'holes' && record.place ? [vscode.l10n.t('Line {0}', record.place.line + 1)] : []),
    ...(record.found === undefined ? [] : [vscode.l10n.t('from {0}, line {1}', record.found.path, record.found.line)]),
    ...(record.hosted === undefined ? [] : [vscode.l10n.t('hosted at {0}', record.hosted)]),
    ...(record.source === 'cache' ? [vscode.l10n.t('from the cache')] : []),
    ...(record.steps === undefined
      ? []
      : [vscode.l10n.t('{0} of {1} steps', record.steps.used, record.steps.requested)]),
    ...(record.stoppedBy === undefined ? [] : [vscode.l10n.t('stopped by the deadline')]),
    ...liveInWords(record),
    record.passes === undefined ? '' : passesInWords(record.passes),
    ...(record.confidence === undefined ? [] : [vscode.l10n.t('confidence {0}%', Math.round(record.confidence * 100))]),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

function liveInWords({ live }: RequestRecord): string[] {
  if (live === undefined) return [];
  return [
    live.frames === 1 ? vscode.l10n.t('live, one frame') : vscode.l10n.t('live, {0} frames', live.frames),
    ...(live.endedBy === 'accepted' ? [vscode.l10n.t('accepted before it was done')] : []),
  ];
}
