import * as vscode from 'vscode';
import type { DenoiseOutcome } from '../../shared/outcome.js';
import {
  documentLength,
  lineAtOffset,
  replaceSpan,
  selectSpan,
  showAtLine,
  spanOfLines,
  spanText,
} from '../editor/editorText.js';
import { foreignText } from '../ui/foreignText.js';
import type { DenoiseTask } from './denoiseTask.js';
import type { ProgressNote } from './progressNote.js';
import { isPreviewTab, type PreviewDocuments } from './previewDocuments.js';

/** Longer documents are shown around the selection only. */
const LONGEST_PREVIEW = 2_000_000;
const LINES_AROUND = 500;

const OPEN_CONTEXT = 'infill.proposalOpen';

type Denoised = Extract<DenoiseOutcome, { kind: 'denoised' }>;

interface Proposal {
  readonly task: DenoiseTask;
  readonly text: string;
}

/** Shows a proposal beside the original and leaves the document alone until the person accepts it. */
export class ProposalReview implements vscode.Disposable {
  private proposal: Proposal | undefined;
  private decided: () => void = () => undefined;
  private readonly subscription = vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
    if (closed.some(isPreviewTab)) {
      void this.discard();
    }
  });

  constructor(private readonly documents: PreviewDocuments) {}

  /** @param note closed when the person has decided, left open where showing fails. */
  async show(task: DenoiseTask, { text, tokens }: Denoised, note: ProgressNote): Promise<void> {
    const proposal = { task, text };
    await this.openDiff(proposal);
    this.proposal = proposal;
    await vscode.commands.executeCommand('setContext', OPEN_CONTEXT, true);
    const changed = tokens.filter((token) => token.changed).length;
    this.ask(vscode.l10n.t('{0} of {1} tokens changed', changed, tokens.length), note);
  }

  /** One edit, undone in one step; refused where the selected text was changed in the meantime. */
  async accept(): Promise<void> {
    const { proposal } = this;
    if (proposal === undefined) {
      return;
    }
    const { task, text } = proposal;
    const document = await vscode.workspace.openTextDocument(task.document.uri);
    const { span } = task.trackedSpan;
    if (span === undefined || spanText(document, span) !== task.original) {
      void vscode.window.showWarningMessage(
        vscode.l10n.t(
          'The selected text has changed since, so the proposal does not fit any more. Nothing was replaced.',
        ),
      );
      return;
    }
    if (!(await replaceSpan(document, span, text))) {
      void vscode.window.showErrorMessage(
        foreignText(vscode.l10n.t('VS Code refused to change {0}. It may be read-only.', document.fileName)),
      );
      return;
    }
    await this.discard();
    const accepted = { start: span.start, end: span.start + text.length };
    if (document.uri.scheme !== 'vscode-notebook-cell') {
      selectSpan(await vscode.window.showTextDocument(document, { preview: false }), accepted);
    }
  }

  /** Closes the preview; the document stays as it is. */
  async discard(): Promise<void> {
    if (this.proposal === undefined) {
      return;
    }
    this.proposal = undefined;
    this.decided();
    await vscode.commands.executeCommand('setContext', OPEN_CONTEXT, false);
    await this.documents.close();
  }

  dispose(): void {
    this.decided();
    this.subscription.dispose();
  }

  private async openDiff({ task, text }: Proposal): Promise<void> {
    const { document, trackedSpan, original } = task;
    const span = trackedSpan.span ?? { start: 0, end: 0 };
    const whole = documentLength(document) <= LONGEST_PREVIEW;
    const firstLine = whole ? 0 : lineAtOffset(document, span.start) - LINES_AROUND;
    const lastLine = whole ? document.lineCount : lineAtOffset(document, span.end) + LINES_AROUND;
    const around = spanOfLines(document, firstLine, lastLine);
    const before = spanText(document, { start: around.start, end: span.start });
    const after = spanText(document, { start: span.end, end: around.end });
    const name = previewName(document);
    const left = await this.documents.add(name, document.languageId, before + original + after);
    const right = await this.documents.add(name, document.languageId, before + text + after);
    await vscode.commands.executeCommand(
      'vscode.diff',
      left,
      right,
      vscode.l10n.t('{0}: selection denoised at {1} %', name, Math.round(task.strength * 100)),
      showAtLine(lineAtOffset(document, span.start) - Math.max(0, firstLine)),
    );
  }

  /** The same choices as the buttons above the preview, easier to find. The notification goes when the choice is made. */
  private ask(summary: string, note: ProgressNote): void {
    const accept = vscode.l10n.t('Accept');
    const again = vscode.l10n.t('Again...');
    note.say(`${summary}: [${accept}](command:infill.acceptProposal) · [${again}](command:infill.denoiseAgain)`, true);
    const cancelled = note.token.onCancellationRequested(() => void this.discard());
    this.decided = () => {
      cancelled.dispose();
      note.close();
    };
  }
}

/** A notebook's cell must not look like a notebook. */
function previewName(document: vscode.TextDocument): string {
  const name = document.uri.path.split('/').at(-1) ?? document.uri.path;
  return document.uri.scheme === 'vscode-notebook-cell' ? name.replace(/\.[^.]*$/, '') : name;
}
