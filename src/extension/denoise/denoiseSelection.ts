import type { DenoiseTask } from './denoiseTask.js';
import * as vscode from 'vscode';
import type { InfillService } from '../../inference/host/infillService.js';
import type { DenoiseOutcome, StepTrace } from '../../shared/outcome.js';
import { stepLimit } from '../../shared/stepLimit.js';
import { abortSignalOf } from '../editor/abortSignal.js';
import { contextAround, replacedSpans, selectedSpan, spanText } from '../editor/editorText.js';
import { displayName } from '../editor/fileNames.js';
import type { ErrorNotice } from '../ui/errorNotice.js';
import { foreignText } from '../ui/foreignText.js';
import { reasonText } from '../log/reasonText.js';
import { type RequestLog, workOf } from '../log/requestLog.js';
import { toInfillError } from '../../shared/toInfillError.js';
import { readSettings } from '../settings/configuration.js';
import type { FileExclusion } from '../settings/fileExclusion.js';
import { denoiseOptions } from '../settings/requestOptions.js';
import { placeFacts, refuseDocument } from '../editor/eligibility.js';
import { denoiseProgress } from './denoiseProgress.js';
import { pickStrength } from './pickStrength.js';
import { openProgressNote, type ProgressNote } from './progressNote.js';
import type { ProposalReview } from './proposalReview.js';
import { TrackedSpan } from './trackedSpan.js';

export interface DenoiseParts {
  readonly service: InfillService;
  readonly review: ProposalReview;
  readonly exclusion: FileExclusion;
  readonly requests: RequestLog;
  readonly notice: ErrorNotice;
}

/** The command Denoise Selection, up to the proposal; ProposalReview does the rest. */
export class DenoiseSelection implements vscode.Disposable {
  private task: DenoiseTask | undefined;
  private readonly subscription = vscode.workspace.onDidChangeTextDocument((event) => {
    if (event.document === this.task?.document) {
      this.task.trackedSpan.follow(replacedSpans(event));
    }
  });

  constructor(private readonly parts: DenoiseParts) {}

  /** Resolves when the proposal is shown, or when there is none. */
  async run(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined || editor.selection.isEmpty) {
      void vscode.window.showInformationMessage(vscode.l10n.t('Select the text to denoise first.'));
      return;
    }
    const { document } = editor;
    if (this.refuses(document)) {
      return;
    }
    const span = selectedSpan(editor);
    await this.propose({
      document,
      trackedSpan: new TrackedSpan(span),
      original: spanText(document, span),
      strength: readSettings(document).denoiseStrength,
      attempt: 0,
    });
  }

  /** Another proposal for the same selection, with a strength the person chooses. */
  async again(): Promise<void> {
    const { task } = this;
    const strength = task === undefined ? undefined : await pickStrength(task.strength);
    // The document may have become an excluded one: settings and languages change.
    if (task !== undefined && strength !== undefined && !this.refuses(task.document)) {
      await this.propose({ ...task, strength, attempt: task.attempt + 1 });
    }
  }

  dispose(): void {
    this.subscription.dispose();
  }

  /** Says why where the document's text must not be used. */
  private refuses(document: vscode.TextDocument): boolean {
    const facts = placeFacts(document, readSettings(document), false, this.parts.exclusion);
    const refused = refuseDocument({ ...facts, enabled: true }, vscode.l10n);
    if (refused !== undefined) {
      void vscode.window.showInformationMessage(
        foreignText(`${reasonText(refused.reason, vscode.l10n)} ${refused.detail}`.trim()),
      );
    }
    return refused !== undefined;
  }

  private async propose(task: DenoiseTask): Promise<void> {
    await this.parts.review.discard();
    this.task = task;
    const span = task.trackedSpan.span;
    if (span === undefined) {
      void vscode.window.showWarningMessage(vscode.l10n.t('The selected text has changed. Select it again.'));
      return;
    }
    const startedAt = performance.now();
    const note = await openProgressNote();
    try {
      const outcome = await this.denoise(task, contextAround(task.document, span), note);
      this.record(task, outcome, performance.now() - startedAt);
      if (outcome.kind === 'denoised' && outcome.text !== task.original) {
        await this.parts.review.show(task, outcome, note);
      } else {
        note.close();
        void this.explain(outcome);
      }
    } catch (thrown) {
      note.close();
      this.parts.notice.show(toInfillError(thrown), true);
    }
  }

  private async denoise(
    task: DenoiseTask,
    context: ReturnType<typeof contextAround>,
    note: ProgressNote,
  ): Promise<DenoiseOutcome> {
    const options = denoiseOptions(readSettings(task.document), task.attempt);
    const { original: selection, strength } = task;
    const { signal, dispose } = abortSignalOf(note.token);
    const { service } = this.parts;
    const isLoaded = service.state.info !== undefined;
    const say = (trace: StepTrace): void =>
      note.say(denoiseProgress(trace, stepLimit(options, service.state.info?.steps.most), vscode.l10n));
    note.say(isLoaded ? vscode.l10n.t('denoising the selection') : vscode.l10n.t('loading the model'));
    try {
      return await service.denoise({ context, selection, pinned: [], strength, options }, { signal, onStep: say });
    } finally {
      dispose();
    }
  }

  private async explain(outcome: DenoiseOutcome): Promise<void> {
    if (outcome.kind === 'none' && outcome.reason === 'cancelled') {
      return; // the person did that
    }
    const why =
      outcome.kind === 'none'
        ? `${reasonText(outcome.reason, vscode.l10n)} ${outcome.detail}`.trim()
        : vscode.l10n.t('The model would leave the selection as it is. A higher strength gives it more freedom.');
    const change = vscode.l10n.t('Change Strength...');
    if ((await vscode.window.showInformationMessage(foreignText(why), change)) === change) {
      await this.again();
    }
  }

  private record({ document }: DenoiseTask, outcome: DenoiseOutcome, ms: number): void {
    const { steps } = readSettings(document);
    this.parts.requests.add({
      time: Date.now(),
      file: displayName(document.uri),
      languageId: document.languageId,
      trigger: 'denoise',
      source: 'model',
      ms,
      ...workOf(outcome.report, steps),
      ...(outcome.kind === 'none'
        ? { outcome: 'none', reason: outcome.reason, detail: outcome.detail, candidates: 0 }
        : { outcome: 'suggested', detail: '', candidates: 1 }),
    });
  }
}
