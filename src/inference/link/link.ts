import type { Duplex } from 'node:stream';
import { deserialize, serialize } from 'node:v8';

const HEADER = 4;
/** No message is longer. The longest are batches of a project's texts. */
const MOST = 2 ** 28;

export interface LinkParts<Received> {
  readonly onMessage: (message: Received) => void;
  readonly onClose: () => void;
}

/**
 * Messages over a stream whose other side is known: each is its length and the bytes of the structured clone algorithm, as between Node
 * and its children.
 */
export class Link<Sent, Received> {
  #chunks: Buffer[] = [];
  #length = 0;

  constructor(
    private readonly stream: Duplex,
    private readonly parts: LinkParts<Received>,
  ) {
    stream.on('error', () => undefined); // `close` follows
    stream.on('close', () => parts.onClose());
    stream.on('end', () => stream.destroy());
    stream.on('data', (chunk: Buffer) => this.#take(chunk));
    stream.resume(); // the handshake has read it piece by piece
  }

  send(message: Sent): void {
    if (this.stream.destroyed || this.stream.writableEnded) return; // `onClose` tells
    const bytes = serialize(message);
    const header = Buffer.alloc(HEADER);
    header.writeUInt32BE(bytes.length);
    this.stream.cork();
    this.stream.write(header);
    this.stream.write(bytes);
    this.stream.uncork();
  }

  /** Sends what was sent, and closes. */
  end(): void {
    this.stream.end();
  }

  close(): void {
    this.stream.destroy();
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    while (this.#length >= HEADER) {
      const length = this.#header();
      if (length > MOST) {
        this.stream.destroy();
        return;
      }
      if (this.#length < HEADER + length) return;
      const all = Buffer.concat(this.#chunks);
      this.#chunks = [all.subarray(HEADER + length)];
      this.#length -= HEADER + length;
      let message: Received;
      try {
        message = deserialize(all.subarray(HEADER, HEADER + length)) as Received;
      } catch {
        this.stream.destroy(); // nothing that follows can be trusted to be where it should
        return;
      }
      this.parts.onMessage(message);
    }
  }

  #header(): number {
    const [first] = this.#chunks;
    if (first === undefined || first.length < HEADER) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0]?.readUInt32BE(0) ?? 0;
  }
}
