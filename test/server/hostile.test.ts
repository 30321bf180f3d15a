import assert from 'node:assert/strict';
import { request } from 'node:http';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { LIMITS } from '../../src/server/service/serverOptions.js';
import { post, servedTiny, untilAsked } from './servedTiny.js';

const BODY = { prompt: 'const a = ', suffix: ';\n', max_tokens: 8, steps: 4 };

describe('whoever connects', () => {
  test('half-open and silent connections are closed, and others are answered meanwhile', async () => {
    const server = await servedTiny({ limits: { ...LIMITS, headersMs: 300, requestMs: 400 } });
    try {
      const { port } = new URL(server.url);
      const sockets = [
        '',
        'POST /v1/completions HT',
        'POST /v1/completions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{"pro',
      ].map((sent) => {
        const socket = connect(Number(port), '127.0.0.1');
        socket.on('error', () => undefined);
        socket.resume();
        socket.write(sent);
        return new Promise<void>((resolve) => socket.on('close', () => resolve()));
      });
      assert.equal((await post(`${server.url}/v1/completions`, BODY)).status, 200);
      const closed = await Promise.race([Promise.all(sockets).then(() => true), sleep(10_000, false)]);
      assert.ok(closed);
    } finally {
      await server.close();
    }
  });

  test('what is too large is refused, with and without its length', async () => {
    const server = await servedTiny({ limits: { ...LIMITS, bodyBytes: 10_000 } });
    try {
      const large = JSON.stringify({ ...BODY, prompt: 'x'.repeat(20_000) });
      assert.equal((await post(`${server.url}/v1/completions`, large)).status, 413);
      const status = await new Promise<number | undefined>((resolve) => {
        const sent = request(`${server.url}/infill`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
        });
        sent.on('response', (response) => resolve(response.resume().statusCode));
        sent.on('error', () => resolve(undefined)); // the server may close before all was sent
        sent.write(large.slice(0, 5000));
        sent.end(large.slice(5000));
      });
      assert.ok(status === 413 || status === undefined, String(status));
      assert.equal((await post(`${server.url}/v1/completions`, BODY)).status, 200);
    } finally {
      await server.close();
    }
  });

  test('who goes away stops what was computed for it', async () => {
    const server = await servedTiny();
    try {
      const leave = new AbortController();
      const long = { ...BODY, max_tokens: 64, steps: 64, n: 8, temperature: 1 };
      const asked = fetch(`${server.url}/v1/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(long),
        signal: leave.signal,
      });
      await sleep(20);
      leave.abort();
      await assert.rejects(asked);
      assert.equal((await post(`${server.url}/v1/completions`, BODY)).status, 200);
      const metrics = await (await fetch(`${server.url}/metrics`)).text();
      assert.match(metrics, /infill_requests_computing 0/u);
    } finally {
      await server.close();
    }
  });

  test('too many at once are told when to come again, and the others are answered', async () => {
    const server = await servedTiny({ limits: { ...LIMITS, most: 4, mostOfOne: 4 } });
    try {
      const answers = await Promise.all(Array.from({ length: 12 }, () => post(`${server.url}/v1/completions`, BODY)));
      const refused = answers.filter(({ status }) => status === 429);
      assert.ok(refused.length > 0);
      assert.ok(refused.every(({ headers }) => Number(headers.get('retry-after')) >= 1));
      assert.equal(answers.length - refused.length, answers.filter(({ status }) => status === 200).length);
    } finally {
      await server.close();
    }
  });

  test('a machine that asks all the time, under many names, delays others by no more than one request', async (t) => {
    if (process.platform !== 'linux') {
      t.skip('needs a second loopback address');
      return;
    }
    const server = await servedTiny({ limits: { ...LIMITS, most: 16 } });
    const { port } = new URL(server.url);
    let isOver = false;
    let answered = 0;
    const hostile = Array.from({ length: 24 }, async (_, i) => {
      while (!isOver) {
        const long = { ...BODY, max_tokens: 64, steps: 16, n: 4, temperature: 1 };
        const { status } = await post(`${server.url}/v1/completions`, long, { 'x-infill-client': `name ${String(i)}` });
        if (status === 200) answered++;
        else await sleep(5);
      }
    });
    try {
      const ask = (): Promise<number | undefined> =>
        new Promise((resolve, reject) => {
          const sent = request({
            host: '127.0.0.1',
            port,
            localAddress: '127.0.0.2',
            path: '/v1/completions',
            method: 'POST',
            headers: { 'content-type': 'application/json' },
          });
          sent.on('response', (response) => resolve(response.resume().statusCode));
          sent.on('error', reject).end(JSON.stringify(BODY));
        });
      for (let i = 0; i < 5; i++) {
        await sleep(100);
        const before = answered;
        assert.equal(await ask(), 200);
        // What computed when it came, and what may have been answered while it was on its way in and out.
        assert.ok(answered - before <= 3, String(answered - before));
        const earlier = answered;
        assert.equal((await fetch(`${server.url}/health`)).status, 200);
        assert.ok(answered - earlier <= 2, 'whether it lives is told at once, not in turn');
      }
    } finally {
      isOver = true;
      await Promise.all(hostile);
      await server.close();
    }
  });

  test('what cannot be read as a request, or goes on without an end, is refused, and others are answered', async () => {
    const server = await servedTiny({ limits: { ...LIMITS, bodyBytes: 100_000 } });
    try {
      const { port } = new URL(server.url);
      const head = 'POST /v1/completions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';
      const answer = async (sent: string, more = ''): Promise<string> => {
        const socket = connect(Number(port), '127.0.0.1');
        let text = '';
        socket.setEncoding('utf8').on('data', (part: string) => (text += part));
        socket.on('error', () => undefined);
        const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
        socket.write(sent);
        while (more !== '' && !socket.destroyed) {
          socket.write(more);
          await sleep(1);
        }
        await closed;
        return text;
      };
      for (const [sent, status] of [
        [
          `${head}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\nhost: a\r\n\r\n`,
          400,
        ],
        [`${head}content-length: 5\r\ncontent-length: 6\r\n\r\n{}`, 400],
        [`${head}transfer-encoding: chunked\r\n\r\nzz\r\n`, 400],
        [`${head}x: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
        ['\x16\x03\x01\x00\xa5\x01\x00', 400],
      ] as const) {
        const text = await answer(sent);
        assert.ok(text.startsWith(`HTTP/1.1 ${String(status)} `), text);
        assert.equal(text.split('HTTP/1.1').length, 2, 'one answer: nothing is smuggled in');
      }
      const chunk = `2000\r\n${'x'.repeat(0x2000)}\r\n`;
      const endless = await answer(`${head}transfer-encoding: chunked\r\n\r\n`, chunk);
      assert.match(endless, /^HTTP\/1\.1 413 |^$/u);
      assert.equal((await post(`${server.url}/v1/completions`, BODY)).status, 200);
      const metrics = await (await fetch(`${server.url}/metrics`)).text();
      assert.doesNotMatch(metrics, /status="500"/u);
    } finally {
      await server.close();
    }
  });

  test('of an editor only the newest request is answered', async () => {
    const server = await servedTiny();
    try {
      const asked = Array.from({ length: 4 }, () =>
        post(`${server.url}/v1/completions`, BODY, { 'x-infill-client': 'window' }),
      );
      const statuses = (await Promise.all(asked)).map(({ status }) => status);
      assert.equal(statuses.filter((status) => status === 200).length >= 1, true);
      assert.ok(
        statuses.every((status) => status === 200 || status === 409),
        statuses.join(),
      );
    } finally {
      await server.close();
    }
  });

  test('closing answers what computes', async () => {
    const server = await servedTiny();
    const asked = post(`${server.url}/v1/completions`, { ...BODY, steps: 32, max_tokens: 32 });
    await untilAsked(server);
    const begun = performance.now();
    await server.close();
    assert.ok(performance.now() - begun < 4000, 'it does not wait for clients that would keep their connection');
    assert.ok([200, 503].includes((await asked).status));
    await assert.rejects(post(`${server.url}/v1/completions`, BODY));
  });
});
