import assert from 'node:assert/strict';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import type { WorkerState } from '../../../src/inference/host/clientState.js';
import type { HostedModel } from '../../../src/inference/hosted/forms/hostedModel.js';
import { HostedService, type HostedServiceOptions } from '../../../src/inference/hosted/hostedService.js';
import { InfillError } from '../../../src/shared/infillError.js';
import type { DenoiseRequest } from '../../../src/shared/infillRequest.js';
import type { InfillOutcome, StepTrace } from '../../../src/shared/outcome.js';
import { OPTIONS, requestOf } from './hostedRequest.js';
import { completion, edited, type HostedServer, hostedServer, json, piece, type Respond } from './hostedServer.js';

const KEY = 'sk_0123456789abcdef';
interface Rig {
  readonly server: HostedServer;
  readonly service: HostedService;
  readonly states: WorkerState[];
}

async function rig(
  t: TestContext,
  respond: Respond,
  model: Partial<HostedModel> = {},
  options: Partial<HostedServiceOptions> = {},
): Promise<Rig> {
  const server = await hostedServer(t, respond);
  const states: WorkerState[] = [];
  const service = new HostedService({
    model: { provider: 'openai', model: 'mercury', address: server.address, ...model },
    readKey: () => Promise.resolve(KEY),
    onState: (state) => states.push(state),
    ...options,
  });
  t.after(() => service.dispose());
  return { server, service, states };
}

const answers =
  (...texts: string[]): Respond =>
  (_, response) =>
    json(response, 200, completion(...texts));

function textOf(outcome: InfillOutcome): string {
  assert.ok(outcome.kind === 'infill', JSON.stringify(outcome));
  return outcome.candidates[0]?.text ?? '';
}

test('an OpenAI-compatible address is sent the documented fields and nothing else', async (t) => {
  const { server, service } = await rig(t, answers('40 + 2;'));
  const outcome = await service.infill(requestOf('const answer = ', '\nuse(answer);\n'));
  assert.equal(textOf(outcome), '40 + 2;');
  assert.equal(outcome.report.hosted, new URL(server.address).host);
  assert.equal(server.asked.length, 1);
  const [asked] = server.asked;
  assert.equal(asked?.path, '/v1/completions');
  assert.equal(asked.headers.authorization, `Bearer ${KEY}`);
  assert.deepEqual(asked.body, {
    model: 'mercury',
    prompt: 'const answer = ',
    suffix: '\nuse(answer);\n',
    max_tokens: 64,
    temperature: 0,
    stop: ['\n'],
  });
});

test('Inception is asked at its fill-in-the-middle endpoint, in its own form', async (t) => {
  const { server, service } = await rig(t, answers('return a + b;'), {
    provider: 'inception',
    model: 'mercury-edit-2',
  });
  assert.equal(textOf(await service.infill(requestOf('function add(a, b) {\n  ', '\n}\n'))), 'return a + b;');
  assert.equal(server.asked[0]?.path, '/v1/fim/completions');
  assert.deepEqual(server.asked[0].body, {
    model: 'mercury-edit-2',
    prompt: 'function add(a, b) {\n  ',
    suffix: '\n}\n',
    max_tokens: 64,
  });
});

test('a connection is used again', async (t) => {
  const { server, service } = await rig(t, answers('x'));
  for (let i = 0; i < 8; i++) {
    await service.infill(requestOf(`let a${i} = `));
  }
  assert.ok(server.connections <= 2, String(server.connections));
});

test('no more of a document is sent than people were told', async (t) => {
  const { server, service } = await rig(t, answers('x'));
  const line = 'let value = 1;\n';
  await service.infill(requestOf(`${line.repeat(2000)}let y = `, `\n${line.repeat(2000)}`));
  const { prompt, suffix } = server.asked[0]?.body as { prompt: string; suffix: string };
  assert.ok(prompt.length <= 8000 && prompt.length > 7900, String(prompt.length));
  assert.ok(prompt.startsWith('let value') && prompt.endsWith('let y = '));
  assert.equal(suffix.length, 4000);
});

test('answers go through the rules of the engine', async (t) => {
  const { service, server } = await rig(t, answers('1;\nconst more = 2;'));
  assert.equal(textOf(await service.infill(requestOf('const a = ', '\n'))), '1;', 'one line where one is wanted');
  server.respond = answers('b);');
  assert.equal(textOf(await service.infill(requestOf('call(a, ', ');\n'))), 'b', 'what stands there already is cut');
  server.respond = answers('\n\treturn 1;');
  const crlf = requestOf('function f() {\r\n  ', '\r\n}\r\n', { multiline: 'always' });
  const lines = await service.infill({ ...crlf, context: { ...crlf.context, eol: '\r\n' } });
  assert.doesNotMatch(textOf(lines), /(?<!\r)\n|\t/);
  server.respond = answers('   ');
  const none = await service.infill(requestOf('const b = ', '\n'));
  assert.equal(none.kind === 'none' && none.reason, 'empty');
});

test('several texts are asked for at once where the form has a count, and never later', async (t) => {
  const { service, server } = await rig(t, answers('one();', 'two();', 'one();'));
  const outcome = await service.infill(requestOf('run(); ', '\n', { candidates: 3 }));
  assert.deepEqual(outcome.kind === 'infill' && outcome.candidates.map(({ text }) => text), ['one();', 'two();']);
  assert.equal(server.asked[0]?.body['n'], 3);
  const other = await service.infill({ ...requestOf('run(); '), besides: ['one();'] });
  assert.equal(other.kind === 'none' && other.reason, 'low-confidence');
  assert.equal(server.asked.length, 1);
});

test('of more texts than were asked for the first are taken', async (t) => {
  const { service } = await rig(t, answers(...Array.from({ length: 5000 }, (_, i) => `f${i}();`)));
  for (const candidates of [1, 2]) {
    const outcome = await service.infill(requestOf('run(); ', '\n', { candidates }));
    assert.equal(outcome.kind === 'infill' && outcome.candidates.length, candidates);
  }
});

test('what nobody waits for is not sent', async (t) => {
  const { service, server } = await rig(t, answers('x'));
  const outcome = await service.infill(requestOf('let a = '), { isAhead: () => true });
  assert.equal(outcome.kind === 'none' && outcome.reason, 'not-ready');
  assert.equal(await service.feedProject(), false);
  await service.load();
  assert.equal(server.asked.length, 0);
});

test('a text that streams is told in drafts, and ends as it would have come at once', async (t) => {
  const { service, server } = await rig(t, (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    const texts = ['add(', 'first, ', 'second', ');'];
    const timer = setInterval(() => {
      const text = texts.shift();
      if (text !== undefined) {
        response.write(piece(text));
        return;
      }
      clearInterval(timer);
      response.write(piece(null, 'stop'));
      response.write('data: {"id":"cmpl-1","choices":[],"usage":{}}\n\n');
      response.end('data: [DONE]\n\n');
    }, 120);
  });
  const steps: StepTrace[] = [];
  const outcome = await service.infill(requestOf('const sum = '), { drafts: true, onStep: (step) => steps.push(step) });
  assert.equal(textOf(outcome), 'add(first, second);');
  assert.equal(server.asked[0]?.body['stream'], true);
  assert.ok(steps.length >= 2, String(steps.length));
  assert.ok(
    steps.every(({ shown }) => shown !== undefined && 'add(first, second);'.startsWith(shown.text.slice(0, 4))),
  );
});

test('a stream that has said all need not end', async (t) => {
  const { service } = await rig(t, (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`${piece('call();')}${piece('', 'stop')}data: [DONE]\n\n`);
  });
  const startedAt = performance.now();
  const outcome = await service.infill(requestOf('go(); '), { drafts: true, onStep: () => undefined });
  assert.equal(textOf(outcome), 'call();');
  assert.ok(performance.now() - startedAt < 2000);
});

test('drafts that nobody has begun to watch are not told', async (t) => {
  const { service } = await rig(t, (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(`${piece('call();')}${piece('', 'stop')}data: [DONE]\n\n`);
  });
  const never = new Promise<void>(() => undefined);
  const steps: StepTrace[] = [];
  const outcome = await service.infill(requestOf('go(); '), { drafts: never, onStep: (step) => steps.push(step) });
  assert.equal(textOf(outcome), 'call();');
  assert.equal(steps.length, 0);
});

test('a server that cannot stream may answer at once', async (t) => {
  const { service } = await rig(t, answers('done();'));
  assert.equal(textOf(await service.infill(requestOf('go(); '), { drafts: true, onStep: () => undefined })), 'done();');
});

test('a withdrawn request closes its connection, and the newest suggestion replaces older ones', async (t) => {
  const { service, server, states } = await rig(t, () => undefined);
  const stop = new AbortController();
  const first = service.infill(requestOf('let a = '), { signal: stop.signal });
  await until(() => server.asked.length === 1);
  stop.abort();
  const outcome = await first;
  assert.equal(outcome.kind === 'none' && outcome.reason, 'cancelled');
  await until(() => server.closed === 1);
  const second = service.infill(requestOf('let b = '));
  await until(() => server.asked.length === 2);
  server.respond = answers('3;');
  const third = service.infill(requestOf('let c = '));
  const replaced = await second;
  assert.equal(replaced.kind === 'none' && replaced.reason, 'cancelled');
  assert.equal(textOf(await third), '3;');
  await until(() => server.closed === 2);
  assert.ok(states.every(({ kind }) => kind !== 'failed'));
  assert.equal(service.state.kind, 'ready');
});

test('turning it off ends what runs, and nothing is asked afterwards', async (t) => {
  const { service, server } = await rig(t, () => undefined);
  const running = service.infill(requestOf('let a = '));
  await until(() => server.asked.length === 1);
  await service.dispose();
  const outcome = await running;
  assert.equal(outcome.kind === 'none' && outcome.reason, 'cancelled');
  await until(() => server.closed === 1);
  await assert.rejects(service.infill(requestOf('let b = ')), { code: 'cancelled' });
  assert.equal(server.asked.length, 1);
});

for (const [status, code, says] of [
  [401, 'refused', /does not accept the key \(401, invalid_api_key\)\. Run "Infill: Set Hosted Model Key\.\.\."/],
  [402, 'refused', /requires payment/],
  [403, 'refused', /does not allow this/],
  [404, 'unreachable', /knows no model "mercury"/],
  [400, 'unreachable', /rejects the request/],
  [500, 'unreachable', /has a problem \(500, invalid_api_key\)\. It is asked again at /],
] as const) {
  test(`status ${status} is told without the key or words of the answer, and ends in a pause`, async (t) => {
    const { service, server, states } = await rig(t, (_, response) =>
      json(response, status, { error: { message: `Incorrect key ${KEY}: const a`, code: 'invalid_api_key' } }),
    );
    const error = await rejection(service.infill(requestOf('const a = ')));
    assert.equal(error.code, code);
    assert.match(error.describe(), says);
    assert.match(error.describe(), /OpenAI-compatible \(127\.0\.0\.1:\d+\)/);
    assert.doesNotMatch(error.describe(), /sk_|const a/);
    assert.equal(service.state.kind, 'failed');
    assert.equal(states.at(-1)?.place?.kind, 'hosted');
    await assert.rejects(service.infill(requestOf('const b = ')), { code });
    assert.equal(server.asked.length, 1, 'nothing is sent in the pause');
  });
}

test('after 429 it is asked again as soon as the answer allows, by itself', async (t) => {
  const { service, server } = await rig(t, (_, response) =>
    json(response, 429, { error: { type: 'rate_limit_error' } }, { 'retry-after': '1' }),
  );
  const error = await rejection(service.infill(requestOf('let a = ')));
  assert.match(error.describe(), /takes no more requests for now \(429, rate_limit_error\)\. It is asked again at /);
  assert.equal(service.state.kind, 'failed');
  server.respond = answers('1;');
  await sleep(700);
  assert.equal(service.state.kind, 'failed');
  await until(() => service.state.kind === 'ready');
  assert.equal(server.asked.length, 1, 'nothing is sent to find out');
  assert.equal(textOf(await service.infill(requestOf('let a = '))), '1;');
});

test('restarting forgets what failed, and reads the key anew', async (t) => {
  let key = 'wrong';
  const { service } = await rig(
    t,
    ({ headers }, response) =>
      headers.authorization === `Bearer ${KEY}` ? json(response, 200, completion('ok();')) : json(response, 401, {}),
    {},
    { readKey: () => Promise.resolve(key) },
  );
  await rejection(service.infill(requestOf('let a = ')));
  key = KEY;
  await service.restart();
  assert.equal(textOf(await service.infill(requestOf('go(); '))), 'ok();');
});

test('without a key Inception is not asked at all', async (t) => {
  const { service, server } = await rig(
    t,
    answers('x'),
    { provider: 'inception' },
    { readKey: () => Promise.resolve('') },
  );
  const error = await rejection(service.infill(requestOf('let a = ')));
  assert.match(error.describe(), /There is no key for Inception/);
  assert.equal(server.asked.length, 0);
});

test('a redirect is not followed, so neither key nor text goes anywhere else', async (t) => {
  const other = await hostedServer(t, answers('stolen'));
  const { service } = await rig(t, (_, response) => {
    response.writeHead(307, { location: `${other.address}/completions` }).end();
  });
  const error = await rejection(service.infill(requestOf('let a = ')));
  assert.match(error.describe(), /redirects to another address \(307\)/);
  assert.equal(other.asked.length, 0);
});

const BROKEN: Readonly<Record<string, readonly [Respond, RegExp]>> = {
  'no JSON': [(_, response) => response.end('<html>'), /does not have the expected form: it is no JSON/],
  'no choices': [(_, response) => json(response, 200, { text: 'x' }), /choices is missing/],
  'a text that is none': [
    (_, response) => json(response, 200, { choices: [{ text: 7 }] }),
    /choices\[0\]\.text is no text/,
  ],
  'a connection that breaks off': [
    (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"choices":[');
      setTimeout(() => response.destroy(), 20);
    },
    /closed the connection in the middle/,
  ],
  'too much': [(_, response) => json(response, 200, completion('x'.repeat(1_100_000))), /larger than 1 MB/],
  'too much without end': [
    (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = (): unknown => response.writable && response.write('x'.repeat(65_536)) && setImmediate(more);
      response.on('drain', more);
      more();
    },
    /larger than 1 MB/,
  ],
  'no answer': [() => undefined, /did not answer within 0\.3 s/],
  'silence in the middle': [
    (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{');
    },
    /did not answer within 0\.2 s/,
  ],
  'a trickle': [
    (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => response.write(' '), 50);
      response.on('close', () => clearInterval(timer));
    },
    /did not answer within 0\.8 s/,
  ],
  'a stream that stops without an end': [
    (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(piece('half'));
    },
    /closed the connection in the middle/,
  ],
  'an error in a stream': [
    (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end('data: {"error":{"message":"overloaded"}}\n\n');
    },
    /it ended with an error of the provider/,
  ],
};

for (const [name, [respond, says]] of Object.entries(BROKEN)) {
  test(`an answer with ${name} ends in an error that names it, and the next one works`, async (t) => {
    const patience = { answerMs: 300, silenceMs: 200, totalMs: 800 };
    const pauses = { after: () => 50, worked: () => undefined };
    const { service, server } = await rig(t, respond, {}, { patience, pauses });
    const error = await rejection(service.infill(requestOf('let a = ')));
    assert.equal(error.code, 'unreachable');
    assert.match(error.describe(), says);
    await until(() => service.state.kind === 'ready');
    server.respond = answers('1;');
    assert.equal(textOf(await service.infill(requestOf('let a = '))), '1;');
  });
}

test('nobody at the address is told as such', async (t) => {
  const { service, server } = await rig(t, answers('x'), { address: await freeAddress() });
  const error = await rejection(service.infill(requestOf('let a = ')));
  assert.match(error.describe(), /cannot be reached \(ECONNREFUSED\)\. Check the connection\./);
  assert.equal(server.asked.length, 0);
});

const SELECTED: DenoiseRequest = {
  context: {
    prefix: 'function add(a, b) {\n  return ',
    prefixOffset: 0,
    suffix: '; // sum\n}\n',
    languageId: 'javascript',
    eol: '\n',
    indentUnit: '  ',
  },
  selection: 'a - b',
  pinned: [],
  strength: 0.3,
  options: OPTIONS,
};

test('a selection goes to the edit endpoint between its lines, and only what changed is proposed', async (t) => {
  const { service, server } = await rig(
    t,
    (_, response) => json(response, 200, edited('```\n  return a + b; // sum\n```')),
    { provider: 'inception', model: 'mercury-edit-2' },
  );
  const outcome = await service.denoise(SELECTED);
  assert.ok(outcome.kind === 'denoised', JSON.stringify(outcome));
  assert.deepEqual(
    [outcome.text, outcome.changes],
    ['a + b', [{ span: { start: 2, end: 3 }, before: '-', text: '+' }]],
  );
  assert.equal(server.asked[0]?.path, '/v1/edit/completions');
  assert.deepEqual(server.asked[0].body, {
    model: 'mercury-edit-2',
    messages: [
      {
        role: 'user',
        content:
          '<|recently_viewed_code_snippets|>\n\n<|/recently_viewed_code_snippets|>\n\n' +
          '<|current_file_content|>\nfunction add(a, b) {\n<|code_to_edit|>\n  return a - b<|cursor|>; // sum\n<|/code_to_edit|>\n}\n\n' +
          '<|/current_file_content|>\n\n<|edit_diff_history|>\n\n<|/edit_diff_history|>',
      },
    ],
    max_tokens: 75,
  });
});

test('what an edit endpoint writes outside of the selection is not taken', async (t) => {
  const { service, server } = await rig(t, (_, response) => json(response, 200, edited('  const c = a + b; // sum')), {
    provider: 'inception',
  });
  const outcome = await service.denoise(SELECTED);
  assert.deepEqual(outcome.kind === 'none' && [outcome.reason, outcome.detail], [
    'not-likelier',
    'What the model wrote would not fit.',
  ]);
  server.respond = (_, response) => json(response, 200, edited('None'));
  const same = await service.denoise(SELECTED);
  assert.equal(same.kind === 'none' && same.detail, 'The model would leave it as it is.');
  server.respond = (_, response) => json(response, 200, edited('  return a \u202E+ b; // sum'));
  assert.equal((await service.denoise(SELECTED)).kind, 'none', 'hidden characters');
  const tags = { ...SELECTED, selection: 'a <|cursor|> b' };
  await assert.rejects(service.denoise(tags), { code: 'invalid-request' });
  await assert.rejects(service.denoise({ ...SELECTED, selection: 'x'.repeat(8001) }), { code: 'invalid-request' });
  assert.equal(server.asked.length, 3);
});

test('where there is no edit endpoint the place of a selection is filled', async (t) => {
  const { service, server } = await rig(t, answers('a + b'));
  const outcome = await service.denoise(SELECTED);
  assert.equal(outcome.kind === 'denoised' && outcome.text, 'a + b');
  assert.equal(server.asked[0]?.path, '/v1/completions');
  assert.equal(server.asked[0].body['prompt'], SELECTED.context.prefix);
});

test('holes are filled one after the other, each between what was written before it', async (t) => {
  const { service, server } = await rig(t, answers('first'));
  const running = service.holes({
    parts: ['let a = ', ';\nlet b = ', ';\n'],
    document: { languageId: 'typescript', eol: '\n', indentUnit: '  ' },
    options: OPTIONS,
  });
  const outcomes = await running;
  assert.deepEqual(outcomes.map(textOf), ['first', 'first']);
  assert.equal(server.asked[1]?.body['prompt'], 'let a = first;\nlet b = ');
  assert.equal(server.asked[0]?.body['suffix'], ';\nlet b = ;\n');
});

test('what a hosted model cannot do is refused with what can, and sent nowhere', async (t) => {
  const { service, server } = await rig(t, answers('x'));
  for (const refused of [
    service.canvas(),
    service.infill({ ...requestOf('let a = '), conditions: { start: 'x' } }),
    service.infill(requestOf('let a = ', '\n', { trace: true, positions: true })),
  ]) {
    assert.match((await rejection(refused)).describe(), /A hosted model .*Turn Off Hosted Model/);
  }
  assert.equal(server.asked.length, 0);
});

/** Where nobody listens any more. */
async function freeAddress(): Promise<string> {
  const once = createServer();
  await new Promise<void>((resolve) => once.listen(0, '127.0.0.1', resolve));
  const { port } = once.address() as AddressInfo;
  await new Promise((resolve) => once.close(resolve));
  return `http://127.0.0.1:${port}/v1`;
}

async function rejection(running: Promise<unknown>): Promise<InfillError> {
  const error: unknown = await running.then(
    (value) => assert.fail(`answered ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof InfillError, String(error));
  return error;
}

async function until(isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if (isSo()) return;
    await sleep(20);
  }
  assert.fail('it did not come about within 4 s');
}
