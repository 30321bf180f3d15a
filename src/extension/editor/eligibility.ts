import * as vscode from 'vscode';
import type { Settings } from '../settings/settings.js';
import type { FileExclusion } from '../settings/fileExclusion.js';
import { isMessageBox } from './messageBox.js';
import { notebookOf } from './notebookCells.js';
import { pathByLanguage } from '../settings/secretLanguages.js';
import { pathsForPatterns } from './fileNames.js';
import type { Localizer } from '../ui/localizer.js';
import type { Refusal } from './refusePlace.js';

/** What is known about a place before any text of the document is read. */
export interface PlaceFacts {
  readonly enabled: boolean;
  /** Asked for by VS Code while a person types; otherwise by a command. */
  readonly automatic: boolean;
  /** Of the document; of a notebook's cell that of the notebook. */
  readonly scheme: string;
  /** Whether files of this scheme can be written; undefined where VS Code knows no file system of that name. */
  readonly isWritable: boolean | undefined;
  readonly languageId: string;
  /** The pattern of excluded files that matches. */
  readonly excludedBy: string | undefined;
  /** The pattern that would match if the document were named as files of its language are. */
  readonly languageExcludedBy: string | undefined;
  readonly hasSelection: boolean;
  /** Whether suggestions are on in boxes for messages; absent where text of such a box may not be used at all. */
  readonly messages?: boolean;
}

/**
 * Documents that hold text of their own under an address of their own, by which they can be excluded. All others may show lines of any
 * file, excluded ones too, under an address that does not tell: search editors, output, consoles, terminals, histories, earlier
 * versions, comments, chats, previews.
 */
const OWN_TEXT = new Set([
  'file',
  'untitled',
  'vscode-interactive',
  'vscode-interactive-input',
  'vscode-notebook-cell',
  'vscode-remote',
  'vscode-userdata',
  'vscode-vfs',
]);

/** VS Code itself keeps snapshots and other foreign text in writable file systems. */
const OF_VSCODE = /^(vscode|chat|agent|git|search|output|debug|comment|infill)(-|$)/;

/** Languages of documents that list lines of other files: saved searches, patches, and commit messages with the changes below them. */
const LANGUAGES_OF_OTHERS = new Set(['search-result', 'diff', 'git-commit']);

/** Whether text under this scheme is what its address says. */
export function holdsOwnText({ scheme, isWritable }: Pick<PlaceFacts, 'scheme' | 'isWritable'>): boolean {
  // Other extensions bring file systems of their own: SSH, FTP, shared sessions.
  return OWN_TEXT.has(scheme) || (isWritable === true && !OF_VSCODE.test(scheme));
}

export function refuseDocument(facts: PlaceFacts, l10n: Localizer): Refusal | undefined {
  if (facts.messages !== undefined && isMessageBox(facts)) {
    if (!facts.messages) {
      return { reason: 'disabled', detail: l10n.t('Suggestions in the commit box and in comments are off.') };
    }
  } else if (!holdsOwnText(facts) || LANGUAGES_OF_OTHERS.has(facts.languageId)) {
    return { reason: 'foreign-view', detail: l10n.t('They may show text from excluded files.') };
  }
  if (!facts.enabled) {
    return { reason: 'disabled', detail: '' };
  }
  if (facts.excludedBy !== undefined) {
    return { reason: 'excluded-file', detail: l10n.t('It matches {0} in infill.excludedFiles.', facts.excludedBy) };
  }
  if (facts.languageExcludedBy !== undefined) {
    const detail = l10n.t('Files of its language match {0} in infill.excludedFiles.', facts.languageExcludedBy);
    return { reason: 'excluded-file', detail };
  }
  if (facts.automatic && facts.hasSelection) {
    return { reason: 'selection', detail: '' };
  }
  return undefined;
}

/** Why suggestions are not made unasked in an editor. What a person asked for stands there all the same. */
export function refuseUnasked(automaticOn: boolean, l10n: Localizer): Refusal | undefined {
  return automaticOn
    ? undefined
    : { reason: 'not-asked', detail: l10n.t('Automatic suggestions are off. Trigger Suggestion still works.') };
}

/** What is known about a document before its text is read. */
export function placeFacts(
  document: vscode.TextDocument,
  settings: Settings,
  automatic: boolean,
  exclusion: FileExclusion,
): PlaceFacts {
  const { languageId, isUntitled } = document;
  // A cell's own address does not tell whether its notebook is a file or an earlier version of one.
  const { scheme } = (notebookOf(document) ?? document).uri;
  return {
    ...textFacts({ scheme, languageId, isUntitled, paths: pathsForPatterns(document) }, settings, exclusion),
    automatic,
    hasSelection: editorOf(document)?.selections.some((selection) => !selection.isEmpty) ?? false,
  };
}

/** A text, open or not. */
export interface TextAddress {
  readonly scheme: string;
  readonly languageId: string;
  readonly isUntitled: boolean;
  /** As patterns may mean it. */
  readonly paths: readonly string[];
}

/** What is known about a text, wherever it is used. */
export function textFacts(
  { scheme, languageId, isUntitled, paths }: TextAddress,
  settings: Settings,
  exclusion: FileExclusion,
): PlaceFacts {
  const byLanguage = pathByLanguage(languageId, isUntitled);
  const excludedBy = (those: readonly string[]): string | undefined =>
    exclusion.patternFor(those, settings.excludedFiles);
  return {
    enabled: settings.enabled,
    automatic: false,
    scheme,
    isWritable: vscode.workspace.fs.isWritableFileSystem(scheme),
    languageId,
    excludedBy: excludedBy(paths),
    languageExcludedBy: byLanguage === undefined ? undefined : excludedBy([byLanguage]),
    hasSelection: false,
  };
}

export function editorOf(document: vscode.TextDocument): vscode.TextEditor | undefined {
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  return activeTextEditor?.document === document
    ? activeTextEditor
    : visibleTextEditors.find((each) => each.document === document);
}
