import type { HttpBindings } from '@hono/node-server';

type Incoming = HttpBindings['incoming'];
type Socket = Incoming['socket'];

/** What is wanted of a server. */
interface Connected {
  on(event: 'connection', listener: (socket: Socket) => void): unknown;
  on(event: 'request', listener: (incoming: Incoming, outgoing: HttpBindings['outgoing']) => void): unknown;
}

/**
 * Keeps the number of a server's connections bounded. Where one too many comes, the one goes that has sent no whole request for longest: whoever
 * only holds connections, or sends them half of something, keeps nobody out.
 */
export function boundConnections(server: Connected, most: number): void {
  const open = new Map<string, Socket>();
  /** Those on which nothing is answered, the longest quiet first. */
  const quiet = new Set<string>();
  server.on('connection', (socket) => {
    const key = keyOf(socket);
    open.set(key, socket);
    quiet.add(key);
    socket.once('close', () => {
      if (open.get(key) === socket) forget(key);
    });
    if (open.size <= most) return;
    const [longest = key] = quiet;
    open.get(longest)?.destroy();
    forget(longest);
  });
  server.on('request', (incoming, outgoing) => {
    const key = keyOf(incoming.socket);
    let isAnswered = false;
    outgoing.once('close', () => {
      isAnswered = true;
      if (open.has(key)) quiet.add(key);
    });
    // A request without a body can end after its answer.
    incoming.once('end', () => {
      if (!isAnswered) quiet.delete(key);
    });
  });
  const forget = (key: string): void => {
    open.delete(key);
    quiet.delete(key);
  };
}

/** The same of a connection and of the encrypted one within it. */
function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress ?? ''} ${String(remotePort ?? '')}`;
}
