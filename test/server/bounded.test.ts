import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ExtraTexts } from '../../src/server/llama/extraTexts.js';
import { LIMITS } from '../../src/server/service/serverOptions.js';
import { post, servedTiny } from './servedTiny.js';
import { processorMs } from '../processorMs.js';

const BODY = { prompt: 'const a = ', suffix: ';\n', max_tokens: 8, steps: 4 };
const NEVER = new AbortController().signal;

describe('memory and time of a server', () => {
  test('the indexes of extra texts are bounded together, and others are answered while one is made', async () => {
    const extras = new ExtraTexts();
    const list = (i: number) => [{ filename: 'a', text: `const a${String(i)} = f(b);\n`.repeat(180_000) }];
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const first = await extras.of(list(0), NEVER);
    clearInterval(timer);
    assert.ok(turns > 3, String(turns));
    for (let i = 1; i < 8; i++) await extras.of(list(i), NEVER);
    assert.ok(extras.bytes < 50e6, String(extras.bytes));
    assert.equal(await extras.of(list(7), NEVER), await extras.of(list(7), NEVER));
    assert.notEqual(await extras.of(list(0), NEVER), first, 'the longest unused has gone');
    await assert.rejects(extras.of(list(9), AbortSignal.abort()), { name: 'AbortError' });
    assert.equal(await extras.of([], NEVER), undefined);
  });

  test('large bodies are bounded together, whether they say their length or not, and small ones are answered meanwhile', async () => {
    const server = await servedTiny({ limits: { ...LIMITS, bodyBytes: 1_000_000, bodiesBytes: 2_000_000 } });
    try {
      const { port } = new URL(server.url);
      const head = 'POST /v1/completions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';
      const slow = ['content-length: 900000', 'transfer-encoding: chunked'].map((length) => {
        const socket = connect(Number(port), '127.0.0.1');
        socket.on('error', () => undefined);
        socket.resume().write(`${head}${length}\r\n\r\n`);
        return socket;
      });
      const large = { ...BODY, prompt: 'x'.repeat(400_000) };
      // What others send or give up is known a moment later.
      const answeredWith = async (status: number): Promise<Response> => {
        for (const end = Date.now() + 10_000; ;) {
          const answer = await post(`${server.url}/v1/completions`, large);
          if (answer.status === status || Date.now() > end) return answer;
          await sleep(50);
        }
      };
      const refused = await answeredWith(429);
      assert.equal(refused.status, 429);
      assert.ok(Number(refused.headers.get('retry-after')) >= 1);
      assert.equal((await post(`${server.url}/v1/completions`, BODY)).status, 200);
      for (const socket of slow) socket.destroy();
      assert.equal((await answeredWith(200)).status, 200, 'those who left take nothing');
      const metrics = await (await fetch(`${server.url}/metrics`)).text();
      assert.doesNotMatch(metrics, /status="500"/u, 'who leaves is no fault of the server');
    } finally {
      await server.close();
    }
  });

  test('whoever holds all connections, idle or with half a request, keeps nobody out', async () => {
    const server = await servedTiny({ limits: { ...LIMITS, connections: 4 } });
    const { port } = new URL(server.url);
    const sockets: Socket[] = [];
    const hold = (sent: string): Socket => {
      const socket = connect(Number(port), '127.0.0.1');
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.resume().write(sent);
      return socket;
    };
    try {
      const whole = 'GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n';
      const half =
        'POST /infill HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{';
      for (const sent of ['', whole, half, 'GET /hea']) {
        const held = Array.from({ length: 8 }, () => hold(sent));
        const remaining = (): number => held.filter(({ destroyed }) => !destroyed).length;
        await sleep(50);
        // What is closed is told over the network, which takes its time on a busy machine.
        for (let waited = 0; remaining() > 4 && waited < 5000; waited += 50) await sleep(50);
        assert.equal(remaining(), 4, 'no more than there may be');
        for (let i = 0; i < 3; i++) {
          const answer = await post(`${server.url}/v1/completions`, BODY, { connection: 'close' });
          assert.equal(answer.status, 200, sent);
        }
      }
      const asked = post(`${server.url}/v1/completions`, { ...BODY, steps: 64, max_tokens: 64, n: 8, temperature: 1 });
      await sleep(40);
      for (let i = 0; i < 8; i++) hold('');
      assert.equal((await asked).status, 200, 'what is answered is not cut off');
    } finally {
      for (const socket of sockets) socket.destroy();
      await server.close();
    }
  });

  test('texts of one character or of line ends take no longer than their length', async () => {
    const server = await servedTiny();
    const units = 500_000;
    try {
      for (const unit of ['x', ' ', '\t', '\r\n', '(', '`', '0', '😀', '\ud800', '<PRE> ']) {
        for (const member of ['prompt', 'suffix']) {
          const text = unit.repeat(units / unit.length);
          const ms = await processorMs(async () => {
            const { status } = await post(`${server.url}/v1/completions`, { ...BODY, steps: 1, [member]: text });
            assert.equal(status, 200);
          });
          assert.ok(ms < 5000, `${JSON.stringify(unit)} in ${member}: ${ms.toFixed(0)} ms`);
        }
      }
    } finally {
      await server.close();
    }
  });
});
