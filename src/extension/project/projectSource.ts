import { realpath } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { ProjectDocument } from '../../shared/projectDocument.js';
import { refuseDocument, type TextAddress, textFacts } from '../editor/eligibility.js';
import { displayName, pathsForPatterns, pathsOf } from '../editor/fileNames.js';
import { notebookOf, notebookTextUri } from '../editor/notebookCells.js';
import { excludedFromProject, fileAssociations, readSettings } from '../settings/configuration.js';
import type { FileExclusion } from '../settings/fileExclusion.js';
import type { Settings } from '../settings/settings.js';
import { FolderRules } from '../../workspace/folderRules.js';
import { type ContributedLanguage, languageOfPath } from './languageOfPath.js';
import { joinedByLanguage } from './languageText.js';
import { type Front, nearestFirst } from '../../workspace/nearestFirst.js';
import { textsOfNotebookFile } from './notebookFile.js';
import { openSources, sourceOf } from './openSources.js';
import type { FeedSource } from './projectFeed.js';
import { decodeUtf8, LARGEST_TEXT, type Unusable, unusable, wellDecoded } from '../../workspace/usableText.js';

/** Schemes of folders whose files are at hand. Others are virtual: every look at a file may go over the network. */
const REAL_FOLDERS = new Set(['file', 'vscode-remote']);
/** Of each folder. Far more than the limit of text has room for. */
const MOST_FILES = 100_000;
/** Files that are looked at in one turn of the event loop. */
const AT_ONCE = 100;
const NOTEBOOK_FILE = /\.ipynb$/i;
const MEGABYTE = 2 ** 20;

type Read = Awaited<ReturnType<FeedSource['read']>>;

/** The texts of the workspace, as far as settings, trust and ignore files let suggestions use them. */
export class ProjectSource implements FeedSource {
  /** By workspace folder; '' without one. */
  private readonly settings = new Map<string, Settings>();
  private readonly rules = new Map<string, FolderRules>();
  private languageOf: ((path: string) => string) | undefined;

  constructor(private readonly exclusion: FileExclusion) {}

  get limit(): number {
    return readSettings().projectMegabytes * MEGABYTE;
  }

  /** Settings, folders or ignore files have changed. */
  forgetRules(): void {
    this.settings.clear();
    this.rules.clear();
    this.languageOf = undefined;
  }

  open(): readonly string[] {
    return [...openSources()];
  }

  async files(): Promise<readonly string[]> {
    const folders = (vscode.workspace.workspaceFolders ?? []).filter((folder) => this.readsFiles(folder));
    const found = await Promise.all(folders.map((folder) => this.filesBelow(folder.uri)));
    return [...new Set(found.flat())];
  }

  /** The files in a folder that belong to the project, going by their names. */
  async filesBelow(base: vscode.Uri): Promise<readonly string[]> {
    const folder = vscode.workspace.getWorkspaceFolder(base);
    if (folder === undefined || !this.readsFiles(folder)) {
      return [];
    }
    // Only spares the listing what is left out below; a glob with commas or braces cannot stand in a list of them.
    const globs = excludedFromProject(folder.uri).filter((glob) => !/[,{}]/.test(glob));
    const pattern = new vscode.RelativePattern(base, '**/*');
    const inFolder = base.toString() === folder.uri.toString();
    const listed = await vscode.workspace.findFiles(
      pattern,
      inFolder && globs.length > 0 ? `{${globs.join(',')}}` : undefined,
      MOST_FILES,
    );
    const files: string[] = [];
    for (const [index, uri] of listed.entries()) {
      if (index % AT_ONCE === 0) await nextTurn();
      if (!(await this.isLeftOut(folder, uri))) files.push(uri.toString());
    }
    return files;
  }

  order(files: readonly string[]): readonly string[] {
    return nearestFirst(files, front(), (file) => this.language(file));
  }

  async read(source: string): Promise<Read> {
    const notebook = vscode.workspace.notebookDocuments.find(({ uri }) => uri.toString() === source);
    const uri = notebook?.uri ?? vscode.Uri.parse(source, true);
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    if (this.settingsIn(folder).project === 'off' || (folder !== undefined && (await this.isLeftOut(folder, uri)))) {
      return undefined;
    }
    // A document without a tab may hold edits that were given up, so its file counts.
    const isOpen = openSources().has(source);
    if (isOpen && notebook !== undefined) {
      return this.textsOfNotebook(notebook);
    }
    const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === source);
    if (isOpen && document !== undefined) {
      return this.textOfDocument(document);
    }
    return folder !== undefined && this.readsFiles(folder) ? this.textsOfFile(uri) : undefined;
  }

  /** Whether an open document's text may be used at all. */
  async takesPart(document: vscode.TextDocument): Promise<boolean> {
    const { uri } = notebookOf(document) ?? document;
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    if (this.settingsIn(folder).project === 'off' || !this.mayUse(addressOf(document), uri)) {
      return false;
    }
    return folder === undefined || !(await this.isLeftOut(folder, uri));
  }

  private textOfDocument(document: vscode.TextDocument): Read {
    return this.mayUse(addressOf(document), document.uri)
      ? judged(document.uri, document, document.getText())
      : undefined;
  }

  private textsOfNotebook(notebook: vscode.NotebookDocument): Read {
    const documents = notebook
      .getCells()
      .map(({ document }) => document)
      .filter((document) => this.mayUse(addressOf(document), notebook.uri));
    const eol = documents[0]?.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
    return judgedTexts(
      notebook.uri,
      joinedByLanguage(
        documents.map((document) => ({ languageId: document.languageId, text: document.getText() })),
        eol,
      ),
    );
  }

  private async textsOfFile(uri: vscode.Uri): Promise<Read> {
    const { type, size } = await vscode.workspace.fs.stat(uri);
    const target = await targetOf(uri, type);
    const languageId = this.language(uri.path);
    if ((type & vscode.FileType.File) === 0 || target === undefined) {
      return undefined;
    }
    if (!this.mayUse({ scheme: uri.scheme, languageId, isUntitled: false, paths: pathsOf(uri, target) }, uri)) {
      return undefined;
    }
    if (size > LARGEST_TEXT) {
      return 'large';
    }
    const text = await decoded(await vscode.workspace.fs.readFile(uri), uri);
    if (text === undefined) {
      return 'binary';
    }
    const cells = NOTEBOOK_FILE.test(uri.path) ? textsOfNotebookFile(text) : undefined;
    return cells === undefined ? judged(uri, { languageId }, text) : judgedTexts(uri, cells);
  }

  private mayUse(address: TextAddress, uri: vscode.Uri): boolean {
    const settings = this.settingsIn(vscode.workspace.getWorkspaceFolder(uri));
    // Whether suggestions are made in a language is another question than whether its text may be used.
    return (
      refuseDocument({ ...textFacts(address, settings, this.exclusion), enabled: true }, vscode.l10n) === undefined
    );
  }

  /** Whether files that are not open belong to the project. */
  private readsFiles(folder: vscode.WorkspaceFolder): boolean {
    return (
      this.settingsIn(folder).project === 'on' && vscode.workspace.isTrusted && REAL_FOLDERS.has(folder.uri.scheme)
    );
  }

  private isLeftOut(folder: vscode.WorkspaceFolder, uri: vscode.Uri): Promise<boolean> {
    const key = folder.uri.toString();
    let rules = this.rules.get(key);
    if (rules === undefined) {
      rules = new FolderRules({
        patterns: excludedFromProject(folder.uri),
        ignoreFile: async (path) => (REAL_FOLDERS.has(folder.uri.scheme) ? ignoreFileIn(folder.uri, path) : undefined),
      });
      this.rules.set(key, rules);
    }
    return rules.leavesOut(uri.path.slice(folder.uri.path.replace(/\/$/, '').length + 1));
  }

  private settingsIn(folder: vscode.WorkspaceFolder | undefined): Settings {
    const key = folder?.uri.toString() ?? '';
    const settings = this.settings.get(key) ?? readSettings(folder?.uri);
    this.settings.set(key, settings);
    return settings;
  }

  private language(path: string): string {
    this.languageOf ??= languageOfPath(contributedLanguages(), fileAssociations());
    return this.languageOf(path);
  }
}

/** What a person works on now. */
export function front(): Front | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document === undefined ? undefined : { uri: sourceOf(document), languageId: document.languageId };
}

function addressOf(document: vscode.TextDocument): TextAddress {
  const { languageId, isUntitled } = document;
  const { scheme } = (notebookOf(document) ?? document).uri;
  return { scheme, languageId, isUntitled, paths: pathsForPatterns(document) };
}

function judged(uri: vscode.Uri, { languageId }: { readonly languageId: string }, text: string): Read {
  return (
    unusable(text, languageId) ??
    (text === '' ? [] : [{ uri: uri.toString(), path: displayName(uri), languageId, text }])
  );
}

/** Each language of a notebook is judged for itself. */
function judgedTexts(
  notebook: vscode.Uri,
  texts: readonly { readonly languageId: string; readonly text: string }[],
): readonly ProjectDocument[] | Unusable {
  const path = displayName(notebook);
  const usable = texts.filter(({ languageId, text }) => unusable(text, languageId) === undefined);
  const [why] = texts.flatMap(({ languageId, text }) => unusable(text, languageId) ?? []);
  return usable.length === 0 && why !== undefined
    ? why
    : usable.map(({ languageId, text }) => ({ uri: notebookTextUri(notebook, languageId), path, languageId, text }));
}

/** Where a file really lies, so that a link is excluded with what it points to; undefined where that cannot be told. */
async function targetOf(uri: vscode.Uri, type: vscode.FileType): Promise<string | undefined> {
  if (uri.scheme === 'file') {
    return realpath(uri.fsPath);
  }
  return (type & vscode.FileType.SymbolicLink) === 0 ? uri.path : undefined;
}

async function decoded(bytes: Uint8Array, uri: vscode.Uri): Promise<string | undefined> {
  const text = decodeUtf8(bytes);
  if (text !== undefined) {
    return text;
  }
  try {
    return wellDecoded(await vscode.workspace.decode(bytes, { uri }));
  } catch {
    return undefined; // VS Code takes it for binary
  }
}

async function ignoreFileIn(folder: vscode.Uri, path: string): Promise<string | undefined> {
  try {
    return decodeUtf8(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder, path, '.gitignore')));
  } catch {
    return undefined; // there is none, as in most folders
  }
}

function contributedLanguages(): readonly ContributedLanguage[] {
  return vscode.extensions.all.flatMap((extension) => {
    const { contributes } = extension.packageJSON as { contributes?: { languages?: readonly ContributedLanguage[] } };
    return (contributes?.languages ?? []).filter(({ id }) => typeof id === 'string');
  });
}
