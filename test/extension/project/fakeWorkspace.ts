import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fake from '../fakeVscode.js';

interface Folder {
  readonly uri: fake.Uri;
}

/** A workspace of folders, whose files lie on disk, and of open documents; what VS Code has beyond that is not there. */
export class FakeWorkspace {
  private readonly root = realpathSync(mkdtempSync(path.join(tmpdir(), 'infill-folders-')));
  private readonly foldersChanged = new fake.EventEmitter<unknown>();
  private readonly tabsChanged = new fake.EventEmitter<{ opened: unknown[]; closed: unknown[] }>();
  private folders: Folder[] = [];
  private readonly tabs: { input: fake.TabInputText }[] = [];
  private readonly documents: object[] = [];
  /** Uris of the files and folders that were looked at. */
  readonly looks: string[] = [];

  constructor() {
    const never = (): { dispose: () => void } => ({ dispose: () => undefined });
    const ofFolder = (uri: fake.Uri): Folder | undefined =>
      this.folders.find(
        (folder) => uri.toString().startsWith(`${folder.uri.toString()}/`) || uri.toString() === folder.uri.toString(),
      );
    const workspace = {
      isTrusted: true,
      getWorkspaceFolder: ofFolder,
      asRelativePath: (uri: fake.Uri) => uri.path.slice((ofFolder(uri)?.uri.path.length ?? -1) + 1),
      findFiles: async ({ baseUri }: fake.RelativePattern) => {
        this.look(baseUri);
        return readdirSync(baseUri.fsPath, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => fake.Uri.file(path.join(entry.parentPath, entry.name)));
      },
      createFileSystemWatcher: () => ({ ...never(), onDidCreate: never, onDidChange: never, onDidDelete: never }),
      onDidChangeWorkspaceFolders: this.foldersChanged.event,
      ...Object.fromEntries(UNHEARD.map((event) => [event, never])),
    };
    Object.assign(fake.workspace, workspace);
    Object.assign(fake.workspace.fs, {
      stat: async (uri: fake.Uri) => {
        this.look(uri);
        const found = await stat(uri.fsPath);
        return { type: found.isDirectory() ? fake.FileType.Directory : fake.FileType.File, size: found.size };
      },
      readFile: async (uri: fake.Uri) => {
        this.look(uri);
        return readFile(uri.fsPath);
      },
    });
    Object.defineProperties(fake.workspace, {
      workspaceFolders: { get: () => this.folders, configurable: true },
      textDocuments: { get: () => this.documents, configurable: true },
    });
    Object.assign(fake.window, {
      tabGroups: { all: [{ tabs: this.tabs }], onDidChangeTabs: this.tabsChanged.event },
      onDidChangeActiveTextEditor: never,
      onDidChangeVisibleTextEditors: never,
    });
  }

  /** A folder on disk, which is no part of the workspace yet. */
  folder(name: string, files: Readonly<Record<string, string>>): fake.Uri {
    const folder = path.join(this.root, name);
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    }
    return fake.Uri.file(folder);
  }

  setFolders(...uris: readonly fake.Uri[]): void {
    this.folders = uris.map((uri) => ({ uri }));
    this.foldersChanged.fire({});
  }

  open(uri: fake.Uri, text: string): void {
    this.documents.push({
      uri,
      languageId: 'typescript',
      isUntitled: false,
      eol: fake.EndOfLine.LF,
      getText: () => text,
    });
    const tab = { input: new fake.TabInputText(uri) };
    this.tabs.push(tab);
    this.tabsChanged.fire({ opened: [tab], closed: [] });
  }

  /** The document lives on for a while, as in VS Code. */
  close(uri: fake.Uri): void {
    const [tab] = this.tabs.splice(
      this.tabs.findIndex(({ input }) => input.uri === uri),
      1,
    );
    this.tabsChanged.fire({ opened: [], closed: [tab] });
  }

  dispose(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  private look(uri: fake.Uri): void {
    this.looks.push(uri.toString());
  }
}

/** Events that nothing here causes. */
const UNHEARD = [
  'onDidOpenTextDocument',
  'onDidCloseTextDocument',
  'onDidSaveTextDocument',
  'onDidOpenNotebookDocument',
  'onDidChangeNotebookDocument',
  'onDidCloseNotebookDocument',
  'onDidDeleteFiles',
  'onDidRenameFiles',
  'onDidChangeConfiguration',
  'onDidGrantWorkspaceTrust',
];
