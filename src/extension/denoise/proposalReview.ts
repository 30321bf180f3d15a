import * as vscode from 'vscode';
import type { Span } from '../../shared/infillRequest.js';
import type { DenoisedChange, DenoiseOutcome } from '../../shared/outcome.js';
import { replaceSpans, selectedSpan, selectSpan, showSpan, spanText } from '../editor/editorText.js';
import { displayName } from '../editor/fileNames.js';
import { foreignText } from '../ui/foreignText.js';
import { changeInWords } from './changeInWords.js';
import type { DenoiseTask } from './denoiseTask.js';
import { isPreviewTab, type PreviewDocuments } from './previewDocuments.js';
import { type PreviewFrame, previewFrame, previewName } from './previewFrame.js';
import { openProgressNote, type ProgressNote } from './progressNote.js';
import { ProposedChanges } from './proposedChanges.js';

const OPEN_CONTEXT = 'infill.proposalOpen';

interface Proposal {
  readonly task: DenoiseTask;
  readonly note: ProgressNote;
  readonly frame: PreviewFrame;
  readonly left: vscode.TextDocument;
  readonly right: vscode.TextDocument;
  changes: ProposedChanges;
  /** Index of the change that the person looks at. */
  current: number;
}

/** Shows a proposal beside the original and leaves the document alone until the person accepts its changes, one by one or all. */
export class ProposalReview implements vscode.Disposable {
  private proposal: Proposal | undefined;
  private lastDecision: Promise<unknown> = Promise.resolve();
  private readonly subscriptions = [
    vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
      if (closed.some(isPreviewTab)) {
        void this.discard();
      }
    }),
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.follow(textEditor)),
  ];

  constructor(private readonly documents: PreviewDocuments) {}

  /** @param selection where it stands, and what it said when it was denoised */
  async show(
    task: DenoiseTask,
    selection: { readonly span: Span; readonly text: string },
    { changes: proposed }: Extract<DenoiseOutcome, { kind: 'denoised' }>,
  ): Promise<void> {
    await this.discard();
    const { document } = task;
    const changes = new ProposedChanges(selection.text, proposed);
    const frame = previewFrame(document, selection.span);
    const name = previewName(document);
    const texts = sides(frame, changes);
    const left = await this.documents.add(name, document.languageId, texts.left);
    const right = await this.documents.add(name, document.languageId, texts.right);
    const proposal = { task, frame, left, right, changes, current: 0 };
    await openDiff(proposal);
    const note = await openProgressNote(false);
    this.proposal = { ...proposal, note };
    await vscode.commands.executeCommand('setContext', OPEN_CONTEXT, true);
    say(this.proposal);
  }

  /** All changes that are left, in one edit, undone in one step; refused where the selected text was changed in the meantime. */
  accept(): Promise<void> {
    return this.decide(async (proposal) => {
      if (await replace(proposal, proposal.changes.left)) {
        await this.finish(proposal.task);
      }
    });
  }

  /** The change that the person looks at, likewise. The next one comes into view; after the last one the review is over. */
  acceptChange(): Promise<void> {
    return this.decide(async (proposal) => {
      const { changes, current } = proposal;
      if (!(await replace(proposal, changes.left.slice(current, current + 1)))) {
        return;
      }
      const left = changes.accept(current);
      await (left.left.length === 0 ? this.finish(proposal.task) : this.goOn(proposal, left, current));
    });
  }

  /** The change that the person looks at is proposed no longer. The next one comes into view; after the last one the review is over. */
  discardChange(): Promise<void> {
    return this.decide(async (proposal) => {
      const { changes, current } = proposal;
      const left = changes.discard(current);
      await (left.left.length === 0 ? this.discard() : this.goOn(proposal, left, current));
    });
  }

  /** Brings the next change into view, after the last one the first, and decides nothing. */
  nextChange(): Promise<void> {
    return this.decide((proposal) => look(proposal, proposal.current + 1));
  }

  /** Closes the preview; the document stays as it is. */
  async discard(): Promise<void> {
    const { proposal } = this;
    if (proposal === undefined) {
      return;
    }
    this.proposal = undefined;
    proposal.note.close();
    await vscode.commands.executeCommand('setContext', OPEN_CONTEXT, false);
    await this.documents.close();
  }

  dispose(): void {
    this.proposal?.note.close();
    this.subscriptions.forEach((each) => void each.dispose());
  }

  /** Decisions are made one after the other, however fast the keys are pressed. */
  private decide(decision: (proposal: Proposal) => Promise<void>): Promise<void> {
    const done = this.lastDecision.then(async () => {
      if (this.proposal !== undefined) {
        await decision(this.proposal);
      }
    });
    this.lastDecision = done.catch(() => undefined);
    return done;
  }

  /** With what is left after a decision about the change at `index`. */
  private async goOn(proposal: Proposal, changes: ProposedChanges, index: number): Promise<void> {
    proposal.changes = changes;
    const texts = sides(proposal.frame, changes);
    await this.documents.update(proposal.left, texts.left);
    await this.documents.update(proposal.right, texts.right);
    if (this.proposal === proposal) {
      await look(proposal, index);
    }
  }

  /** Everything is accepted: the document comes back into view. */
  private async finish({ document: { uri }, trackedSpan: { span } }: DenoiseTask): Promise<void> {
    await this.discard();
    if (span !== undefined && uri.scheme !== 'vscode-notebook-cell') {
      selectSpan(await vscode.window.showTextDocument(uri, { preview: false }), span);
    }
  }

  /** The change that the person looks at is the one at the cursor, on either side. */
  private follow(editor: vscode.TextEditor): void {
    const { proposal } = this;
    const isOf = (side: vscode.TextDocument): boolean => side.uri.toString() === editor.document.uri.toString();
    if (proposal === undefined || !(isOf(proposal.left) || isOf(proposal.right))) {
      return;
    }
    const offset = selectedSpan(editor).start - proposal.frame.before.length;
    const current = proposal.changes.nearest(offset, isOf(proposal.left) ? 'original' : 'text');
    if (current !== proposal.current) {
      proposal.current = current;
      say(proposal);
    }
  }
}

/** Makes changes in the document, in one edit. Says why where that is not possible. */
async function replace({ task, changes }: Proposal, chosen: readonly DenoisedChange[]): Promise<boolean> {
  const document = await vscode.workspace.openTextDocument(task.document.uri);
  const { span } = task.trackedSpan;
  if (span === undefined || spanText(document, span) !== changes.original) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t('The selected text has changed, so the proposal no longer fits. Nothing was replaced.'),
    );
    return false;
  }
  const replacements = chosen.map((change) => ({
    span: { start: span.start + change.span.start, end: span.start + change.span.end },
    text: change.text,
  }));
  const isMade = await task.trackedSpan.whileEdited(() => replaceSpans(document, replacements));
  if (!isMade) {
    void vscode.window.showErrorMessage(
      foreignText(vscode.l10n.t('VS Code refused to change {0}. It may be read-only.', displayName(document.uri))),
    );
  }
  return isMade;
}

/** Brings a change into view; an index beyond the last means the first. */
async function look(proposal: Proposal, index: number): Promise<void> {
  proposal.current = index % proposal.changes.left.length;
  await openDiff(proposal);
  say(proposal);
}

/** Shows the comparison, or the one that is open already, with the current change selected. */
async function openDiff({ task, frame, left, right, changes, current }: Omit<Proposal, 'note'>): Promise<void> {
  const { start, end } = changes.spanInText(current);
  const offset = frame.before.length;
  const group = vscode.window.tabGroups.all.find(({ tabs }) => tabs.some(isPreviewTab));
  await vscode.commands.executeCommand(
    'vscode.diff',
    left.uri,
    right.uri,
    vscode.l10n.t('{0}: selection denoised at {1}%', previewName(task.document), Math.round(task.strength * 100)),
    { ...showSpan(right, { start: offset + start, end: offset + end }), viewColumn: group?.viewColumn },
  );
}

/** The same choices as the buttons above the preview, easier to find, with what the current change does. The likeliest ones come first. */
function say({ note, changes: { left }, current }: Proposal): void {
  const change = left[current];
  if (change === undefined) {
    return;
  }
  const { l10n } = vscode;
  const link = (label: string, command: string): string => `[${label}](command:infill.${command})`;
  const inWords = changeInWords(change, l10n);
  const parts =
    left.length === 1
      ? [link(l10n.t('Accept'), 'acceptProposal'), inWords]
      : [
          link(l10n.t('Accept All'), 'acceptProposal'),
          link(l10n.t('Accept This'), 'acceptChange'),
          link(l10n.t('Next'), 'nextChange'),
          l10n.t('{0} of {1}: {2}', current + 1, left.length, inWords),
        ];
  const others = [link(l10n.t('Try Again...'), 'denoiseAgain'), link(l10n.t('Discard'), 'discardProposal')];
  note.say([...parts, ...others].join(' · '), 1);
}

function sides({ before, after }: PreviewFrame, { original, text }: ProposedChanges): { left: string; right: string } {
  return { left: before + original + after, right: before + text + after };
}
