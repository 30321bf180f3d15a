import * as vscode from 'vscode';
import { refusesText } from '../denoise/refusesText.js';
import { displayName } from '../editor/fileNames.js';
import type { FileExclusion } from '../settings/fileExclusion.js';
import { foreignText } from '../ui/foreignText.js';
import { passingNote } from '../ui/passingNote.js';

/** Whether nothing may be put into a document, or its text must not be used; says why then. */
export async function refusesDocument(document: vscode.TextDocument, exclusion: FileExclusion): Promise<boolean> {
  if (refusesText(document, exclusion)) {
    return true;
  }
  const isRefused = await isReadOnly(document.uri);
  if (isRefused) {
    const text = vscode.l10n.t('{0} is read-only. Copy its text to another file first.', displayName(document.uri));
    void passingNote(foreignText(text), [vscode.window.onDidChangeActiveTextEditor]);
  }
  return isRefused;
}

/** As far as files tell: what VS Code's own settings say of them is known only when an edit is refused. */
async function isReadOnly(uri: vscode.Uri): Promise<boolean> {
  const { fs } = vscode.workspace;
  if (fs.isWritableFileSystem(uri.scheme) !== true) {
    return fs.isWritableFileSystem(uri.scheme) === false;
  }
  try {
    const { permissions = 0 } = await fs.stat(uri);
    return (permissions & vscode.FilePermission.Readonly) !== 0;
  } catch {
    return false; // it is not on disk yet
  }
}
