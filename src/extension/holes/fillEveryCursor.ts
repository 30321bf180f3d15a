import * as vscode from 'vscode';
import type { InfillService } from '../../inference/host/infillService.js';
import type { HolesRequest } from '../../shared/infillRequest.js';
import type { InfillOutcome, StepTrace } from '../../shared/outcome.js';
import { stepLimit } from '../../shared/stepLimit.js';
import { toInfillError } from '../../shared/toInfillError.js';
import type { Proposed, ReviewedCursor } from '../denoise/denoiseTask.js';
import { previewName } from '../denoise/previewFrame.js';
import { openProgressNote, type ProgressNote } from '../denoise/progressNote.js';
import type { ProposalReview } from '../denoise/proposalReview.js';
import { recordRun } from '../denoise/recordRun.js';
import { TrackedSpan } from '../denoise/trackedSpan.js';
import { abortSignalOf } from '../editor/abortSignal.js';
import { lineAtOffset, replacedSpans, selectedSpans, spanText, textAround } from '../editor/editorText.js';
import { projectUri } from '../editor/notebookCells.js';
import type { RequestLog } from '../log/requestLog.js';
import { placeAt } from '../log/requestPlace.js';
import { readSettings } from '../settings/configuration.js';
import type { FileExclusion } from '../settings/fileExclusion.js';
import { holesOptions } from '../settings/requestOptions.js';
import type { ErrorNotice } from '../ui/errorNotice.js';
import { foreignText } from '../ui/foreignText.js';
import { passingNote } from '../ui/passingNote.js';
import { emptyInWords } from './emptyInWords.js';
import { type EmptyHole, type FilledHoles, filledHoles } from './filledHoles.js';
import { HolesProgress } from './holesProgress.js';
import { refuseCursors } from './refuseCursors.js';
import { refusesDocument } from './refusesDocument.js';

export interface FillEveryCursorParts {
  readonly service: InfillService;
  readonly review: ProposalReview;
  readonly exclusion: FileExclusion;
  readonly requests: RequestLog;
  readonly notice: ErrorNotice;
}

/** Cursors to be filled together, once or several times. */
interface HolesTask {
  readonly document: vscode.TextDocument;
  /** From the first cursor to the last. */
  readonly trackedSpan: TrackedSpan;
  /** All of them, ascending, as offsets into that; those that are filled already stay as they are. */
  readonly cursors: readonly ReviewedCursor[];
  /** 0 for the first try. */
  readonly attempt: number;
}

/** The command Fill Every Cursor, up to the proposal; ProposalReview does the rest. */
export class FillEveryCursor implements vscode.Disposable {
  private task: HolesTask | undefined;
  /** Ends what runs, which nobody waits for any more. */
  private running: AbortController | undefined;
  private readonly subscription = vscode.workspace.onDidChangeTextDocument((event) => {
    // A document that was closed and opened again is another object.
    if (event.document.uri.toString() === this.task?.document.uri.toString()) {
      this.task.trackedSpan.follow(replacedSpans(event));
    }
  });

  constructor(private readonly parts: FillEveryCursorParts) {}

  /** Resolves when the proposal is shown, or when there is none. */
  async run(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    const selected = editor === undefined ? [] : selectedSpans(editor);
    const refusal = refuseCursors(selected, vscode.l10n);
    if (editor === undefined || refusal !== undefined) {
      sayUntilSelected(refusal ?? '');
      return;
    }
    const { document } = editor;
    const { version } = document;
    if (await refusesDocument(document, this.parts.exclusion)) {
      return;
    }
    const start = selected[0]?.start ?? 0;
    const end = selected.at(-1)?.start ?? start;
    const cursors = selected.map((span) => ({ offset: span.start - start, isFilled: false }));
    // What only touches them is typed at one of the cursors, so that what is proposed there may no longer fit.
    const trackedSpan = new TrackedSpan({ start, end }, 'inside');
    if (document.version === version) {
      await this.propose({ document, trackedSpan, cursors, attempt: 0 });
    } else {
      sayChanged();
    }
  }

  dispose(): void {
    this.running?.abort();
    this.subscription.dispose();
  }

  private async propose(task: HolesTask): Promise<void> {
    await this.parts.review.close();
    this.running?.abort();
    this.running = new AbortController();
    const { signal } = this.running;
    this.task = task;
    const { span } = task.trackedSpan;
    if (span === undefined) {
      sayChanged();
      return;
    }
    const original = spanText(task.document, span);
    const offsets = task.cursors.filter(({ isFilled }) => !isFilled).map(({ offset }) => offset);
    const places = offsets.map((offset) => placeOf(task.document, span.start + offset));
    const request = this.request(task, span.start, offsets);
    const startedAt = performance.now();
    const note = await openProgressNote(true);
    try {
      const outcomes = await this.fill(request, note, signal);
      note.close();
      this.record(task, places, outcomes, performance.now() - startedAt);
      // The person may have cancelled it, or asked for something else, just when it was done.
      if (note.token.isCancellationRequested || signal.aborted) {
        return;
      }
      const filled = filledHoles(offsets, outcomes);
      if (filled.changes.length > 0) {
        await this.parts.review.show(this.proposed(task, original, filled));
      }
      if (filled.changes.length === 0 || task.trackedSpan.span !== undefined) {
        void this.explain(task, filled, span.start);
      }
    } catch (thrown) {
      note.close();
      if (!signal.aborted) {
        this.parts.notice.show(toInfillError(thrown), true);
      }
    }
  }

  private request({ document, attempt }: HolesTask, start: number, offsets: readonly number[]): HolesRequest {
    const settings = readSettings(document);
    const options = holesOptions(settings, attempt);
    const around = textAround(
      document,
      offsets.map((offset) => start + offset),
    );
    // Where a place is in the project is not known of a text that is sent in part.
    const isOfProject = settings.project !== 'off' && around.isWhole;
    const form = isOfProject ? { ...around.document, uri: projectUri(document) } : around.document;
    return { parts: around.parts, document: form, options };
  }

  private async fill(request: HolesRequest, note: ProgressNote, newer: AbortSignal): Promise<readonly InfillOutcome[]> {
    const { service } = this.parts;
    const count = request.parts.length - 1;
    const { signal, dispose } = abortSignalOf(note.token);
    let progress: HolesProgress | undefined;
    note.say(
      service.state.info === undefined
        ? vscode.l10n.t('loading the model')
        : vscode.l10n.t('filling {0} cursors', count),
    );
    const onStep = (trace: StepTrace): void => {
      progress ??= new HolesProgress(count, stepLimit(request.options, service.state.info?.steps.most), vscode.l10n);
      const { text, share } = progress.after(trace);
      note.say(text, share);
    };
    try {
      return await service.holes(request, { signal: AbortSignal.any([signal, newer]), onStep });
    } finally {
      dispose();
    }
  }

  private proposed(task: HolesTask, original: string, { changes, empty }: FilledHoles): Proposed {
    const { document, trackedSpan, cursors, attempt } = task;
    const { l10n } = vscode;
    const count = changes.length + empty.length;
    return {
      document,
      trackedSpan,
      original,
      changes,
      title: l10n.t('{0}: {1} of {2} cursors filled', previewName(document), changes.length, count),
      whenChanged: l10n.t(
        'The text at or between the cursors has changed, so the proposal no longer fits. Nothing was inserted.',
      ),
      again: {
        label: l10n.t('Try Again'),
        run: async (now) => {
          // The document may have become an excluded one: settings and languages change.
          if (!(await refusesDocument(document, this.parts.exclusion))) {
            await this.propose({ document, trackedSpan, cursors: now, attempt: attempt + 1 });
          }
        },
      },
      cursors,
    };
  }

  /**
   * Says why nothing is proposed at some of the cursors, or at all. With a button, as only then VS Code shows all of a message.
   *
   * @param start where the first cursor stood when it was asked
   */
  private async explain(task: HolesTask, { changes, empty }: FilledHoles, start: number): Promise<void> {
    const { l10n } = vscode;
    const text = emptyInWords(linesOf(task, empty, start), changes.length + empty.length, l10n);
    if (text === undefined || empty.every(({ reason }) => reason === 'cancelled')) {
      return;
    }
    const why = l10n.t('Why Was Nothing Suggested?');
    if ((await vscode.window.showInformationMessage(foreignText(text), why)) === why) {
      await vscode.commands.executeCommand('infill.whyNothing');
    }
  }

  /** Each of the cursors is told of by itself, so that each has its reason. */
  private record(
    { document }: HolesTask,
    places: readonly ReturnType<typeof placeOf>[],
    outcomes: readonly InfillOutcome[],
    ms: number,
  ): void {
    const { steps } = readSettings(document);
    for (const [index, place] of places.entries()) {
      const outcome = outcomes[index];
      if (outcome !== undefined) {
        recordRun(this.parts.requests, { document, trigger: 'holes', place, steps, ms }, outcome);
      }
    }
  }
}

/** @param before where the first cursor stood when it was asked, which counts where it is lost */
function linesOf(
  { document, trackedSpan }: HolesTask,
  empty: readonly EmptyHole[],
  before: number,
): (EmptyHole & { readonly line: number })[] {
  const { start } = trackedSpan.span ?? { start: before };
  return empty.map((hole) => ({ ...hole, line: lineAtOffset(document, start + hole.offset) + 1 }));
}

function placeOf(document: vscode.TextDocument, offset: number): ReturnType<typeof placeAt> {
  return placeAt(document, { line: lineAtOffset(document, offset), character: 0 });
}

function sayUntilSelected(text: string): void {
  void passingNote(text, [vscode.window.onDidChangeTextEditorSelection, vscode.window.onDidChangeActiveTextEditor]);
}

function sayChanged(): void {
  sayUntilSelected(vscode.l10n.t('The text at the cursors has changed. Run the command again.'));
}
