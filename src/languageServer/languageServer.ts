import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type CancellationToken,
  type Connection,
  DidChangeConfigurationNotification,
  ErrorCodes,
  type InitializeParams,
  type InitializeResult,
  type InlineCompletionItem,
  type InlineCompletionParams,
  InlineCompletionTriggerKind,
  LSPErrorCodes,
  MessageType,
  PositionEncodingKind,
  ResponseError,
  ShowMessageNotification,
  TextDocuments,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { ProjectTexts } from '../engine/project/foundMiddle.js';
import { toInfillError } from '../shared/toInfillError.js';
import { type Answer, type Answering, Answers } from './answers.js';
import { type Hole, holeAt } from './hole.js';
import { showLoading } from './loadingProgress.js';
import { isEligible, OpenDocuments } from './openDocuments.js';
import type { OpenedConnection } from './serverConnection.js';
import { DEFAULT_OPTIONS, readOptions, type ServerOptions } from './serverOptions.js';

/** A client that answers no request is not waited for longer, in milliseconds. */
const PATIENCE_MS = 1000;

export interface LanguageServerParts {
  readonly version: string;
  /** Loads the model. Called once. */
  readonly load: (project: ProjectTexts) => Promise<Answering>;
  /** Told the process id of the client, where it tells one. */
  readonly onClient: (pid: number) => void;
  /** Takes lines for whoever starts the server by hand, or reads the client's log of it. */
  readonly log: (line: string) => void;
}

/** The messages of a client, and what is done about them. */
export class LanguageServer {
  private readonly connection: Connection;
  private readonly documents = new TextDocuments(TextDocument);
  private readonly answers = new Answers(() => this.loaded());
  private readonly project = new OpenDocuments(() => this.answers.isBusy);
  private readonly told = new Set<string>();
  private initial: ServerOptions = DEFAULT_OPTIONS;
  private options: ServerOptions = DEFAULT_OPTIONS;
  private client: InitializeParams | undefined;
  private configured: Promise<void> = Promise.resolve();
  private isDisposed = false;
  private loading: Promise<Answering | undefined> | undefined;

  constructor(
    { connection, isShutDown }: Pick<OpenedConnection, 'connection' | 'isShutDown'>,
    private readonly parts: LanguageServerParts,
  ) {
    this.connection = connection;
    connection.onInitialize((params) => this.initialize(params));
    connection.onInitialized(() => this.begin());
    connection.onDidChangeConfiguration(({ settings }) => {
      this.configured = this.configure(settings);
    });
    connection.languages.inlineCompletion.on((params, token) => {
      if (isShutDown()) throw new ResponseError(ErrorCodes.InvalidRequest, 'The server was shut down.');
      if (this.client === undefined) throw new ResponseError(ErrorCodes.ServerNotInitialized, 'Send initialize first.');
      return this.complete(params, token);
    });
    this.documents.onDidChangeContent(({ document }) => this.project.changed(document));
    this.documents.onDidClose(({ document }) => {
      this.project.closed(document);
      this.answers.forget(); // what was found in it must not be shown any more
    });
    this.documents.listen(connection);
    connection.listen();
  }

  dispose(): void {
    this.isDisposed = true;
    this.answers.dispose();
    this.project.dispose();
    this.connection.dispose();
  }

  private initialize(params: InitializeParams): InitializeResult {
    this.client = params;
    const { processId } = params;
    const initial: unknown = params.initializationOptions;
    if (typeof processId === 'number') this.parts.onClient(processId);
    this.initial = this.read(initial, DEFAULT_OPTIONS);
    this.take(this.initial);
    return {
      capabilities: {
        // Every client has to know this one, and texts are in it here too.
        positionEncoding: PositionEncodingKind.UTF16,
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
        inlineCompletionProvider: true,
      },
      serverInfo: { name: 'infill', version: this.parts.version },
    };
  }

  private begin(): void {
    const canTell = this.client?.capabilities.workspace?.didChangeConfiguration?.dynamicRegistration === true;
    if (canTell) {
      this.connection.client
        .register(DidChangeConfigurationNotification.type, { section: 'infill' })
        .catch(this.unsent);
    }
    this.configured = this.configure(undefined);
    void this.loaded();
  }

  /** @param sent what came with the notice that something changed */
  private async configure(sent: unknown): Promise<void> {
    const canAsk = this.client?.capabilities.workspace?.configuration === true;
    if (!canAsk) {
      if (sent !== undefined) this.take(this.read(sent, this.initial));
      return;
    }
    try {
      const asked: Promise<unknown> = this.connection.workspace.getConfiguration('infill');
      const section = await within(PATIENCE_MS, asked, null);
      this.take(section === null ? this.read(sent, this.initial) : this.read(section, this.initial, true));
    } catch (error) {
      this.unsent(error);
    }
  }

  private read(sent: unknown, otherwise: ServerOptions, isSection = false): ServerOptions {
    const { options, problems } = readOptions(sent, otherwise, isSection);
    for (const problem of problems) this.tell(MessageType.Warning, problem);
    return options;
  }

  private take(options: ServerOptions): void {
    this.options = options;
    this.project.isOn = options.project;
  }

  private loaded(): Promise<Answering | undefined> {
    this.loading ??= this.load();
    return this.loading;
  }

  private async load(): Promise<Answering | undefined> {
    const canShow = this.client?.capabilities.window?.workDoneProgress === true;
    const load = async (): Promise<Answering | undefined> => {
      await nextTurn(); // loading lets nothing else happen for a while
      return this.isDisposed ? undefined : this.parts.load(this.project);
    };
    try {
      return await showLoading(this.connection, canShow, load, this.unsent);
    } catch (thrown) {
      this.fail(thrown);
      return undefined;
    }
  }

  private async complete(
    { textDocument, position, context }: InlineCompletionParams,
    token: CancellationToken,
  ): Promise<InlineCompletionItem[] | null> {
    // At once: the document may have changed when anything else is known.
    const document = this.documents.get(textDocument.uri);
    const { uri } = textDocument;
    if (document === undefined) {
      this.nothing(uri, 'not-asked', 'The document is not open.');
      return null;
    }
    if (!isEligible(document)) return this.nothing(uri, 'excluded-file', 'Files of this name usually hold secrets.');
    const hole = holeAt(document, position, context.selectedCompletionInfo);
    if (hole === undefined) return this.nothing(uri, 'suggest-widget', '');
    const isAsked = context.triggerKind === InlineCompletionTriggerKind.Invoked;
    const { signal, dispose } = signalOf(token);
    try {
      await this.configured;
      const answer = await this.answers.ask({ uri, hole, isAsked }, this.options, signal);
      if (signal.aborted) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'The request was cancelled.');
      return this.itemsOf(uri, hole, answer);
    } catch (thrown) {
      if (thrown instanceof ResponseError) throw thrown;
      this.fail(thrown);
      return null;
    } finally {
      dispose();
    }
  }

  private itemsOf(uri: string, hole: Hole, answer: Answer): InlineCompletionItem[] | null {
    if (answer.kind !== 'suggestions') {
      const nothing = this.nothing(uri, answer.reason, answer.detail);
      return answer.kind === 'none' ? nothing : null;
    }
    const items = answer.suggestions.map(hole.item);
    return this.client?.clientInfo?.name === 'Neovim' ? items.map(withLineFeeds) : items;
  }

  /** An empty list, which takes off the screen what no longer holds; clients leave it there where there is no answer (null). */
  private nothing(uri: string, reason: string, detail: string): InlineCompletionItem[] {
    // Whoever sets `trace` is told why.
    this.connection.tracer.log(`Nothing suggested in ${uri}: ${reason}. ${detail}`.trim());
    return [];
  }

  private fail(thrown: unknown): void {
    if (this.isDisposed) return; // nobody is there to be told
    const error = toInfillError(thrown);
    if (error.code === 'internal') this.parts.log(error.stack ?? error.message);
    this.tell(MessageType.Error, error.describe());
  }

  /** Says something to the person, once. */
  private tell(type: MessageType, message: string): void {
    if (this.told.has(message)) return;
    this.told.add(message);
    this.parts.log(message);
    const text = `Infill: ${message}`;
    this.connection.sendNotification(ShowMessageNotification.type, { type, message: text }).catch(this.unsent);
  }

  /** Where a client is gone, or refuses, there is nothing to be done. */
  private readonly unsent = (error: unknown): void => {
    if (this.isDisposed) return;
    this.parts.log(`the client did not take a message: ${error instanceof Error ? error.message : String(error)}`);
  };
}

/** Neovim cuts a text at `\n` and gives each line the end that its buffer has. */
function withLineFeeds(item: InlineCompletionItem): InlineCompletionItem {
  const { insertText } = item;
  return typeof insertText === 'string' ? { ...item, insertText: insertText.replaceAll('\r\n', '\n') } : item;
}

function signalOf(token: CancellationToken): { readonly signal: AbortSignal; readonly dispose: () => void } {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  const listening = token.onCancellationRequested(() => controller.abort());
  return { signal: controller.signal, dispose: () => listening.dispose() };
}

async function within<T>(ms: number, value: Promise<T>, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => (timer = setTimeout(() => resolve(otherwise), ms)));
  try {
    return await Promise.race([value, late]);
  } finally {
    clearTimeout(timer);
  }
}
