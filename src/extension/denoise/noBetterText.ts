import * as vscode from 'vscode';
import type { DenoiseOutcome } from '../../shared/outcome.js';
import { lineAtOffset } from '../editor/editorText.js';
import { displayName } from '../editor/fileNames.js';
import { engineText } from '../log/engineText.js';
import { reasonText } from '../log/reasonText.js';
import { foreignText } from '../ui/foreignText.js';
import type { DenoiseTask } from './denoiseTask.js';
import type { PreviewDocuments } from './previewDocuments.js';
import { refusedInWords } from './refusedInWords.js';

export type NoProposal = Extract<DenoiseOutcome, { kind: 'none' }>;

/** An outcome that leaves the text as it is proposes nothing. */
export function noProposalOf(outcome: DenoiseOutcome, original: string): NoProposal | undefined {
  if (outcome.kind === 'none') {
    return outcome;
  }
  const { refused, report } = outcome;
  return outcome.text === original ? { kind: 'none', reason: 'not-likelier', detail: '', refused, report } : undefined;
}

/**
 * Says why there is no proposal, with what was tried where something was.
 *
 * @param original the selection
 * @returns whether the person wants another strength
 */
export async function explainNone(
  { reason, detail, refused = [] }: NoProposal,
  { document, trackedSpan }: DenoiseTask,
  original: string,
  documents: PreviewDocuments,
): Promise<boolean> {
  const { l10n } = vscode;
  const firstLine = lineAtOffset(document, trackedSpan.span?.start ?? 0) + 1;
  const change = l10n.t('Change Strength...');
  const show = l10n.t('Show What Was Tried');
  const message = `${reasonText(reason, l10n)} ${engineText(detail, l10n)}`.trim();
  const choices = refused.length === 0 ? [change] : [change, show];
  const chosen = await vscode.window.showInformationMessage(foreignText(message), ...choices);
  if (chosen !== show) {
    return chosen === change;
  }
  const name = displayName(document.uri);
  const text = refusedInWords(refused, { name, selection: original, firstLine }, l10n);
  await vscode.window.showTextDocument(await documents.add(l10n.t('What Was Tried'), 'plaintext', text));
  // What was read there may be the reason for another strength.
  return (await vscode.window.showInformationMessage(foreignText(message), change)) === change;
}
