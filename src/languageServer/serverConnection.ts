import { type Connection, createConnection, type InitializeParams } from 'vscode-languageserver';
import { createProtocolConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';

/** How long messages that were read are listened to when there come no more, in milliseconds. */
const LAST_WORDS_MS = 100;

export interface ServerStreams {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

export interface OpenedConnection {
  readonly connection: Connection;
  /** 0 where the client said `shutdown` before it said `exit` or went, else 1. */
  readonly ended: Promise<number>;
  readonly isShutDown: () => boolean;
}

/**
 * A connection over two streams. The library's own one for them ends the process by itself, and looks for a parent only every three
 * seconds.
 */
export function openConnection({ input, output }: ServerStreams): OpenedConnection {
  let end: (code: number) => void = () => undefined;
  const ended = new Promise<number>((resolve) => (end = resolve));
  const watchDog = {
    shutdownReceived: false,
    initialize: (_params: InitializeParams): void => undefined,
    exit: (code: number): void => end(code),
  };
  // What came just before is read first: it may have been `shutdown` and `exit`.
  const gone = (): void => void setTimeout(() => end(watchDog.shutdownReceived ? 0 : 1), LAST_WORDS_MS);
  for (const event of ['end', 'close', 'error']) input.on(event, gone);
  output.on('error', gone);
  const reader = new StreamMessageReader(input);
  reader.partialMessageTimeout = 0; // tells of half a message after 10 s, which would keep the process from ending
  const connection = createConnection(
    (logger) => createProtocolConnection(reader, new StreamMessageWriter(output), logger),
    watchDog,
  );
  return { connection, ended, isShutDown: () => watchDog.shutdownReceived };
}
