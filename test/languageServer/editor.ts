import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import {
  type ClientCapabilities,
  ConfigurationRequest,
  createProtocolConnection,
  DidChangeConfigurationNotification,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ExitNotification,
  InitializedNotification,
  type InitializeParams,
  InitializeRequest,
  type InitializeResult,
  type InlineCompletionItem,
  InlineCompletionRequest,
  InlineCompletionTriggerKind,
  LogTraceNotification,
  type Position,
  type ProtocolConnection,
  RegistrationRequest,
  type SelectedCompletionInfo,
  ShowMessageNotification,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type TextDocumentContentChangeEvent,
  WorkDoneProgress,
  WorkDoneProgressCreateRequest,
} from 'vscode-languageserver/node';
import type { CancellationToken } from 'vscode-languageserver';
import type { ProjectTexts } from '../../src/engine/project/foundMiddle.js';
import type { Answering } from '../../src/languageServer/answers.js';
import { LanguageServer } from '../../src/languageServer/languageServer.js';
import { openConnection } from '../../src/languageServer/serverConnection.js';

const ROOT = path.join(import.meta.dirname, '../..');

export interface EditorOptions {
  readonly capabilities?: ClientCapabilities;
  readonly name?: string;
  readonly processId?: number | null;
  readonly initializationOptions?: unknown;
  /** What it answers when it is asked for its configuration; can be changed. */
  settings?: unknown;
}

/** What a client can do that does everything. */
export const EVERYTHING: ClientCapabilities = {
  window: { workDoneProgress: true },
  workspace: { configuration: true, didChangeConfiguration: { dynamicRegistration: true } },
};

export const { Automatic, Invoked } = InlineCompletionTriggerKind;

/** An editor without a screen: the library's client side, and what it was told. */
export class Editor {
  readonly messages: string[] = [];
  readonly silences: string[] = [];
  readonly progress: string[] = [];
  readonly registered: string[] = [];
  readonly sections: (string | undefined)[] = [];
  private version = 1;

  constructor(
    readonly connection: ProtocolConnection,
    readonly options: EditorOptions = {},
  ) {
    connection.onNotification(ShowMessageNotification.type, ({ message }) => void this.messages.push(message));
    connection.onNotification(LogTraceNotification.type, ({ message }) => void this.silences.push(message));
    connection.onRequest(WorkDoneProgressCreateRequest.type, ({ token }) => {
      this.progress.push('create');
      connection.onProgress(WorkDoneProgress.type, token, (value) => {
        this.progress.push(value.kind === 'begin' ? `begin: ${value.title}` : value.kind);
      });
    });
    connection.onRequest(RegistrationRequest.type, ({ registrations }) => {
      this.registered.push(...registrations.map(({ method }) => method));
    });
    connection.onRequest(ConfigurationRequest.type, ({ items }) => {
      this.sections.push(...items.map(({ section }) => section));
      return items.map(() => options.settings ?? null);
    });
    connection.listen();
  }

  async start(): Promise<InitializeResult> {
    const { capabilities = {}, name = 'test', processId = null, initializationOptions } = this.options;
    const result = await this.connection.sendRequest(InitializeRequest.type, {
      processId,
      workspaceFolders: null,
      clientInfo: { name },
      capabilities,
      trace: 'messages',
      initializationOptions,
    } as InitializeParams);
    await this.connection.sendNotification(InitializedNotification.type, {});
    return result;
  }

  open(uri: string, text: string, languageId = 'typescript'): Promise<void> {
    return this.connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId, version: this.version, text },
    });
  }

  change(uri: string, ...contentChanges: TextDocumentContentChangeEvent[]): Promise<void> {
    return this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version: ++this.version },
      contentChanges,
    });
  }

  /** Types text at a position. */
  type(uri: string, position: Position, text: string): Promise<void> {
    return this.change(uri, { range: { start: position, end: position }, text });
  }

  close(uri: string): Promise<void> {
    return this.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
  }

  async ask(
    uri: string,
    position: Position,
    triggerKind: InlineCompletionTriggerKind = Invoked,
    { token, selected }: { readonly token?: CancellationToken; readonly selected?: SelectedCompletionInfo } = {},
  ): Promise<InlineCompletionItem[] | null> {
    const context = { triggerKind, ...(selected === undefined ? {} : { selectedCompletionInfo: selected }) };
    const answer = await this.connection.sendRequest(
      InlineCompletionRequest.type,
      { textDocument: { uri }, position, context },
      token,
    );
    return answer === null || Array.isArray(answer) ? answer : answer.items;
  }

  configure(settings: unknown): Promise<void> {
    return this.connection.sendNotification(DidChangeConfigurationNotification.type, { settings });
  }

  shutDown(): Promise<void> {
    return this.connection.sendRequest(ShutdownRequest.type);
  }

  exit(): Promise<void> {
    return this.connection.sendNotification(ExitNotification.type);
  }
}

export interface Hosted {
  readonly editor: Editor;
  readonly log: string[];
  readonly ended: Promise<number>;
  readonly toServer: PassThrough;
  readonly dispose: () => void;
}

/** A server in this process. */
export function hosted(load: (project: ProjectTexts) => Promise<Answering>, options: EditorOptions = {}): Hosted {
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  const log: string[] = [];
  const opened = openConnection({ input: toServer, output: toClient });
  const server = new LanguageServer(opened, {
    version: '1.2.3',
    load,
    onClient: () => undefined,
    log: (line) => log.push(line),
  });
  const client = createProtocolConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
  const dispose = (): void => {
    client.dispose();
    server.dispose();
  };
  return { editor: new Editor(client, options), log, ended: opened.ended, toServer, dispose };
}

export interface Started {
  readonly editor: Editor;
  readonly child: ChildProcess;
  readonly stderr: () => string;
  /** Resolves to exit code or signal. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

/** The built command line as a server. */
export function started(model: string, args: readonly string[] = [], options: EditorOptions = {}): Started {
  const child = spawn(
    process.execPath,
    [path.join(ROOT, 'dist/cli.cjs'), 'lsp', '--stdio', '--model', model, '--threads', '1', ...args],
    { stdio: 'pipe' },
  );
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals | null);
  child.stdin.on('error', () => undefined); // it has ended
  const client = createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
  return { editor: new Editor(client, options), child, stderr: () => stderr, ended };
}
