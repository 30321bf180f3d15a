import type { DenoiseTask, Proposed } from './denoiseTask.js';
import * as vscode from 'vscode';
import type { InfillService } from '../../inference/host/infillService.js';
import type { Span } from '../../shared/infillRequest.js';
import type { DenoiseOutcome, StepTrace } from '../../shared/outcome.js';
import { stepLimit } from '../../shared/stepLimit.js';
import { abortSignalOf } from '../editor/abortSignal.js';
import { contextAround, replacedSpans, selectedSpan, spanText } from '../editor/editorText.js';
import type { ErrorNotice } from '../ui/errorNotice.js';
import { passingNote } from '../ui/passingNote.js';
import type { RequestLog } from '../log/requestLog.js';
import { toInfillError } from '../../shared/toInfillError.js';
import { readSettings } from '../settings/configuration.js';
import type { FileExclusion } from '../settings/fileExclusion.js';
import { denoiseOptions } from '../settings/requestOptions.js';
import { confirmLong } from './confirmLong.js';
import { denoiseProgress, progressShare } from './denoiseProgress.js';
import { DenoiseSpeed } from './denoiseSpeed.js';
import { explainNone, noProposalOf, type NoProposal } from './noBetterText.js';
import { pickStrength } from './pickStrength.js';
import type { PreviewDocuments } from './previewDocuments.js';
import { previewName } from './previewFrame.js';
import { openProgressNote, type ProgressNote } from './progressNote.js';
import type { ProposalReview } from './proposalReview.js';
import { recordRun } from './recordRun.js';
import { refusesText } from './refusesText.js';
import { selectFirst } from './selectFirst.js';
import { estimatedTokens, type TokenCount } from './strengthInWords.js';
import { TrackedSpan } from './trackedSpan.js';

export interface DenoiseParts {
  readonly service: InfillService;
  readonly review: ProposalReview;
  readonly documents: PreviewDocuments;
  readonly exclusion: FileExclusion;
  readonly requests: RequestLog;
  readonly notice: ErrorNotice;
  /** Another model, device or number of threads. */
  readonly onModelChange: vscode.Event<void>;
}

/** The command Denoise Selection, up to the proposal; ProposalReview does the rest. */
export class DenoiseSelection implements vscode.Disposable {
  private task: DenoiseTask | undefined;
  /** Of the task's selection, once the model has counted them. */
  private tokens: TokenCount | undefined;
  private readonly speed = new DenoiseSpeed();
  private readonly subscriptions: readonly vscode.Disposable[];

  constructor(private readonly parts: DenoiseParts) {
    this.subscriptions = [
      vscode.workspace.onDidChangeTextDocument((event) => {
        // A document that was closed and opened again is another object.
        if (event.document.uri.toString() === this.task?.document.uri.toString()) {
          this.task.trackedSpan.follow(replacedSpans(event));
        }
      }),
      parts.onModelChange(() => this.speed.clear()),
    ];
  }

  /** Resolves when the proposal is shown, or when there is none. */
  async run(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined || editor.selection.isEmpty) {
      selectFirst();
      return;
    }
    const { document } = editor;
    if (refusesText(document, this.parts.exclusion)) {
      return;
    }
    const span = selectedSpan(editor);
    const strength = readSettings(document).denoiseStrength;
    const text = spanText(document, span);
    const ms = this.speed.estimate({ characters: text.length, strength });
    if (!(await confirmLong(text, ms))) {
      return;
    }
    if (spanText(document, span) !== text) {
      sayChanged();
      return;
    }
    this.tokens = undefined;
    await this.propose({ document, trackedSpan: new TrackedSpan(span), strength, attempt: 0 });
  }

  /** Another proposal for the same selection as it stands now, with a strength the person chooses. */
  async again(): Promise<void> {
    const { task } = this;
    const text = task === undefined ? undefined : selectionOf(task)?.text;
    if (task === undefined || text === undefined) {
      return;
    }
    const strength = await pickStrength({
      current: task.strength,
      tokens: this.tokens ?? estimatedTokens(text),
      msAt: (each) => this.speed.estimate({ characters: text.length, strength: each }),
    });
    // The document may have become an excluded one: settings and languages change.
    if (strength !== undefined && !refusesText(task.document, this.parts.exclusion)) {
      await this.propose({ ...task, strength, attempt: task.attempt + 1 });
    }
  }

  dispose(): void {
    this.subscriptions.forEach((each) => void each.dispose());
  }

  private async propose(task: DenoiseTask): Promise<void> {
    await this.parts.review.close();
    this.task = task;
    const selection = selectionOf(task);
    if (selection === undefined) {
      return;
    }
    const { span, text } = selection;
    const startedAt = performance.now();
    const note = await openProgressNote(true);
    try {
      const outcome = await this.denoise(task, text, contextAround(task.document, span), note);
      const none = noProposalOf(outcome, text);
      this.record(task, none ?? outcome, performance.now() - startedAt);
      this.measure(task, text, outcome);
      note.close();
      // The person may have cancelled it, or selected something else, just when it was done.
      if (note.token.isCancellationRequested || this.task !== task) {
        return;
      }
      if (none !== undefined) {
        void this.explain(task, text, none);
      } else if (outcome.kind === 'denoised') {
        if (selectionOf(task) !== undefined) {
          await this.parts.review.show(this.proposed(task, text, outcome));
        }
      }
    } catch (thrown) {
      note.close();
      this.parts.notice.show(toInfillError(thrown), true);
    }
  }

  private proposed(
    { document, trackedSpan, strength }: DenoiseTask,
    original: string,
    { changes }: Extract<DenoiseOutcome, { kind: 'denoised' }>,
  ): Proposed {
    const { l10n } = vscode;
    return {
      document,
      trackedSpan,
      original,
      changes,
      title: l10n.t('{0}: selection denoised at {1}%', previewName(document), Math.round(strength * 100)),
      whenChanged: l10n.t('The selected text has changed, so the proposal no longer fits. Nothing was replaced.'),
      again: { label: l10n.t('Try Again...'), run: () => this.again() },
    };
  }

  private async denoise(
    task: DenoiseTask,
    selection: string,
    context: ReturnType<typeof contextAround>,
    note: ProgressNote,
  ): Promise<DenoiseOutcome> {
    const options = denoiseOptions(readSettings(task.document), task.attempt);
    const { strength } = task;
    const { signal, dispose } = abortSignalOf(note.token);
    const { service } = this.parts;
    const isLoaded = service.state.info !== undefined;
    const say = (trace: StepTrace): void => {
      const steps = stepLimit(options, service.state.info?.steps.most);
      note.say(denoiseProgress(trace, steps, vscode.l10n), progressShare(trace, steps));
    };
    note.say(isLoaded ? vscode.l10n.t('denoising the selection') : vscode.l10n.t('loading the model'));
    try {
      return await service.denoise({ context, selection, pinned: [], strength, options }, { signal, onStep: say });
    } finally {
      dispose();
    }
  }

  private async explain(task: DenoiseTask, text: string, none: NoProposal): Promise<void> {
    if (none.reason !== 'cancelled' && (await explainNone(none, task, text, this.parts.documents))) {
      await this.again();
    }
  }

  /** Remembers what a run that came to its end tells of the next ones. */
  private measure(task: DenoiseTask, text: string, outcome: DenoiseOutcome): void {
    const { strength } = task;
    if (outcome.kind === 'denoised' && this.task === task) {
      this.tokens = { count: outcome.tokens.length, isExact: true };
    }
    if (outcome.kind === 'denoised' || outcome.reason === 'not-likelier') {
      this.speed.add({ characters: text.length, strength, ms: outcome.report.ms.total });
    }
  }

  private record({ document }: DenoiseTask, outcome: DenoiseOutcome, ms: number): void {
    const { steps } = readSettings(document);
    recordRun(this.parts.requests, { document, trigger: 'denoise', steps, ms }, outcome);
  }
}

/** Where the selection stands and what it says; says so where it was changed. */
function selectionOf({ document, trackedSpan }: DenoiseTask): { span: Span; text: string } | undefined {
  const { span } = trackedSpan;
  if (span === undefined) {
    sayChanged();
    return undefined;
  }
  return { span, text: spanText(document, span) };
}

function sayChanged(): void {
  void passingNote(vscode.l10n.t('The selected text has changed. Select it again.'), [
    vscode.window.onDidChangeTextEditorSelection,
    vscode.window.onDidChangeActiveTextEditor,
  ]);
}
