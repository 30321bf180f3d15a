import * as vscode from 'vscode';
import type { DenoisedChange } from '../../shared/outcome.js';
import { placeCursors, replaceSpans, selectedSpan, selectSpan, showSpan, spanText } from '../editor/editorText.js';
import { displayName } from '../editor/fileNames.js';
import { foreignText } from '../ui/foreignText.js';
import { changeInWords } from './changeInWords.js';
import type { Proposed, ReviewedCursor } from './denoiseTask.js';
import { isPreviewTab, type PreviewDocuments } from './previewDocuments.js';
import { type PreviewFrame, previewFrame, previewName } from './previewFrame.js';
import { openProgressNote, type ProgressNote } from './progressNote.js';
import { cursorsAfter, ProposedChanges } from './proposedChanges.js';

const OPEN_CONTEXT = 'infill.proposalOpen';

interface Proposal {
  readonly proposed: Proposed;
  readonly note: ProgressNote;
  readonly frame: PreviewFrame;
  readonly left: vscode.TextDocument;
  readonly right: vscode.TextDocument;
  changes: ProposedChanges;
  /** Index of the change that the person looks at. */
  current: number;
  /** None where the whole stretch is selected. */
  cursors: readonly ReviewedCursor[];
}

/** Shows a proposal beside the original and leaves the document alone until the person accepts its changes, one by one or all. */
export class ProposalReview implements vscode.Disposable {
  private proposal: Proposal | undefined;
  private lastDecision: Promise<unknown> = Promise.resolve();
  private readonly subscriptions = [
    vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
      if (closed.some(isPreviewTab)) {
        void this.close();
      }
    }),
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.follow(textEditor)),
  ];

  constructor(private readonly documents: PreviewDocuments) {}

  /** Says that the stretch has been changed where it has been by now. */
  async show(proposed: Proposed): Promise<void> {
    await this.close();
    const { document, trackedSpan } = proposed;
    if (trackedSpan.span === undefined) {
      sayChanged(proposed);
      return;
    }
    const changes = new ProposedChanges(proposed.original, proposed.changes);
    const frame = previewFrame(document, trackedSpan.span);
    const name = previewName(document);
    const texts = sides(frame, changes);
    const left = await this.documents.add(name, document.languageId, texts.left);
    const right = await this.documents.add(name, document.languageId, texts.right);
    const proposal = { proposed, frame, left, right, changes, current: 0, cursors: proposed.cursors ?? [] };
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
        await this.finish(proposal);
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
      await (left.left.length === 0 ? this.finish(proposal) : this.goOn(proposal, left, current));
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

  /** Another proposal in place of this one; nothing where there is none. */
  async again(): Promise<void> {
    await this.proposal?.proposed.again.run(this.proposal.cursors);
  }

  /** Ends the review; the document stays as it is. */
  async discard(): Promise<void> {
    const { proposal } = this;
    if (proposal?.cursors.some(({ isFilled }) => isFilled) === true) {
      // The cursors that VS Code has kept stand where texts were put in since.
      await this.finish(proposal);
    } else if (proposal !== undefined) {
      await this.close();
      // What was in front before is in front again, but closing the comparison leaves the keys nowhere.
      await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
    }
  }

  /** Closes the preview, and leaves everything as it is. */
  async close(): Promise<void> {
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

  /** Everything is decided: the document comes back into view. */
  private async finish({ proposed, cursors }: Proposal): Promise<void> {
    await this.close();
    const { document, trackedSpan } = proposed;
    const before = trackedSpan.span;
    if (before === undefined || document.uri.scheme === 'vscode-notebook-cell') {
      return;
    }
    const editor = await vscode.window.showTextDocument(document.uri, { preview: false });
    const span = trackedSpan.span ?? before;
    if (cursors.length === 0) {
      selectSpan(editor, span);
    } else {
      placeCursors(
        editor,
        cursors.map(({ offset }) => span.start + offset),
      );
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
async function replace(proposal: Proposal, chosen: readonly DenoisedChange[]): Promise<boolean> {
  const { proposed, changes } = proposal;
  const { trackedSpan } = proposed;
  const document = await vscode.workspace.openTextDocument(proposed.document.uri);
  const { span } = trackedSpan;
  if (span === undefined || spanText(document, span) !== changes.original) {
    sayChanged(proposed);
    return false;
  }
  const replacements = chosen.map((change) => ({
    span: { start: span.start + change.span.start, end: span.start + change.span.end },
    text: change.text,
  }));
  const isMade = await trackedSpan.whileEdited(() => replaceSpans(document, replacements));
  if (isMade) {
    proposal.cursors = cursorsAfter(proposal.cursors, chosen);
  } else {
    void vscode.window.showErrorMessage(
      foreignText(vscode.l10n.t('VS Code refused to change {0}. It may be read-only.', displayName(document.uri))),
    );
  }
  return isMade;
}

function sayChanged({ whenChanged }: Proposed): void {
  void vscode.window.showWarningMessage(foreignText(whenChanged));
}

/** Brings a change into view; an index beyond the last means the first. */
async function look(proposal: Proposal, index: number): Promise<void> {
  proposal.current = index % proposal.changes.left.length;
  await openDiff(proposal);
  say(proposal);
}

/** Shows the comparison, or the one that is open already, with the current change selected. */
async function openDiff({ proposed, frame, left, right, changes, current }: Omit<Proposal, 'note'>): Promise<void> {
  const { start, end } = changes.spanInText(current);
  const offset = frame.before.length;
  const group = vscode.window.tabGroups.all.find(({ tabs }) => tabs.some(isPreviewTab));
  await vscode.commands.executeCommand('vscode.diff', left.uri, right.uri, proposed.title, {
    ...showSpan(right, { start: offset + start, end: offset + end }),
    viewColumn: group?.viewColumn,
  });
}

/** The same choices as the buttons above the preview, easier to find, with what the current change does. The likeliest ones come first. */
function say({ note, proposed, changes: { left }, current }: Proposal): void {
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
  const others = [link(proposed.again.label, 'denoiseAgain'), link(l10n.t('Discard'), 'discardProposal')];
  note.say([...parts, ...others].join(' · '), 1);
}

function sides({ before, after }: PreviewFrame, { original, text }: ProposedChanges): { left: string; right: string } {
  return { left: before + original + after, right: before + text + after };
}
