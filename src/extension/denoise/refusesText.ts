import * as vscode from 'vscode';
import { placeFacts, refuseDocument } from '../editor/eligibility.js';
import { reasonText } from '../log/reasonText.js';
import { onSettingsChanged, readSettings } from '../settings/configuration.js';
import type { FileExclusion } from '../settings/fileExclusion.js';
import { foreignText } from '../ui/foreignText.js';
import { passingNote } from '../ui/passingNote.js';

/** Why a document's text must not be used, as a person reads it; undefined where it may. What is asked for needs nothing switched on. */
export function refusalOf(document: vscode.TextDocument, exclusion: FileExclusion): string | undefined {
  const facts = placeFacts(document, readSettings(document), false, exclusion);
  const refused = refuseDocument({ ...facts, enabled: true }, vscode.l10n);
  return refused && `${reasonText(refused.reason, vscode.l10n)} ${refused.detail}`.trim();
}

/** Whether a document's text must not be used; says why then. */
export function refusesText(document: vscode.TextDocument, exclusion: FileExclusion): boolean {
  const refusal = refusalOf(document, exclusion);
  if (refusal !== undefined) {
    void passingNote(foreignText(refusal), [vscode.window.onDidChangeActiveTextEditor, onSettingsChanged]);
  }
  return refusal !== undefined;
}
