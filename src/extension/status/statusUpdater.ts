import * as vscode from 'vscode';
import type { WorkerState } from '../../inference/host/client.js';
import { stepLimit } from '../../shared/stepLimit.js';
import { displayLanguage } from '../editor/fileNames.js';
import { reasonText } from '../log/reasonText.js';
import type { RequestLog, RequestRecord } from '../log/requestLog.js';
import type { ProjectView } from '../project/projectView.js';
import type { Latency } from '../runtime/latency.js';
import { inlineSuggestEnabled, readSettings } from '../settings/configuration.js';
import type { FileExclusion } from '../settings/fileExclusion.js';
import { placeFacts, refuseDocument } from '../editor/eligibility.js';
import type { StatusBar } from './statusBar.js';
import { statusView } from './statusView.js';

const NOTE_MS = 5000;

export interface StatusParts {
  readonly bar: StatusBar;
  readonly latency: Latency;
  readonly exclusion: FileExclusion;
  readonly workerState: () => WorkerState;
  readonly project: () => ProjectView;
}

/** Draws the status bar anew whenever something it tells has changed. */
export class StatusUpdater implements vscode.Disposable {
  private note: string | undefined;
  private noteTimer: NodeJS.Timeout | undefined;
  private readonly subscriptions: readonly { dispose: () => unknown }[];

  constructor(
    private readonly parts: StatusParts,
    requests: RequestLog,
  ) {
    this.subscriptions = [
      vscode.window.onDidChangeActiveTextEditor(() => this.update()),
      requests.onAdd((record) => this.onRequest(record)),
    ];
    this.update();
  }

  update(): void {
    const document = vscode.window.activeTextEditor?.document;
    const settings = readSettings(document);
    const worker = this.parts.workerState();
    this.parts.bar.show(
      statusView(
        {
          worker,
          offBecause: this.offBecause(document),
          automaticOn: settings.automatic,
          inlineSuggestOn: inlineSuggestEnabled(document),
          steps: settings.steps,
          stepLimit: stepLimit(settings, worker.info?.steps.most),
          deadlineMs: settings.deadlineMs,
          latency: this.parts.latency,
          project: this.parts.project(),
          note: this.note,
        },
        vscode.l10n,
      ),
    );
  }

  dispose(): void {
    clearTimeout(this.noteTimer);
    this.subscriptions.forEach((each) => void each.dispose());
  }

  /** Where a person asked and nothing came, the bar says why for a moment; failures it shows anyway. */
  private onRequest(record: RequestRecord): void {
    if (record.trigger === 'ahead') {
      return; // nobody asked
    }
    clearTimeout(this.noteTimer);
    this.note = undefined;
    const { trigger, reason } = record;
    if (trigger === 'manual' && reason !== undefined && reason !== 'cancelled' && reason !== 'error') {
      this.note = reasonText(reason, vscode.l10n);
      this.noteTimer = setTimeout(() => {
        this.note = undefined;
        this.update();
      }, NOTE_MS);
    }
    this.update();
  }

  private offBecause(document: vscode.TextDocument | undefined): string | undefined {
    if (document === undefined) {
      return readSettings().enabled ? undefined : vscode.l10n.t('Off everywhere.');
    }
    const facts = placeFacts(document, readSettings(document), false, this.parts.exclusion);
    if (!facts.enabled) {
      return readSettings().enabled
        ? vscode.l10n.t('Off for {0}.', displayLanguage(document.languageId))
        : vscode.l10n.t('Off everywhere.');
    }
    const refused = refuseDocument(facts, vscode.l10n);
    return refused === undefined ? undefined : `${reasonText(refused.reason, vscode.l10n)} ${refused.detail}`.trim();
  }
}
