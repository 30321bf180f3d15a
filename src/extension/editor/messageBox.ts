import * as vscode from 'vscode';
import { pathsOf } from './fileNames.js';
import { changesOf, type RepositoryChange, repositoryAt } from './repository.js';

const COMMIT_BOX = 'vscode-scm';
/** Schemes of boxes in which a person writes a message: that of a commit, and those of comments. */
const BOXES = new Set([COMMIT_BOX, 'comment']);
/** More names say no more of what a commit is about. */
const MOST_FILES = 20;

export function isMessageBox({ scheme }: Pick<vscode.Uri, 'scheme'>): boolean {
  return BOXES.has(scheme);
}

/**
 * What stands before a commit's message in the editors of git: the branch, and the files that change. '' for other documents, and where
 * nothing of this is known.
 *
 * @param isExcluded whether a file may not be named, by its paths as patterns mean them.
 */
export function messagePreface(
  { uri }: vscode.TextDocument,
  isExcluded: (paths: readonly string[]) => boolean,
): string {
  const repository = uri.scheme === COMMIT_BOX ? repositoryAt(uri) : undefined;
  if (repository === undefined) {
    return '';
  }
  const changes = changesOf(repository).filter((change) => !isExcluded(pathsOf(change.uri, change.uri.path)));
  const branch = repository.state.HEAD?.name;
  const lines = [
    ...(branch === undefined ? [] : [`# On branch ${branch}`]),
    ...(changes.length === 0 ? [] : ['# Changes to be committed:']),
    ...changes.slice(0, MOST_FILES).map(lineOf),
  ];
  return lines.length === 0 ? '' : `${lines.join('\n')}\n#\n`;
}

function lineOf({ uri, what }: RepositoryChange): string {
  return `#\t${what}:   ${vscode.workspace.asRelativePath(uri, false)}`;
}
