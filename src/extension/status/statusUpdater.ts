import * as vscode from 'vscode';
import type { WorkerState } from '../../inference/host/client.js';
import { stepLimit } from '../../shared/stepLimit.js';
import { displayLanguage } from '../editor/fileNames.js';
import { reasonText } from '../log/reasonText.js';
import type { RequestLog, RequestRecord } from '../log/requestLog.js';
import type { ProjectView } from '../project/projectView.js';
import type { Latency } from '../runtime/latency.js';
import type { Quiet } from '../runtime/quiet.js';
import { inlineSuggestEnabled, onSettingsChanged, readSettings } from '../settings/configuration.js';
import { originOf } from '../settings/switches.js';
import type { FileExclusion } from '../settings/fileExclusion.js';
import { placeFacts, refuseDocument } from '../editor/eligibility.js';
import { StatusBar } from './statusBar.js';
import { statusView } from './statusView.js';

const NOTE_MS = 5000;

export interface StatusParts {
  readonly latency: Latency;
  readonly exclusion: FileExclusion;
  readonly quiet: Quiet;
  readonly service: { readonly state: WorkerState };
  readonly project: { readonly view: ProjectView };
}

/** Draws the status bar anew whenever something it tells has changed. */
export class StatusUpdater implements vscode.Disposable {
  private readonly bar = new StatusBar();
  private note: string | undefined;
  private noteTimer: NodeJS.Timeout | undefined;
  private readonly subscriptions: readonly { dispose: () => unknown }[];

  constructor(
    private readonly parts: StatusParts,
    requests: RequestLog,
  ) {
    this.subscriptions = [
      this.bar,
      vscode.window.onDidChangeActiveTextEditor(() => this.forgetNote()),
      // What was said was said of this place and these settings.
      vscode.window.onDidChangeTextEditorSelection(() => {
        if (this.note !== undefined) {
          this.forgetNote();
        }
      }),
      onSettingsChanged(() => this.forgetNote()),
      parts.quiet.onChange(() => this.update()),
      requests.onAdd((record) => this.onRequest(record)),
    ];
    this.update();
  }

  update(): void {
    const document = vscode.window.activeTextEditor?.document;
    const settings = readSettings(document);
    const worker = this.parts.service.state;
    this.bar.show(
      statusView(
        {
          worker,
          offBecause: this.offBecause(document),
          quietBecause: this.parts.quiet.because(settings),
          automaticOn: settings.automatic,
          inlineSuggestOn: inlineSuggestEnabled(document),
          steps: settings.steps,
          stepLimit: stepLimit(settings, worker.info?.steps.most),
          deadlineMs: settings.deadlineMs,
          latency: this.parts.latency,
          project: this.parts.project.view,
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
      this.note = this.offBecause(vscode.window.activeTextEditor?.document) ?? reasonText(reason, vscode.l10n);
      this.noteTimer = setTimeout(() => this.forgetNote(), NOTE_MS);
    }
    this.update();
  }

  private forgetNote(): void {
    clearTimeout(this.noteTimer);
    this.note = undefined;
    this.update();
  }

  private offBecause(document: vscode.TextDocument | undefined): string | undefined {
    if (document === undefined) {
      return readSettings().enabled ? undefined : this.switchedOff(undefined);
    }
    const facts = placeFacts(document, readSettings(document), false, this.parts.exclusion);
    if (!facts.enabled) {
      return this.switchedOff(document);
    }
    const refused = refuseDocument(facts, vscode.l10n);
    return refused === undefined ? undefined : `${reasonText(refused.reason, vscode.l10n)} ${refused.detail}`.trim();
  }

  private switchedOff(document: vscode.TextDocument | undefined): string {
    switch (originOf('enabled', document)) {
      case 'language':
        return vscode.l10n.t('Off for {0}.', displayLanguage(document?.languageId ?? ''));
      case 'folder':
        return vscode.l10n.t('Off for this folder.');
      case 'workspace':
        return vscode.l10n.t('Off for this workspace.');
      case 'everywhere':
        return vscode.l10n.t('Off everywhere.');
    }
  }
}
