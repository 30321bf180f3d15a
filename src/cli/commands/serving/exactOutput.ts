import { Writable } from 'node:stream';
import { type OutputStream, writeExact } from '../../output/cliIo.js';

/** A stream for bytes of UTF-8, each of which reaches `stream` as it is. What is written at once has no half characters. */
export function exactOutput(stream: OutputStream): Writable {
  return new Writable({
    decodeStrings: false,
    write: (chunk: string | Uint8Array, _encoding, done) => {
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
      writeExact(stream, text).then(() => done(), done);
    },
  });
}
