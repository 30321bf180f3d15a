import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Duplex } from 'node:stream';

const NONCE = 32;
const PROOF = 32;
/** Words that keep an answer of one side from being one of the other. */
const PROCESS = 'process';
const WINDOW = 'window';

/** Somebody who does not know the secret. */
export class Stranger extends Error {}

/**
 * The side that connected: proves that it knows the secret, and has the other side prove it first.
 *
 * @throws Error where the other side does not know it, or goes
 */
export async function greet(stream: Duplex, secret: Buffer): Promise<void> {
  const own = randomBytes(NONCE);
  stream.write(own);
  const answer = await take(stream, NONCE + PROOF);
  const [theirs, proof] = [answer.subarray(0, NONCE), answer.subarray(NONCE)];
  if (!timingSafeEqual(proof, prove(secret, PROCESS, own, theirs))) {
    throw new Stranger('the process there does not know the secret');
  }
  stream.write(prove(secret, WINDOW, own, theirs));
}

/**
 * The side that was connected to.
 *
 * @throws Error where the other side does not know the secret, or goes
 */
export async function admit(stream: Duplex, secret: Buffer): Promise<void> {
  const theirs = await take(stream, NONCE);
  const own = randomBytes(NONCE);
  stream.write(Buffer.concat([own, prove(secret, PROCESS, theirs, own)]));
  const proof = await take(stream, PROOF);
  if (!timingSafeEqual(proof, prove(secret, WINDOW, theirs, own))) {
    throw new Stranger('the window there does not know the secret');
  }
}

function prove(secret: Buffer, side: string, window: Buffer, process: Buffer): Buffer {
  return createHmac('sha256', secret).update(side).update(window).update(process).digest();
}

/** So many bytes, and no more: what comes after them stays in the stream. */
function take(stream: Duplex, bytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const got = stream.read(bytes) as Buffer | null;
      if (got?.length === bytes) {
        finish();
        resolve(got);
      }
    };
    const gone = (): void => {
      finish();
      reject(new Error('the other side went'));
    };
    const finish = (): void => {
      stream.off('readable', look).off('close', gone).off('end', gone).off('error', gone);
    };
    stream.on('readable', look).on('close', gone).on('end', gone).on('error', gone);
    if (stream.destroyed) gone();
    else look();
  });
}
