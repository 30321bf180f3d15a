import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Hono } from 'hono';
import * as z from 'zod';
import { InfillError } from '../../src/shared/infillError.js';
import { pickFields } from '../../src/server/llama/answerOf.js';
import { cutAtStop } from '../../src/server/requests/cutAtStop.js';
import { promptParts } from '../../src/server/requests/promptParts.js';
import { readJson } from '../../src/server/requests/readJson.js';
import { checkExposure } from '../../src/server/service/checkExposure.js';
import { isLoopback } from '../../src/process/isLoopback.js';
import { processorMs } from '../processorMs.js';

describe('a prompt', () => {
  const around = { prefix: 'f(', suffix: ') { }' };
  for (const prompt of [
    '<|fim_prefix|>f(<|fim_suffix|>) { }<|fim_middle|>',
    '<|endoftext|><|fim_prefix|>f(<|fim_suffix|>) { }<|fim_middle|>',
    '<fim_prefix>f(<fim_suffix>) { }<fim_middle>',
    '<fim-prefix>f(<fim-suffix>) { }<fim-middle>',
    '<PRE> f( <SUF>) { } <MID>',
    '<｜fim▁begin｜>f(<｜fim▁hole｜>) { }<｜fim▁end｜>',
    '<|code_prefix|>f(<|code_suffix|>) { }<|code_middle|>',
    '[SUFFIX]) { }[PREFIX]f(',
  ]) {
    test(`in the template of another model: ${prompt}`, () => assert.deepEqual(promptParts(prompt), around));
  }

  test('that is no template is the prefix', () => {
    for (const prompt of [
      'f(',
      '<|fim_prefix|>f(<|fim_suffix|>',
      '[PREFIX]a[SUFFIX]',
      '<|fim_suffix|><|fim_prefix|><|fim_middle|>',
    ]) {
      assert.deepEqual(promptParts(prompt), { prefix: prompt, suffix: '' });
    }
  });

  test('of many markers takes no longer than its length', async () => {
    const ms = await processorMs(() => promptParts(`${'<|fim_prefix|><|fim_suffix|>'.repeat(150_000)}<|fim_middle|>x`));
    assert.ok(ms < 1000, `${ms.toFixed(0)} ms`);
  });
});

test("a body that takes long to read is read when it is its client's turn, a short one at once", async () => {
  let turns = 0;
  const app = new Hono().post('/', async (c) =>
    c.json(
      await readJson(c, z.object({ text: z.string() }), (work) => {
        turns++;
        return work();
      }),
    ),
  );
  const ask = async (text: string): Promise<unknown> =>
    (await app.request('/', { method: 'POST', body: JSON.stringify({ text, other: 1 }) })).json();
  assert.deepEqual(await ask('short'), { text: 'short' });
  assert.equal(turns, 0);
  const long = 'x'.repeat(200_000);
  assert.deepEqual(await ask(long), { text: long });
  assert.equal(turns, 1);
});

test('a text ends before the first stop', () => {
  assert.deepEqual(cutAtStop('a;b\nc', ['\n', ';']), { text: 'a', stop: ';' });
  assert.equal(cutAtStop('abc', ['\n', '']), undefined);
});

test('fields are picked by their paths, and no others', () => {
  const answer = { content: 'x', timings: { prompt_n: 3 } };
  assert.deepEqual(pickFields(answer, ['content', 'timings/prompt_n', 'constructor', 'timings/toString', '']), {
    content: 'x',
    'timings/prompt_n': 3,
  });
});

describe('a server that other machines reach', () => {
  const token = 'a'.repeat(24);
  const tls = { certificate: '', key: '' };
  const check = (options: Partial<Parameters<typeof checkExposure>[0]>) => (): void =>
    checkExposure({ host: '0.0.0.0', isBehindProxy: false, ...options });

  test('needs a token, and encryption or a proxy that does it', () => {
    for (const refused of [
      {},
      { token },
      { tls },
      { isBehindProxy: true },
      { token: 'short', tls },
      { host: '::' },
      { token: 'has a blank in its middle', tls },
      { token: `${token}\n${token}`, host: '127.0.0.1' },
      { host: '127.0.0.1', isBehindProxy: true },
    ]) {
      assert.throws(check(refused), (error: unknown) => error instanceof InfillError && error.remedy !== '');
    }
    for (const fine of [
      { token, tls },
      { token, isBehindProxy: true },
      { host: '127.0.0.1' },
      { host: '::1' },
      { host: '127.0.0.1', token, isBehindProxy: true },
    ]) {
      assert.doesNotThrow(check(fine));
    }
  });

  test('is one that listens elsewhere than on the loopback', () => {
    for (const host of ['127.0.0.1', '127.1.2.3', 'localhost', 'LocalHost.', '::1', '[0:0:0:0:0:0:0:1]'])
      assert.ok(isLoopback(host));
    for (const host of [
      '0.0.0.0',
      '::',
      '192.168.0.1',
      '127.0.0.1.evil.example',
      '1127.0.0.1',
      'no host',
      'localhost.evil.example',
    ]) {
      assert.ok(!isLoopback(host), host);
    }
  });
});
