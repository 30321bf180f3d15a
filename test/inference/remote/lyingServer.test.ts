import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { describe, it } from 'node:test';
import { documentContext } from '../../../src/cli/input/documentContext.js';
import { InfillError } from '../../../src/shared/infillError.js';
import type { HolesRequest, InfillRequest } from '../../../src/shared/infillRequest.js';
import { emptyReport, type InfillOutcome, type StepTrace } from '../../../src/shared/outcome.js';
import { denoiseRequest, OPTIONS, textOf } from '../requests.js';
import { events, json, MODEL, oddServer, problem } from './oddServer.js';
import { remoteClient } from './remoteClient.js';

const ASKED: InfillRequest = {
  context: documentContext('a = ;\n', { start: 4, end: 4 }, 'plaintext'),
  options: { ...OPTIONS, maxTokens: 8 },
};
const HIDDEN = 'x\u202E';
const KNOWN = { uri: 'vscode-vfs://github/a/b.ts', path: 'b.ts', line: 1 };
const UNKNOWN = { uri: 'file://elsewhere.example/share/b.ts', path: 'b.ts', line: 1 };

function filled(...texts: readonly string[]): Extract<InfillOutcome, { kind: 'infill' }> {
  const candidates = texts.map((text) => ({ text, confidence: 1, tokens: [], stepsUsed: 1 }));
  return { kind: 'infill', candidates, report: emptyReport() };
}

function step(shown: StepTrace['shown']): StepTrace {
  const trace: StepTrace = { step: 0, kind: 'denoise', commits: [], canvas: [], draft: [] };
  return shown === undefined ? trace : { ...trace, shown };
}

function isUnreachable(...said: readonly RegExp[]): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof InfillError);
    assert.equal(error.code, 'unreachable');
    for (const each of said) assert.match(error.describe(), each);
    return true;
  };
}

void describe('a server that says what cannot be', () => {
  it('puts no characters into a text that nobody sees, nor into drafts, alternatives and what is only doubtful', async () => {
    const shown = { text: HIDDEN, confidence: 1, isWhole: false };
    const [hidden] = filled(HIDDEN).candidates;
    assert.ok(hidden);
    const answers: readonly InfillOutcome[] = [
      filled(HIDDEN, 'seen'),
      filled(HIDDEN),
      { kind: 'none', reason: 'low-confidence', detail: '', report: emptyReport(), doubtful: hidden },
    ];
    let next = 0;
    await using server = await oddServer((_, response) => {
      events(response, ['step', step(shown)], ['step', step({ ...shown, text: 'y' })], ['outcome', answers[next++]]);
    });
    await using client = remoteClient(server.url);
    const steps: StepTrace[] = [];
    const first = await client.service.infill(ASKED, { onStep: (each) => steps.push(each), drafts: true });
    assert.deepEqual(
      steps.map((each) => each.shown?.text),
      [undefined, 'y'],
    );
    assert.deepEqual(first.kind === 'infill' && first.candidates.map(({ text }) => text), ['seen']);
    assert.equal((await client.service.infill(ASKED)).kind, 'none');
    const doubtful = await client.service.infill(ASKED);
    assert.ok(doubtful.kind === 'none' && doubtful.doubtful === undefined);
    assert.equal(client.service.state.kind, 'ready');
  });

  it('names no document as a source that it was not told of', async () => {
    const [known, unknown] = [KNOWN, UNKNOWN].map((source) => ({ ...filled('x').candidates[0], source }));
    await using server = await oddServer((request, response) => {
      if (request.url === '/infill/v1/project') json(response, 200, { project: 'id' });
      else events(response, ['outcome', { ...filled(), candidates: [known, unknown] }]);
    });
    await using client = remoteClient(server.url);
    await client.service.load();
    await client.service.feedProject({ replace: [{ ...KNOWN, languageId: 'typescript', text: 'x' }] });
    const outcome = await client.service.infill(ASKED);
    assert.deepEqual(outcome.kind === 'infill' && outcome.candidates.map(({ source }) => source), [KNOWN, undefined]);
  });

  it('changes nothing but the selection that it was asked about', async () => {
    const request = denoiseRequest('a = ');
    const { selection } = request;
    const right = { span: { start: 0, end: 1 }, before: selection.slice(0, 1), text: '#' };
    const outcome = (text: string, ...changes: object[]): object => {
      return { kind: 'denoised', text, changes, refused: [], tokens: [], report: emptyReport() };
    };
    const text = `#${selection.slice(1)}`;
    const wrong = [
      outcome('other', right),
      outcome(text, { ...right, before: 'what is not there' }),
      outcome(`${selection}#`, { ...right, span: { start: 9999, end: 99_999 }, before: '' }),
      outcome(text, right, { ...right, text: '' }),
      outcome(`#${selection}`, { ...right, span: { start: 1, end: 0 }, before: '' }),
    ];
    let next: object;
    await using server = await oddServer((_, response) => events(response, ['outcome', next]));
    for (next of wrong) {
      await using client = remoteClient(server.url);
      await assert.rejects(client.service.denoise(request), isUnreachable(/none to what it was asked/u));
    }
    await using client = remoteClient(server.url);
    next = outcome(text, right);
    const good = await client.service.denoise(request);
    assert.ok(good.kind === 'denoised' && good.text === text);
    const own = { ...request, selection: `${selection}\uFFFD\r` };
    next = outcome(`${text}\uFFFD\r`, right);
    assert.equal((await client.service.denoise(own)).kind, 'denoised', 'what stays is not looked at');
    next = outcome(`${HIDDEN}${selection.slice(1)}`, { ...right, text: HIDDEN });
    assert.equal((await client.service.denoise(request)).kind, 'none');
  });

  it('answers as many holes as there are', async () => {
    const holes: HolesRequest = {
      parts: ['a', 'b', 'c'],
      document: { languageId: 'plaintext', eol: '\n', indentUnit: '  ' },
      options: OPTIONS,
    };
    let count = 1;
    await using server = await oddServer((_, response) => {
      events(response, ['outcome', Array.from({ length: count }, () => filled('x'))]);
    });
    for (count of [0, 1, 3]) {
      await using client = remoteClient(server.url);
      await assert.rejects(client.service.holes(holes), isUnreachable(/none to what it was asked/u));
    }
    count = 2;
    await using client = remoteClient(server.url);
    assert.equal((await client.service.holes(holes)).length, 2);
  });

  it('has said all with its outcome: it need not end, and what comes later counts no more', async () => {
    await using server = await oddServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`event: outcome\ndata: ${JSON.stringify(filled('first'))}\n\n`);
      const late = `event: step\ndata: {}\n\nevent: outcome\ndata: ${JSON.stringify(filled('second'))}\n\n`;
      const drip = setInterval(() => response.write(late), 50);
      response.on('close', () => clearInterval(drip));
    });
    await using client = remoteClient(server.url);
    const begun = performance.now();
    assert.equal(textOf(await client.service.infill(ASKED, { onStep: () => undefined })), 'first');
    assert.ok(performance.now() - begun < 5000);
    assert.equal(client.service.state.kind, 'ready');
  });

  it('writes no lines of its own into the log and what is copied, and no words without end', async () => {
    const forged = 'odd\n2026-01-01 [info] All is well \u001B[2K';
    for (const model of [
      { ...MODEL, model: { ...MODEL.model, name: forged } },
      { ...MODEL, version: forged },
      { ...MODEL, model: { ...MODEL.model, device: forged } },
    ]) {
      await using server = await oddServer((_, response) => json(response, 200, model), { saysModel: false });
      await using client = remoteClient(server.url);
      await assert.rejects(client.service.load(), isUnreachable(/not as "infill serve" does/u));
      assert.ok(client.logged.every((each) => !/[\p{Cc}]/u.test(each)));
    }
    await using server = await oddServer((_, response) => json(response, 403, problem('no', forged)));
    await using client = remoteClient(server.url);
    await assert.rejects(
      client.service.infill(ASKED),
      (error) => error instanceof InfillError && !/\p{Cc}/u.test(error.describe()),
    );
    assert.ok(client.logged.every((each) => !/\p{Cc}/u.test(each)));
  });

  it('is not asked after each answer which model it has, nor given all texts again, where it never says the same', async () => {
    await using server = await oddServer((_, response) => {
      response.setHeader('x-infill-model', 'another%201');
      events(response, ['outcome', filled('x')]);
    });
    await using client = remoteClient(server.url);
    for (let i = 0; i < 5; i++) assert.equal(textOf(await client.service.infill(ASKED)), 'x');
    assert.equal(server.asked.filter((each) => each.endsWith('/model')).length, 2);
    assert.equal(client.states.filter(({ kind }) => kind === 'loading').length, 1);
  });

  it('takes no room with what is small only while it is packed', async () => {
    const bomb = gzipSync(Buffer.alloc(256 * 2 ** 20, ' '));
    const before = process.memoryUsage().rss;
    await using server = await oddServer(
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(bomb);
      },
      { saysModel: false },
    );
    await using client = remoteClient(server.url);
    await assert.rejects(client.service.load(), isUnreachable(/does not end/u));
    assert.ok(process.memoryUsage().rss - before < 128 * 2 ** 20);
  });
});

void describe('texts that a server was given', () => {
  const document = { uri: 'file:///a.ts', path: 'a.ts', languageId: 'typescript', text: 'x' };

  it('take part in no answer where they could not be taken back', async () => {
    const asked: string[] = [];
    await using server = await oddServer((request, response, body) => {
      asked.push(request.url ?? '');
      if (request.url === '/infill/v1/fill') events(response, ['outcome', filled('excluded')]);
      else if (body.includes('remove')) setTimeout(() => json(response, 500, problem('server_error')), 50);
      else json(response, 200, { project: 'id' });
    });
    await using client = remoteClient(server.url, { retries: { firstMs: 60_000, mostMs: 60_000 } });
    await client.service.load();
    await client.service.feedProject({ replace: [document] });
    const removed = client.service.feedProject({ remove: [document.uri] });
    await assert.rejects(client.service.infill(ASKED), InfillError);
    assert.equal(await removed, false);
    assert.ok(!asked.includes('/infill/v1/fill'));
  });

  it('may take as long as their turn there takes, if the server is there', async () => {
    let isThere = true;
    await using server = await oddServer((request, response) => {
      if (request.url === '/health') {
        if (isThere) json(response, 200, {});
      } else if (isThere) setTimeout(() => json(response, 200, { project: 'id' }), 500);
    });
    await using client = remoteClient(server.url, { patience: { silentMs: 100, answerMs: 200 } });
    await client.service.load();
    assert.equal(await client.service.feedProject({ replace: [document] }), true);
    assert.equal(client.service.state.kind, 'ready');
    isThere = false;
    assert.equal(await client.service.feedProject({ replace: [document] }), false);
    assert.equal(client.service.state.kind, 'failed');
  });

  it('are taken back when the window goes even while they are on their way, or the server was lost', async () => {
    const bodies: string[] = [];
    await using server = await oddServer((_, response, body) => {
      bodies.push(body);
      if (body === '{"clear":true}') json(response, 200, { project: 'id' });
    });
    const client = remoteClient(server.url);
    await client.service.load();
    const fed = client.service.feedProject({ replace: [document] });
    while (bodies.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await client.service.dispose();
    assert.equal(bodies.at(-1), '{"clear":true}');
    assert.equal(await fed, false);
  });
});

void describe('a token', () => {
  it('that could not be read is read again', async () => {
    let reads = 0;
    await using server = await oddServer(() => undefined);
    await using client = remoteClient(server.url, {
      token: () => (++reads === 1 ? Promise.reject(new Error('locked')) : Promise.resolve('t')),
    });
    await assert.rejects(client.service.load());
    assert.equal((await client.service.load()).name, 'odd');
  });
});
