import assert from 'node:assert/strict';
import { request } from 'node:http';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import * as z from 'zod';
import { documentContext } from '../../src/cli/input/documentContext.js';
import type { InfillOutcome } from '../../src/shared/outcome.js';
import { post, servedTiny, type TinyServer } from './servedTiny.js';

const PREFIX = 'function add(a, b) {\n  return ';
const SUFFIX = ';\n}\n';
const OPTIONS = { steps: 4, maxTokens: 8, multiline: 'auto', temperature: 0, topP: 1, seed: 0 } as const;

const completion = z.object({
  object: z.literal('text_completion'),
  model: z.string(),
  choices: z.array(z.object({ text: z.string(), index: z.int(), finish_reason: z.enum(['stop', 'length']) })),
  usage: z.object({ prompt_tokens: z.int(), completion_tokens: z.int(), total_tokens: z.int() }),
});
const problem = z.object({ error: z.object({ message: z.string(), type: z.string(), code: z.string() }) });

describe('the server', () => {
  let server: TinyServer;
  before(async () => (server = await servedTiny()));
  after(async () => server.close());

  async function alone(candidates: number): Promise<InfillOutcome> {
    const context = documentContext(PREFIX + SUFFIX, { start: PREFIX.length, end: PREFIX.length }, 'plaintext');
    return server.engine.infill({ context, options: { ...OPTIONS, candidates, minConfidence: 0, trace: false } });
  }
  const textsOf = (outcome: InfillOutcome): string[] =>
    outcome.kind === 'infill' ? outcome.candidates.map(({ text }) => text) : [''];

  test('completes as OpenAI does: what the engine says, with usage', async () => {
    const body = {
      model: 'any',
      prompt: PREFIX,
      suffix: SUFFIX,
      max_tokens: 8,
      steps: 4,
      n: 2,
      logit_bias: {},
      user: 'x',
    };
    const response = await post(`${server.url}/v1/completions`, body);
    assert.equal(response.status, 200);
    const { choices, usage, model } = completion.parse(await response.json());
    assert.deepEqual(
      choices.map(({ text }) => text),
      textsOf(await alone(2)),
    );
    assert.deepEqual(
      choices.map(({ index }) => index),
      [...choices.keys()],
    );
    assert.equal(model, server.engine.info.name);
    assert.equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens);
    assert.ok(usage.prompt_tokens > 0);
    const templated = `<|fim_prefix|>${PREFIX}<|fim_suffix|>${SUFFIX}<|fim_middle|>`;
    const again = await post(`${server.url}/v1/completions`, { ...body, suffix: null, prompt: templated });
    assert.deepEqual(completion.parse(await again.json()).choices, choices);
  });

  test('streams a completion as pieces of the same text', async () => {
    const body = { prompt: PREFIX, suffix: SUFFIX, max_tokens: 8, steps: 4, stream: true };
    const response = await post(`${server.url}/v1/completions`, body);
    assert.match(response.headers.get('content-type') ?? '', /text\/event-stream/u);
    const data = [...(await response.text()).matchAll(/^data: (.*)$/gmu)].map(([, line]) => line!);
    assert.equal(data.pop(), '[DONE]');
    const piece = z.object({ choices: z.array(z.object({ text: z.string(), finish_reason: z.string().nullable() })) });
    const pieces = data.map((line) => piece.parse(JSON.parse(line)).choices[0]!);
    assert.equal(pieces.map(({ text }) => text).join(''), textsOf(await alone(1))[0]);
    assert.notEqual(pieces.at(-1)!.finish_reason, null);
  });

  test("fills in as llama.cpp's server does: what llama.vim sends, with the fields that it reads", async () => {
    const body = {
      id_slot: 0,
      input_prefix: 'function add(a, b) {\n',
      prompt: '  return ',
      input_suffix: SUFFIX,
      input_extra: [{ text: 'const sum = add(1, 2);\n', time: 12.5, filename: 'sum.js' }],
      n_predict: 8,
      stop: [],
      n_indent: 2,
      top_k: 40,
      top_p: 1,
      samplers: ['top_k', 'top_p', 'infill'],
      stream: false,
      cache_prompt: true,
      t_max_prompt_ms: 500,
      t_max_predict_ms: 60_000,
      response_fields: ['content', 'timings/prompt_n', 'timings/predicted_per_second', 'truncated', 'tokens_cached'],
      steps: 4,
    };
    const response = await post(`${server.url}/infill`, body);
    assert.equal(response.status, 200);
    const answer = z
      .strictObject({
        content: z.string(),
        'timings/prompt_n': z.number(),
        'timings/predicted_per_second': z.number(),
        truncated: z.literal(false),
        tokens_cached: z.number(),
      })
      .parse(await response.json());
    assert.equal(answer.content, textsOf(await alone(1))[0]);
    const { response_fields: _, ...whole } = body;
    const several = z.array(z.object({ content: z.string(), stop: z.literal(true) }));
    const list = several.parse(await (await post(`${server.url}/infill`, { ...whole, n_cmpl: 3 })).json());
    assert.equal(list[0]!.content, answer.content);
    const warmed = await post(`${server.url}/infill`, { ...body, n_predict: 0, response_fields: [''] });
    assert.deepEqual(await warmed.json(), {});
  });

  test('tells what it is, to both', async () => {
    const get = async (path: string): Promise<unknown> => (await fetch(server.url + path)).json();
    assert.deepEqual(await get('/health'), { status: 'ok' });
    const props = z.object({ default_generation_settings: z.object({ n_ctx: z.int() }), total_slots: z.literal(1) });
    assert.ok(props.parse(await get('/props')).default_generation_settings.n_ctx > 0);
    const models = z.object({ data: z.array(z.object({ id: z.string() })).length(1) });
    assert.equal(models.parse(await get('/v1/models')).data[0]!.id, server.engine.info.name);
  });

  test('answers whole requests as the engine does, step by step where events are accepted', async () => {
    const context = documentContext(PREFIX + SUFFIX, { start: PREFIX.length, end: PREFIX.length }, 'plaintext');
    const body = { context, options: { ...OPTIONS, trace: true } };
    const outcome = (await (await post(`${server.url}/infill/v1/fill`, body)).json()) as InfillOutcome;
    assert.deepEqual(textsOf(outcome), textsOf(await alone(1)));
    const streamed = await post(`${server.url}/infill/v1/fill`, body, { accept: 'text/event-stream' });
    const events = [...(await streamed.text()).matchAll(/^event: (\w+)\ndata: (.*)$/gmu)];
    assert.equal(events.pop()![1], 'outcome');
    assert.equal(events.length, outcome.report.stepsUsed);
    assert.ok(events.every(([, name]) => name === 'step'));
    const denoise = { context, selection: 'a + b', pinned: [{ start: 0, end: 1 }], strength: 0.5, options: OPTIONS };
    const denoised = await post(`${server.url}/infill/v1/denoise`, denoise);
    assert.equal(denoised.status, 200);
    assert.match(z.object({ kind: z.string() }).parse(await denoised.json()).kind, /^(?:denoised|none)$/u);
  });

  test("answers all of the editor's requests as the engine does, and tells what was asked to be told", async () => {
    const context = documentContext(PREFIX + SUFFIX, { start: PREFIX.length, end: PREFIX.length }, 'plaintext');
    const options = { ...OPTIONS, candidates: 1, minConfidence: 0, trace: false };
    const { engine } = server;
    const native = async (path: string, body: object): Promise<unknown> => {
      const response = await post(`${server.url}/infill/v1/${path}`, body);
      assert.equal(response.status, 200, await response.clone().text());
      return response.json();
    };
    const untimed = (outcome: unknown): unknown =>
      JSON.parse(
        JSON.stringify(outcome, (key, value: unknown) =>
          /^(?:ms|passes|encodedTokens|reusedTokens)$/u.test(key) ? 0 : value,
        ),
      );
    const canvas = {
      context,
      canvas: [{ kind: 'text', text: 'a' }, { kind: 'mask' }, { kind: 'mask' }],
      options,
    } as const;
    assert.deepEqual(untimed(await native('canvas', canvas)), untimed(await engine.canvas(canvas)));
    const asked = { ...canvas, alternatives: { position: 1, most: 3 } };
    assert.deepEqual(untimed(await native('canvas', asked)), untimed(await engine.canvas(asked)));
    const { languageId, eol, indentUnit } = context;
    const holes = { parts: ['let a = ', ';\nlet b = ', ';\n'], document: { languageId, eol, indentUnit }, options };
    assert.deepEqual(untimed(await native('holes', holes)), untimed(await engine.holes(holes)));
    const line = { linesBefore: [], linesAfter: [], uri: 'file:///a', path: 'a', line: 1 };
    const recent = { edits: [{ ...line, before: ['f(a)'], after: ['add(a, b)'] }], lineBefore: '  return a;' };
    const recently = { context: { ...context, uri: 'file:///b' }, options, recent };
    assert.deepEqual(untimed(await native('fill', recently)), untimed(await engine.infill(recently)));
    const told = await (await fetch(`${server.url}/infill/v1/model`)).json();
    assert.deepEqual(told, { protocol: 1, version: '1.2.3', model: { ...engine.info, deviceNote: '' } });

    const events = async (tell: string): Promise<readonly [name: string, data: string][]> => {
      const body = { context, options, tell };
      const text = await (await post(`${server.url}/infill/v1/fill`, body, { accept: 'text/event-stream' })).text();
      return [...text.matchAll(/^event: (\w+)\ndata: (.*)$/gmu)].map(([, name, data]) => [name!, data!]);
    };
    assert.deepEqual(
      (await events('outcome')).map(([name]) => name),
      ['outcome'],
    );
    const drafts = await events('drafts');
    assert.ok(drafts.some(([name, data]) => name === 'step' && 'shown' in (JSON.parse(data) as object)));
    assert.ok((await events('steps')).every(([, data]) => !('shown' in (JSON.parse(data) as object))));
  });

  test('says what is wrong with a request, and what to do', async () => {
    const wrong: readonly (readonly [string, unknown, number])[] = [
      ['/v1/completions', {}, 400],
      ['/v1/completions', 'no JSON', 400],
      ['/v1/completions', { prompt: 1 }, 400],
      ['/v1/completions', { prompt: '', temperature: 9 }, 400],
      ['/v1/completions', { prompt: '', echo: true }, 400],
      ['/infill', { n_predict: 'x' }, 400],
      ['/infill', { response_fields: Array.from({ length: 100_000 }, () => 1) }, 400],
      ['/v1/completions', { prompt: '', unknown: [Array.from({ length: 100_000 }, () => [])] }, 400],
      ['/infill/v1/fill', { context: {}, options: {} }, 400],
      ['/infill/v1/denoise', [], 400],
      ['/infill/v1/canvas', { canvas: [] }, 400],
      ['/infill/v1/holes', { parts: ['one'] }, 400],
      ['/infill/v1/project', {}, 400],
      ['/nothing', {}, 404],
    ];
    for (const [path, body, status] of wrong) {
      const response = await post(server.url + path, body);
      assert.equal(response.status, status, `${path} ${JSON.stringify(body)}`);
      assert.notEqual(problem.parse(await response.json()).error.message, '');
    }
  });

  test('answers what asks for no text, for all that fits, or for more than there is', async () => {
    const around = { prompt: PREFIX, suffix: SUFFIX, steps: 2 };
    for (const [body, texts] of [
      [{ max_tokens: 0, prompt: [PREFIX, PREFIX] }, 2],
      [{ max_tokens: -1 }, 1],
      [{ max_tokens: 100_000, seed: -1, temperature: 2, n: 3 }, undefined],
      [{ max_tokens: 0, stream: true }, undefined],
    ] as const) {
      const response = await post(`${server.url}/v1/completions`, { ...around, ...body });
      assert.equal(response.status, 200, JSON.stringify(body));
      if ('stream' in body) continue;
      const { choices } = completion.parse(await response.json());
      assert.ok(texts === undefined ? choices.length > 0 : choices.length === texts);
      if (body.max_tokens === 0) assert.ok(choices.every(({ text }) => text === ''));
    }
    const llama = { input_prefix: PREFIX, input_suffix: SUFFIX, steps: 2, n_predict: -1, t_max_predict_ms: -1 };
    assert.equal((await post(`${server.url}/infill`, { ...llama, seed: -1, temperature: 9 })).status, 200);
    const many = await post(`${server.url}/infill`, { ...llama, n_cmpl: 20 });
    assert.ok(z.array(z.object({ content: z.string() })).parse(await many.json()).length <= 8);
  });

  test('is asked for by any way to write this machine, and by no other name (DNS rebinding)', async () => {
    const { port } = new URL(server.url);
    const status = (host: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const sent = request(`${server.url}/health`, { headers: { host } });
        sent.on('response', (response) => resolve(response.resume().statusCode));
        sent.on('error', reject).end();
      });
    for (const name of ['localhost', 'LOCALHOST', 'localhost.', '127.0.0.1', '127.1', '[::1]']) {
      assert.equal(await status(name), 200, name);
      assert.equal(await status(`${name}:${port}`), 200, name);
    }
    for (const name of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example', '10.0.0.1', '[::2]']) {
      assert.equal(await status(`${name}:${port}`), 403, name);
    }
  });

  test('speaks HTTP/1.0 to who does', async () => {
    const { port } = new URL(server.url);
    const ask = async (sent: string): Promise<string> => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.write(sent);
      let text = '';
      for await (const part of socket) text += String(part);
      return text;
    };
    assert.match(await ask('GET /health HTTP/1.0\r\n\r\n'), /^HTTP\/1\.1 200 .*"ok"/su);
    const body = JSON.stringify({ prompt: PREFIX, max_tokens: 2, steps: 1, stream: true });
    const head = `content-type: application/json\r\ncontent-length: ${String(body.length)}`;
    const streamed = await ask(`POST /v1/completions HTTP/1.0\r\n${head}\r\n\r\n${body}`);
    assert.match(streamed, /\r\n\r\ndata: /u, 'it knows no chunks');
    assert.ok(streamed.endsWith('data: [DONE]\n\n'));
  });

  test('takes nothing from a page of a browser', async () => {
    const simple = await fetch(`${server.url}/v1/completions`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain', origin: 'https://evil.example' },
      body: JSON.stringify({ prompt: 'x' }),
    });
    assert.equal(simple.status, 415);
    assert.equal(simple.headers.get('access-control-allow-origin'), null);
    const preflight = await fetch(`${server.url}/v1/completions`, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    assert.equal(preflight.headers.get('access-control-allow-origin'), null);
  });

  test('counts what it answers, and keeps no text of it', async () => {
    await post(`${server.url}/v1/completions`, { prompt: 'a secret text', max_tokens: 4, steps: 1 });
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    assert.match(metrics, /infill_requests_total\{route="\/v1\/completions",status="200"\} [1-9]/u);
    assert.match(metrics, /infill_context_tokens_total\{from="reading"\} [1-9]/u);
    assert.match(metrics, /infill_requests_total\{route="other",status="404"\} 1/u);
    assert.ok(!metrics.includes('secret') && !metrics.includes('nothing'));
  });
});

test('with a token, all but /health needs it', async () => {
  const token = 'only-for-those-who-know-it';
  const server = await servedTiny({ token });
  try {
    const body = { prompt: 'x', max_tokens: 2, steps: 1 };
    const status = async (authorization?: string): Promise<number> =>
      (await post(`${server.url}/v1/completions`, body, authorization === undefined ? {} : { authorization })).status;
    const refused = await post(`${server.url}/v1/completions`, body);
    assert.equal(refused.status, 401);
    assert.match(refused.headers.get('www-authenticate') ?? '', /^Bearer/u);
    assert.deepEqual(problem.parse(await refused.json()).error, {
      message: 'The token is missing or wrong.',
      type: 'authentication_error',
      code: 'invalid_api_key',
    });
    assert.equal(await status('Bearer only-for-those-who-know-iT'), 401);
    assert.equal(await status(`Bearer ${token}`), 200);
    assert.equal((await fetch(`${server.url}/metrics`)).status, 401);
    assert.equal((await fetch(`${server.url}/health`)).status, 200);
  } finally {
    await server.close();
  }
});
