import * as vscode from 'vscode';

/** Of the API of VS Code's own git extension (its version 1), what is used here. */
interface GitApi {
  readonly repositories: readonly Repository[];
}

export interface Repository {
  readonly rootUri: vscode.Uri;
  readonly state: {
    readonly HEAD: { readonly name?: string } | undefined;
    readonly indexChanges: readonly GitChange[];
    readonly workingTreeChanges: readonly GitChange[];
    /** Absent in older versions, which list these files as changed. */
    readonly untrackedChanges?: readonly GitChange[];
  };
}

interface GitChange {
  readonly uri: vscode.Uri;
  readonly status: number;
}

/** A file that a commit would change, and how, as git says it. */
export interface RepositoryChange {
  readonly uri: vscode.Uri;
  readonly what: string;
}

/** The numbers of the API's `Status`. Others are changes of a merge, and files that are no part of the commit. */
const STATUS = new Map([
  [0, 'modified'],
  [1, 'new file'],
  [2, 'deleted'],
  [3, 'renamed'],
  [4, 'copied'],
  [5, 'modified'],
  [6, 'deleted'],
  [7, 'new file'],
  [9, 'new file'],
  [10, 'renamed'],
  [11, 'modified'],
]);

/** The repository of a commit box; undefined where it is of another source control, or the git extension does not run. */
export function repositoryAt(box: vscode.Uri): Repository | undefined {
  const [, encoded] = /^rootUri=(.*)$/.exec(box.query) ?? [];
  if (encoded === undefined) {
    return undefined;
  }
  // Encoded once or twice, as the box's address was handed on.
  const root = vscode.Uri.parse(decodeURIComponent(encoded)).path;
  return gitApi()?.repositories.find(({ rootUri }) => rootUri.path === root);
}

/** What a commit would change: what is staged, or everything where nothing is. */
export function changesOf({ state }: Repository): readonly RepositoryChange[] {
  const { indexChanges, workingTreeChanges, untrackedChanges = [] } = state;
  const changes = indexChanges.length > 0 ? indexChanges : [...workingTreeChanges, ...untrackedChanges];
  return changes.flatMap(({ uri, status }) => {
    const what = STATUS.get(status);
    return what === undefined ? [] : [{ uri, what }];
  });
}

function gitApi(): GitApi | undefined {
  const git = vscode.extensions.getExtension<{ readonly enabled: boolean; getAPI(version: 1): GitApi }>('vscode.git');
  return git?.isActive === true && git.exports.enabled ? git.exports.getAPI(1) : undefined;
}
