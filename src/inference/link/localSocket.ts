import { once } from 'node:events';
import { createServer, connect } from 'node:net';
import type { Duplex } from 'node:stream';

export interface LocalServer {
  /** Takes nobody in any more. Who is in stays. */
  close(): void;
}

/**
 * Connects with another process on this machine, through a socket of the file system or a named pipe.
 *
 * @throws Error of the system, `ECONNREFUSED` or `ENOENT` where nobody listens
 */
export async function connectLocally(address: string): Promise<Duplex> {
  const socket = connect(address);
  await once(socket, 'connect');
  return socket;
}

/** Lets other processes of this person connect. */
export async function listenLocally(address: string, onConnection: (stream: Duplex) => void): Promise<LocalServer> {
  const server = createServer(onConnection);
  // The file of the socket appears with these rights: at no time may others open it.
  const before = process.platform === 'win32' ? undefined : process.umask(0o177);
  try {
    server.listen(address);
    await once(server, 'listening');
  } finally {
    if (before !== undefined) process.umask(before);
  }
  return { close: () => void server.close() };
}
