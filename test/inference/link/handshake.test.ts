import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { duplexPair } from 'node:stream';
import { describe, it } from 'node:test';
import { admit, greet } from '../../../src/inference/link/handshake.js';
import { Link } from '../../../src/inference/link/link.js';
import { until } from '../scriptedClient.js';

const SECRET = randomBytes(32);

void describe('the handshake', () => {
  it('lets those in who know the secret, and messages follow it as they were sent', async () => {
    const [window, process] = duplexPair();
    const received: unknown[] = [];
    const admitted = admit(process, SECRET).then(() => {
      new Link(process, { onMessage: (message) => received.push(message), onClose: () => undefined });
    });
    await greet(window, SECRET);
    const link = new Link(window, { onMessage: () => undefined, onClose: () => undefined });
    const messages = [
      { type: 'ping', id: 1 },
      { text: 'ä'.repeat(200_000) },
      { nothing: undefined, map: new Map([[1, 2]]) },
    ];
    for (const message of messages) link.send(message);
    await admitted;
    await until(() => received.length === messages.length);
    assert.deepEqual(received, messages);
  });

  it('keeps a window out that does not know it', async () => {
    const [window, process] = duplexPair();
    const refused = assert.rejects(admit(process, SECRET), /window there does not know/);
    window.write(randomBytes(32));
    window.write(randomBytes(32));
    await refused;
  });

  it('keeps a window from a process that does not know it, before anything of its own is told', async () => {
    const [window, process] = duplexPair();
    const seen: Buffer[] = [];
    process.on('data', (chunk: Buffer) => seen.push(chunk));
    const refused = assert.rejects(greet(window, SECRET), /process there does not know/);
    process.write(randomBytes(64));
    await refused;
    assert.equal(Buffer.concat(seen).length, 32, 'only the nonce');
  });

  it('is no use twice: what one side proved is not what the other must', async () => {
    // A stranger who hands a window's own words back to it.
    const [window, stranger] = duplexPair();
    const refused = assert.rejects(greet(window, SECRET), /process there does not know/);
    const [asking, process] = duplexPair();
    admit(process, SECRET).catch(() => undefined);
    stranger.once('data', (nonce: Buffer) => {
      asking.once('data', (answer: Buffer) => stranger.write(Buffer.concat([nonce, answer.subarray(32)])));
      asking.write(nonce);
    });
    await refused;
  });

  it('ends where the other side goes', async () => {
    const [window, process] = duplexPair();
    const refused = assert.rejects(admit(process, SECRET), /went/);
    window.write(randomBytes(5));
    window.end();
    await refused;
  });
});

void describe('a link', () => {
  it('closes where a message claims to be longer than any is, or is none', async () => {
    for (const bytes of [Buffer.from([0xff, 0xff, 0xff, 0xff]), Buffer.from([0, 0, 0, 2, 1, 2])]) {
      const [window, process] = duplexPair();
      let isClosed = false;
      new Link(process, {
        onMessage: () => assert.fail('it was taken for a message'),
        onClose: () => (isClosed = true),
      });
      window.write(bytes);
      await until(() => isClosed);
    }
  });
});
