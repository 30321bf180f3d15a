import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { errorCode } from '../../shared/errorCode.js';
import { InfillError } from '../../shared/infillError.js';
import type { ProjectDocument } from '../../shared/projectDocument.js';
import { FolderRules } from '../../workspace/folderRules.js';
import { isSecretFile } from '../../workspace/isSecretFile.js';
import { nearestFirst } from '../../workspace/nearestFirst.js';
import { decodeUtf8, LARGEST_TEXT, unusable, type Unusable, wellDecoded } from '../../workspace/usableText.js';
import { languageOfFile } from './languageOfFile.js';

/** What VS Code leaves out of a folder and of its search unless told otherwise. */
const LEFT_OUT = [
  '**/.git',
  '**/.svn',
  '**/.hg',
  '**/.DS_Store',
  '**/Thumbs.db',
  '**/node_modules',
  '**/bower_components',
  '**/*.code-search',
];
/** Files that are read together. */
const BATCH = 16;

/** The texts of a folder that suggestions may draw from. */
export interface WorkspaceFiles {
  readonly documents: readonly ProjectDocument[];
  /** Files that take no part, though no rule of the folder ignores them, by the reason. */
  readonly leftOut: Readonly<Record<Unusable | 'secret' | 'beyond the limit', number>>;
}

export interface WorkspaceOptions {
  /** UTF-16 units of text that are read at most. */
  readonly limit: number;
  /** The file that is worked on, absolute: those near it come first. */
  readonly near?: string;
  readonly signal?: AbortSignal;
}

/**
 * Reads what a project in `folder` (absolute) has written itself: what no .gitignore names, no file that usually holds secrets, and no
 * large, binary or minified one. Links are not followed.
 *
 * @throws InfillError where there is no such folder
 */
export async function readWorkspace(
  folder: string,
  { limit, near, signal }: WorkspaceOptions,
): Promise<WorkspaceFiles> {
  await requireFolder(folder);
  const leftOut = { secret: 0, large: 0, binary: 0, minified: 0, 'beyond the limit': 0 };
  const names: string[] = [];
  for (const name of await filesOf(folder, signal)) {
    if (isSecretFile(name, withSlashes(path.join(folder, name)))) leftOut.secret++;
    else names.push(name);
  }
  const front =
    near === undefined
      ? undefined
      : { uri: withSlashes(path.relative(folder, near)), languageId: languageOfFile(near) };
  const ordered = nearestFirst(names, front, languageOfFile);
  const documents: ProjectDocument[] = [];
  let units = 0;
  for (let at = 0; at < ordered.length; at += BATCH) {
    signal?.throwIfAborted();
    if (units >= limit) {
      leftOut['beyond the limit'] += ordered.length - at;
      break;
    }
    const read = await Promise.all(ordered.slice(at, at + BATCH).map((name) => documentOf(folder, name)));
    for (const document of read) {
      if (document === undefined) continue;
      if (typeof document === 'string') leftOut[document]++;
      else if (units + document.text.length > limit) leftOut['beyond the limit']++;
      else {
        documents.push(document);
        units += document.text.length;
      }
    }
  }
  return { documents, leftOut };
}

/**
 * The absolute path of a folder that an option names. Looked at before anything is loaded, so that a wrong one is told at once.
 *
 * @throws InfillError where there is no such folder, or it cannot be read
 */
export async function workspaceFolder(named: string, cwd: string): Promise<string> {
  const folder = path.resolve(cwd, named);
  await requireFolder(folder);
  return folder;
}

/** The uri of a file as documents of a workspace have it. */
export function uriOfFile(file: string): string {
  return pathToFileURL(file).href;
}

async function requireFolder(folder: string): Promise<void> {
  const invalid = (what: string, remedy: string, cause?: unknown): InfillError =>
    new InfillError('invalid-request', `The workspace folder ${folder} ${what}.`, remedy, { cause });
  let isFolder: boolean;
  try {
    isFolder = (await stat(folder)).isDirectory();
    if (isFolder) await readdir(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') throw invalid('does not exist', 'Check the path.', error);
    const message = error instanceof Error ? error.message : String(error);
    throw invalid(`cannot be read: ${message}`, 'Check the path and its permissions.', error);
  }
  if (!isFolder) throw invalid('is a file', 'Name the folder that it is in.');
}

/** Paths below the folder, with `/`, in the order of their names, what is further up first. */
async function filesOf(folder: string, signal: AbortSignal | undefined): Promise<string[]> {
  const rules = new FolderRules({ patterns: LEFT_OUT, ignoreFile: (below) => ignoreFile(path.join(folder, below)) });
  const files: string[] = [];
  const folders = [''];
  // What is found on the way is walked through too.
  for (const below of folders) {
    signal?.throwIfAborted();
    const entries = await readdir(path.join(folder, below), { withFileTypes: true }).catch(() => []);
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const name = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory() && !(await rules.leavesFolderOut(name))) folders.push(name);
      if (entry.isFile() && !(await rules.leavesOut(name))) files.push(name);
    }
  }
  return files;
}

async function ignoreFile(folder: string): Promise<string | undefined> {
  return readFile(path.join(folder, '.gitignore'), 'utf8').catch(() => undefined);
}

/** A file's text; or why it takes no part; or undefined if it cannot be read. */
async function documentOf(folder: string, name: string): Promise<ProjectDocument | Unusable | undefined> {
  const file = path.join(folder, name);
  try {
    if ((await stat(file)).size > LARGEST_TEXT) return 'large';
    const decoded = decodeUtf8(await readFile(file));
    const text = decoded === undefined ? undefined : wellDecoded(decoded);
    if (text === undefined) return 'binary';
    const languageId = languageOfFile(name);
    return unusable(text, languageId) ?? { uri: uriOfFile(file), path: name, languageId, text };
  } catch {
    return undefined;
  }
}

function withSlashes(file: string): string {
  return file.replaceAll('\\', '/');
}
