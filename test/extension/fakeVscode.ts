import { register } from 'node:module';
import { posix } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * The few parts of `vscode` that turn documents into text and back, for tests of these conversions. What depends on the
 * editor's behaviour is tested in a real VS Code, see test/workbench.
 */
export class Position {
  constructor(
    readonly line: number,
    readonly character: number,
  ) {}

  isEqual(other: Pick<Position, 'line' | 'character'>): boolean {
    return this.line === other.line && this.character === other.character;
  }

  translate(lines: number, characters: number): Position {
    return new Position(this.line + lines, this.character + characters);
  }
}

export class Range {
  constructor(
    readonly start: Pick<Position, 'line' | 'character'>,
    readonly end: Pick<Position, 'line' | 'character'>,
  ) {}

  get isSingleLine(): boolean {
    return this.start.line === this.end.line;
  }

  contains(position: Pick<Position, 'line' | 'character'>): boolean {
    const order = (a: typeof position, b: typeof position): number => a.line - b.line || a.character - b.character;
    return order(this.start, position) <= 0 && order(position, this.end) <= 0;
  }
}

export class Uri {
  private constructor(
    readonly scheme: string,
    readonly authority: string,
    readonly path: string,
  ) {}

  static file(file: string): Uri {
    return Uri.parse(pathToFileURL(file).href);
  }

  static parse(text: string): Uri {
    const [, scheme = '', authority = '', path = ''] = /^([^:]+):(?:\/\/([^/]*))?(.*)$/.exec(text) ?? [];
    return new Uri(scheme, authority, decodeURIComponent(path));
  }

  static joinPath(base: Uri, ...names: string[]): Uri {
    return new Uri(base.scheme, base.authority, posix.join(base.path, ...names));
  }

  get fsPath(): string {
    return this.scheme === 'file' ? fileURLToPath(this.toString()) : this.path;
  }

  toString(): string {
    return `${this.scheme}://${this.authority}${encodeURI(this.path)}`;
  }
}

export class EventEmitter<T> {
  private readonly listeners = new Set<(value: T) => void>();

  readonly event = (listener: (value: T) => void): { dispose: () => void } => {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  };

  fire(value: T): void {
    for (const listener of this.listeners) listener(value);
  }

  dispose(): void {
    this.listeners.clear();
  }
}

export const Disposable = {
  from: (...all: { dispose: () => void }[]): { dispose: () => void } => ({
    dispose: () => all.forEach((each) => each.dispose()),
  }),
};

export class RelativePattern {
  constructor(
    readonly baseUri: Uri,
    readonly pattern: string,
  ) {}
}

export class TabInputText {
  constructor(readonly uri: Uri) {}
}
export class TabInputNotebook {
  constructor(readonly uri: Uri) {}
}
export class TabInputCustom {
  constructor(readonly uri: Uri) {}
}
export class TabInputTextDiff {
  constructor(
    readonly original: Uri,
    readonly modified: Uri,
  ) {}
}
export class TabInputNotebookDiff {
  constructor(
    readonly original: Uri,
    readonly modified: Uri,
  ) {}
}

export const FilePermission = { Readonly: 1 };
export const FileType = { File: 1, Directory: 2, SymbolicLink: 64 };
export const extensions: {
  all: unknown[];
  onDidChange: () => { dispose: () => void };
  getExtension: (id: string) => unknown;
} = { all: [], onDidChange: () => ({ dispose: () => undefined }), getExtension: () => undefined };

export class InlineCompletionItem {
  constructor(
    readonly insertText: string,
    readonly range: Range,
  ) {}
}

export const CompletionItemKind = { Text: 0, Method: 1, Field: 4, Keyword: 13, Snippet: 14 };
export const CompletionItemTag = { Deprecated: 1 };
export class SnippetString {
  constructor(readonly value: string) {}
}
/** What a test answers commands with. */
export const commands: { executeCommand: (command: string, ...args: readonly unknown[]) => Promise<unknown> } = {
  executeCommand: () => Promise.resolve(undefined),
};

export const InlineCompletionTriggerKind = { Invoke: 0, Automatic: 1 };
export const TextDocumentChangeReason = { Undo: 1, Redo: 2 };
export const ProgressLocation = { Notification: 15 };
export const ConfigurationTarget = { Global: 1, Workspace: 2, WorkspaceFolder: 3 };
export const LogLevel = { Off: 0, Trace: 1, Debug: 2, Info: 3, Warning: 4, Error: 5 };
export const EndOfLine = { LF: 1, CRLF: 2 };
export const l10n = { t: (message: string): string => message };
export const window: { activeTextEditor: unknown; visibleTextEditors: unknown[] } = {
  activeTextEditor: undefined,
  visibleTextEditors: [],
};
const changeListeners = new Set<(event: unknown) => void>();
/** Tells everybody who listens that a document has changed. */
export function changeTextDocument(event: object): void {
  for (const listener of changeListeners) {
    listener(event);
  }
}

export const workspace: {
  onDidChangeTextDocument: (listener: (event: unknown) => void) => { dispose: () => void };
  onDidChangeConfiguration: () => { dispose: () => void };
  onDidGrantWorkspaceTrust: () => { dispose: () => void };
  notebookDocuments: { uri?: FakeDocument['uri']; getCells: () => { document: FakeDocument }[] }[];
  fs: { isWritableFileSystem: (scheme: string) => boolean | undefined };
  getConfiguration: () => {
    get: (key: string) => unknown;
    inspect: (key: string) => { defaultValue: unknown; globalValue?: unknown };
  };
  asRelativePath: (uri: { path: string }) => string;
} = {
  onDidChangeTextDocument: (listener) => {
    changeListeners.add(listener);
    return { dispose: () => changeListeners.delete(listener) };
  },
  onDidChangeConfiguration: () => ({ dispose: () => undefined }),
  onDidGrantWorkspaceTrust: () => ({ dispose: () => undefined }),
  notebookDocuments: [],
  // As VS Code answers: `git` is read-only, `sftp` is brought by an extension, the others have no file system.
  fs: { isWritableFileSystem: (scheme) => ({ file: true, 'vscode-userdata': true, sftp: true, git: false })[scheme] },
  getConfiguration: () => ({
    get: (key) => configuration[key],
    inspect: (key) => ({ defaultValue: defaults[key], globalValue: configuration[key] }),
  }),
  asRelativePath: (uri) => uri.path,
};
/** Values of settings, by their names without `infill.`. */
export const configuration: Record<string, unknown> = {};

/** Their defaults, where a test has some. */
export const defaults: Record<string, unknown> = {};

export class FakeDocument {
  readonly uri: { scheme: string; path: string; fsPath: string; query: string; toString: () => string };
  /** How many units were read. */
  read = 0;
  version = 1;

  constructor(
    private readonly text: string,
    readonly languageId = 'typescript',
    scheme = 'file',
    path = '/work/a.ts',
    query = '',
  ) {
    this.uri = { scheme, path, fsPath: path, query, toString: () => `${scheme}:${path}` };
  }

  get isUntitled(): boolean {
    return this.uri.scheme === 'untitled';
  }

  get eol(): number {
    return this.text.includes('\r\n') ? EndOfLine.CRLF : EndOfLine.LF;
  }

  get lineCount(): number {
    return this.lines().length;
  }

  lineAt(line: number): { range: Range } {
    const text = this.lines()[line] ?? '';
    return { range: new Range(new Position(line, 0), new Position(line, text.replace('\r', '').length)) };
  }

  offsetAt(position: Pick<Position, 'line' | 'character'>): number {
    const before = this.lines().slice(0, position.line);
    return before.reduce((sum, line) => sum + line.length + 1, 0) + position.character;
  }

  positionAt(offset: number): Position {
    const before = this.text.slice(0, offset).split('\n');
    const last = (before.at(-1) ?? '').length;
    return new Position(before.length - 1, Math.min(last, this.lineAt(before.length - 1).range.end.character));
  }

  getText(range: Range): string {
    const text = this.text.slice(this.offsetAt(range.start), this.offsetAt(range.end));
    this.read += text.length;
    return text;
  }

  private lines(): string[] {
    return this.text.split('\n');
  }
}

/** Makes `import 'vscode'` of files that are imported from now on mean this file. */
export function useFakeVscode(): void {
  const hook = `export function resolve(name, context, next) {
    return name === 'vscode' ? { url: ${JSON.stringify(import.meta.url)}, format: 'module', shortCircuit: true } : next(name, context);
  }`;
  register(`data:text/javascript,${encodeURIComponent(hook)}`);
}
