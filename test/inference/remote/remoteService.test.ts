import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'node:test';
import { documentContext } from '../../../src/cli/input/documentContext.js';
import { InfillError } from '../../../src/shared/infillError.js';
import type { InfillRequest } from '../../../src/shared/infillRequest.js';
import { emptyReport, type InfillOutcome, type StepTrace } from '../../../src/shared/outcome.js';
import { selfSigned } from '../../server/selfSigned.js';
import { servedTiny, type TinyServer } from '../../server/servedTiny.js';
import { denoiseRequest, infillRequest, OPTIONS, textOf } from '../requests.js';
import { until } from '../scriptedClient.js';
import { events, json, MODEL, oddServer, problem } from './oddServer.js';
import { remoteClient } from './remoteClient.js';

const PREFIX = 'function add(a, b) {\n  return ';
const SUFFIX = ';\n}\n';
const ASKED: InfillRequest = {
  context: documentContext(PREFIX + SUFFIX, { start: PREFIX.length, end: PREFIX.length }, 'plaintext'),
  options: { ...OPTIONS, maxTokens: 8, topP: 1, seed: 0 },
};

function filled(text: string): InfillOutcome {
  const tokens = [{ text, confidence: 1, step: 0 }];
  return { kind: 'infill', candidates: [{ text, confidence: 1, tokens, stepsUsed: 1 }], report: emptyReport() };
}

function step(number: number): StepTrace {
  return { step: number, kind: 'denoise', commits: [], canvas: [], draft: [] };
}

function isFault(code: string, ...said: readonly RegExp[]): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof InfillError);
    assert.equal(error.code, code);
    for (const each of said) assert.match(error.describe(), each);
    return true;
  };
}

void describe('an infill serve that a window asks', () => {
  let server: TinyServer;
  before(async () => (server = await servedTiny()));
  after(async () => server.close());

  it('answers with the model, and each state says where', async () => {
    await using client = remoteClient(server.url);
    assert.equal(client.service.state.kind, 'stopped');
    assert.deepEqual(await client.service.load(), { ...server.engine.info, deviceNote: '' });
    assert.equal(client.service.state.kind, 'ready');
    const outcome = await client.service.infill(ASKED);
    assert.equal(textOf(outcome), textOf(await server.engine.infill(ASKED)));
    const { host: name } = new URL(server.url);
    assert.ok(client.states.every(({ place }) => place?.kind === 'server' && place.name === name));
    assert.deepEqual(
      client.states.map(({ kind }) => kind),
      ['starting', 'ready', 'ready', 'working', 'ready'],
    );
  });

  it('tells steps and drafts where they are wanted, and from when on', async () => {
    await using client = remoteClient(server.url);
    const plain: StepTrace[] = [];
    const drafts: StepTrace[] = [];
    const later: StepTrace[] = [];
    await client.service.infill(ASKED, { onStep: (each) => plain.push(each) });
    assert.ok(plain.length > 0 && plain.every(({ shown }) => shown === undefined));
    await client.service.infill(ASKED, { onStep: (each) => drafts.push(each), drafts: true });
    assert.deepEqual(
      drafts.map(({ canvas }) => canvas),
      plain.map(({ canvas }) => canvas),
    );
    assert.ok(drafts.some(({ shown }) => shown !== undefined));
    await client.service.infill(ASKED, { onStep: (each) => later.push(each), drafts: new Promise(() => undefined) });
    assert.equal(later.length, 0);
    await client.service.infill(ASKED, { onStep: (each) => later.push(each), drafts: Promise.resolve() });
    assert.equal(later.length, drafts.length);
  });

  it('refuses what is out of range with the words that it has for a process of this machine', async () => {
    await using client = remoteClient(server.url);
    const wrong = { ...ASKED, entry: { ahead: 10_000, isChosen: true } };
    const own = await server.engine.infill(wrong).catch((error: unknown) => error);
    await assert.rejects(client.service.infill(wrong), (error: unknown) => {
      assert.ok(error instanceof InfillError && own instanceof InfillError);
      assert.deepEqual([error.code, error.message, error.remedy], [own.code, own.message, own.remedy]);
      return true;
    });
    assert.equal(client.service.state.kind, 'ready', 'that is no fault of the server');
  });
});

void describe('the order of work on a server', () => {
  it('is that of a process: of suggestions the newest, all else in its order', async () => {
    const held: (() => void)[] = [];
    await using server = await oddServer((_, response, body) => {
      const { context } = JSON.parse(body) as { context: { prefix: string } };
      held.push(() => events(response, ['outcome', filled(context.prefix)]));
    });
    await using client = remoteClient(server.url);
    const { service } = client;
    await service.load();
    const first = service.infill(infillRequest('first'));
    await until(() => held.length === 1);
    const second = service.infill(infillRequest('second'));
    assert.equal(textOf(await first), 'cancelled', 'at once, though the server has not answered');
    await until(() => server.left.length === 1);
    await until(() => held.length === 2);
    const third = service.denoise(denoiseRequest('third'));
    const ahead = service.infill(infillRequest('ahead'), { isAhead: () => true });
    assert.equal(textOf(await ahead), 'superseded');
    held[1]!();
    assert.equal(textOf(await second), 'second');
    await until(() => held.length === 3);
    const stop = new AbortController();
    const fourth = service.infill(infillRequest('fourth'), { signal: stop.signal });
    stop.abort();
    assert.equal(textOf(await fourth), 'cancelled');
    held[2]!();
    await assert.rejects(third, isFault('unreachable', /not as "infill serve" does/u), 'an answer of the wrong kind');
    assert.equal(held.length, 3, 'what was withdrawn before its turn is not asked');
  });

  it('waits for a server that is busy, as long as it says', async () => {
    let refusals = 0;
    await using server = await oddServer((_, response) => {
      if (++refusals === 1) json(response, 429, problem('too-many'), { 'retry-after': '1' });
      else events(response, ['outcome', filled('at last')]);
    });
    await using client = remoteClient(server.url);
    await client.service.load();
    const begun = performance.now();
    assert.equal(textOf(await client.service.infill(ASKED)), 'at last');
    assert.ok(performance.now() - begun > 900);
    refusals = 0;
    const outcome = await client.service.infill(ASKED, { isAhead: () => true });
    assert.equal(textOf(outcome), 'superseded', 'nothing waits that nobody waits for');
  });

  it('says that a server has too much to do, and does not take it for lost', async () => {
    await using server = await oddServer((_, response) => {
      json(response, 503, problem('waited-too-long', 'The server is busy.'), { 'retry-after': '100' });
    });
    await using client = remoteClient(server.url);
    await client.service.load();
    await assert.rejects(client.service.infill(ASKED), isFault('refused', /is busy/u, /in 100 s/u));
    assert.equal(client.service.state.kind, 'ready');
  });
});

void describe('a server that cannot be asked', () => {
  it('is said to be, before the request ends, and is asked again once it can be', async () => {
    const server = await servedTiny();
    const { port } = new URL(server.url);
    await using client = remoteClient(server.url);
    await client.service.load();
    const before = await client.service.infill(ASKED);
    await server.close();
    const failed = client.service.infill(ASKED).catch((error: unknown) => {
      assert.equal(client.service.state.kind, 'failed');
      throw error;
    });
    await assert.rejects(failed, isFault('unreachable', /ECONN|UND_ERR/u, /infill serve/u));
    assert.equal(client.service.state.info, undefined);
    const begun = performance.now();
    await assert.rejects(client.service.infill(ASKED), isFault('unreachable'));
    assert.ok(performance.now() - begun < 1000, 'at once');
    const again = await servedTiny({ port: Number(port) });
    try {
      await until(() => client.service.state.kind === 'ready');
      assert.equal(textOf(await client.service.infill(ASKED)), textOf(before));
    } finally {
      await again.close();
    }
  });

  it('is asked with the token, and a wrong one is named', async () => {
    const token = 'only-for-those-who-know-it';
    const server = await servedTiny({ token });
    try {
      await using right = remoteClient(server.url, { token: () => Promise.resolve(token) });
      assert.equal((await right.service.infill(ASKED)).kind, 'infill');
      for (const wrong of ['', 'something-else-entirely']) {
        await using client = remoteClient(server.url, { token: () => Promise.resolve(wrong) });
        await assert.rejects(client.service.load(), isFault('refused', /requires a token/u, /Set Server Token/u));
        assert.equal(client.service.state.kind, 'failed');
        assert.ok(
          ![...client.logged, JSON.stringify(client.states)].some((text) => wrong !== '' && text.includes(wrong)),
        );
      }
    } finally {
      await server.close();
    }
  });

  it('is not asked where its certificate is not trusted, which is said, or is for another name', async (t) => {
    const tls = await selfSigned();
    if (tls === undefined) {
      t.skip('needs openssl');
      return;
    }
    const token = 'only-for-those-who-know-it';
    const server = await servedTiny({ tls, token });
    try {
      await using client = remoteClient(server.url, { token: () => Promise.resolve(token) });
      await assert.rejects(
        client.service.load(),
        isFault('unreachable', /certificate of .* is not trusted \(\w*SELF_SIGNED/u),
      );
      await using plain = remoteClient(server.url.replace('https', 'http'));
      await assert.rejects(plain.service.load(), isFault('unreachable', /cannot be reached/u));
    } finally {
      await server.close();
    }
  });

  it('is named for what it is: another program, an older Infill, a newer one, one that hangs', async () => {
    const wrong: readonly (readonly [string, Parameters<typeof oddServer>[0], RegExp])[] = [
      ['a page', (_, response) => response.end('<html>'), /not as "infill serve" does: what it sends is no JSON/u],
      ['another JSON', (_, response) => json(response, 200, { hello: 1 }), /not as "infill serve" does: protocol/u],
      ['nothing there', (_, response) => json(response, 404, {}), /not as "infill serve" does: HTTP status 404/u],
      [
        'older',
        (_, response) => json(response, 404, problem('not_found')),
        /older than this extension.*Update Infill there/u,
      ],
      ['newer', (_, response) => json(response, 200, { ...MODEL, protocol: 2 }), /newer than this extension/u],
      [
        'elsewhere',
        (_, response) => json(response, 302, {}, { location: 'http://evil.example' }),
        /redirects to another address/u,
      ],
      ['endless', (_, response) => void response.writeHead(200).write('{'), /does not answer/u],
      ['silent', () => undefined, /does not answer/u],
      ['proxy', (_, response) => json(response, 502, {}), /cannot be reached \(a proxy says 502\)/u],
    ];
    for (const [what, answering, said] of wrong) {
      await using server = await oddServer(answering, { saysModel: false });
      await using client = remoteClient(server.url, { patience: { silentMs: 300, answerMs: 300 } });
      await assert.rejects(client.service.load(), isFault('unreachable', said), what);
    }
  });

  it('is an error that says so wherever its answer breaks off or is of the wrong form, and never a crash', async () => {
    const wrong: readonly (readonly [string, Parameters<typeof oddServer>[0], RegExp])[] = [
      ['no events', (_, response) => json(response, 200, filled('x')), /sends no events/u],
      ['no outcome', (_, response) => events(response, ['step', step(0)]), /breaks off/u],
      [
        'half',
        (_, response) => void response.writeHead(200, { 'content-type': 'text/event-stream' }).destroy(),
        /cannot/u,
      ],
      ['null', (_, response) => events(response, ['outcome', null]), /infill serve/u],
      ['wrong', (_, response) => events(response, ['outcome', { ...filled('x'), report: {} }]), /report/u],
      [
        'a command',
        (_, response) => events(response, ['outcome', withSource('command:evil')]),
        /candidates\.0\.source\.uri/u,
      ],
      ['wrong step', (_, response) => events(response, ['step', { step: 'x' }], ['outcome', filled('x')]), /step/u],
    ];
    for (const [what, answering, said] of wrong) {
      await using server = await oddServer(answering);
      await using client = remoteClient(server.url);
      await assert.rejects(
        client.service.infill(ASKED, { onStep: () => undefined }),
        isFault('unreachable', said),
        what,
      );
    }
  });

  it('is found out where it says nothing any more, and waited for as long as it does', async () => {
    let isThere = true;
    await using server = await oddServer((request, response) => {
      if (request.url === '/health') {
        if (isThere) json(response, 200, {});
        return;
      }
      if (isThere) setTimeout(() => events(response, ['outcome', filled('late')]), 1000);
    });
    await using client = remoteClient(server.url, { patience: { silentMs: 100, answerMs: 300 } });
    assert.equal(textOf(await client.service.infill(ASKED)), 'late');
    isThere = false;
    const begun = performance.now();
    await assert.rejects(client.service.infill(ASKED), isFault('unreachable', /does not answer any more/u));
    assert.ok(performance.now() - begun < 5000);
  });

  it('is asked once more over a new connection where the old one was closed meanwhile', async () => {
    let requests = 0;
    await using server = await oddServer((request, response) => {
      if (++requests === 2) request.socket.destroy();
      else events(response, ['outcome', filled(String(requests))]);
    });
    await using client = remoteClient(server.url);
    assert.equal(textOf(await client.service.infill(ASKED)), '1');
    assert.equal(textOf(await client.service.infill(ASKED)), '3');
  });
});

void describe('texts of the project on a server', () => {
  const document = { uri: 'file:///a.ts', path: 'a.ts', languageId: 'typescript', text: 'const a = 1;\n' };

  it('are handed over in their order, and nothing is asked before what was taken out is gone', async () => {
    const order: string[] = [];
    let release: () => void = () => undefined;
    await using server = await oddServer((request, response, body) => {
      if (request.url !== '/infill/v1/project') {
        order.push('fill');
        events(response, ['outcome', filled('x')]);
        return;
      }
      const change = JSON.parse(body) as { replace?: unknown; remove?: unknown };
      const answer = (): void => {
        order.push(change.replace === undefined ? 'removed' : 'replaced');
        json(response, 200, { project: 'id' });
      };
      if (change.replace === undefined) answer();
      else release = answer;
    });
    await using client = remoteClient(server.url);
    assert.equal(await client.service.feedProject({ replace: [document] }), false, 'no server is asked for that');
    await client.service.load();
    const fed = client.service.feedProject({ replace: [document] });
    const removed = client.service.feedProject({ remove: [document.uri] });
    const outcome = client.service.infill(ASKED);
    await sleep(100);
    assert.deepEqual(order, []);
    release();
    assert.deepEqual(await Promise.all([fed, removed]), [true, true]);
    await outcome;
    assert.deepEqual(order, ['replaced', 'removed', 'fill']);
  });

  it('are sent in parts that a server takes', async () => {
    const server = await servedTiny();
    try {
      await using client = remoteClient(server.url);
      await client.service.load();
      const text = `const ${'é'.repeat(60)} = "\\\\\\"";\n`.repeat(3000);
      const replace = Array.from({ length: 30 }, (_, i) => ({ ...document, uri: `file:///${String(i)}.ts`, text }));
      const remove = Array.from({ length: 2500 }, (_, i) => `file:///none${String(i)}.ts`);
      assert.ok(await client.service.feedProject({ clear: true, limit: 1e8, remove, replace }));
      await until(() => client.stats.at(-1)?.waiting === 0);
      assert.equal(client.stats.at(-1)?.documents, 30);
    } finally {
      await server.close();
    }
  });

  it('begin anew where the server has forgotten them, and where it has another model it is asked which', async () => {
    let project = 'one';
    let model = MODEL.model.name;
    await using server = await oddServer(
      (request, response) => {
        if (request.url === '/infill/v1/model')
          json(response, 200, { ...MODEL, model: { ...MODEL.model, name: model } });
        else if (request.url === '/infill/v1/project') json(response, 200, { project });
        else {
          response.setHeader('x-infill-project', project);
          response.setHeader('x-infill-model', encodeURIComponent(`${model} 1`));
          events(response, ['outcome', filled('x')]);
        }
      },
      { saysModel: false },
    );
    await using client = remoteClient(server.url);
    await client.service.load();
    await client.service.feedProject({ replace: [document] });
    await client.service.infill(ASKED);
    assert.ok(client.states.every(({ kind }) => kind !== 'loading'));
    project = 'none';
    await client.service.infill(ASKED);
    const at = client.states.findIndex(({ kind }) => kind === 'loading');
    assert.equal(client.states[at]?.info, undefined);
    assert.ok(client.states.slice(at).some(({ info }) => info !== undefined));
    model = 'another';
    await client.service.infill(ASKED);
    await until(() => client.service.state.info?.name === 'another');
  });

  it('are taken back when the window goes', async () => {
    const bodies: string[] = [];
    await using server = await oddServer((_, response, body) => {
      bodies.push(body);
      json(response, 200, { project: 'id' });
    });
    const client = remoteClient(server.url);
    await client.service.load();
    await client.service.feedProject({ replace: [document] });
    await client.service.dispose();
    assert.equal(bodies.at(-1), '{"clear":true}');
    await assert.rejects(client.service.infill(ASKED), isFault('cancelled'));
  });
});

function withSource(uri: string): unknown {
  const outcome = filled('x');
  return {
    ...outcome,
    candidates: outcome.kind === 'infill' ? [{ ...outcome.candidates[0], source: { uri, path: 'a', line: 1 } }] : [],
  };
}
