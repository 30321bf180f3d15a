import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CancellationTokenSource, ErrorCodes, LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import { Engine } from '../../src/engine/engine.js';
import { InfillError } from '../../src/shared/infillError.js';
import type { InfillRequest } from '../../src/shared/infillRequest.js';
import type { ProjectTexts } from '../../src/engine/project/foundMiddle.js';
import type { Answering } from '../../src/languageServer/answers.js';
import { TINY_INT8 } from '../engine/fixtures.js';
import { Automatic, type EditorOptions, EVERYTHING, type Hosted, hosted, Invoked } from './editor.js';

const URI = 'file:///project/a.ts';
const disposals: (() => unknown)[] = [];
after(() => Promise.all(disposals.map((dispose) => dispose())));

const tiny = Engine.load({ modelPath: TINY_INT8, device: 'cpu', threads: 1 });
disposals.push(async () => (await tiny).dispose());

/** A server with the tiny model, which notes what it is asked. */
function withTiny(options: EditorOptions = {}): Hosted & { readonly requests: InfillRequest[] } {
  const requests: InfillRequest[] = [];
  const load = async (project: ProjectTexts): Promise<Answering> => {
    const engine = (await tiny).forProject(project);
    return {
      recommended: engine.recommended,
      infill: (request, run) => {
        requests.push(request);
        return engine.infill(request, run);
      },
    };
  };
  const server = hosted(load, options);
  disposals.push(server.dispose);
  return { ...server, requests };
}

/** A model that always writes the same. */
function writes(text: string): Answering {
  const outcome = { kind: 'infill', candidates: [{ text, confidence: 0.9, tokens: [], stepsUsed: 1 }] };
  return { recommended: { steps: 8 }, infill: () => Promise.resolve(outcome) } as unknown as Answering;
}

async function until(isSo: () => boolean): Promise<void> {
  for (const end = performance.now() + 5000; !isSo() && performance.now() < end;) await sleep(5);
  assert.ok(isSo());
}

test('initialize tells what the server does', async () => {
  const { editor } = withTiny();
  assert.deepEqual(await editor.start(), {
    capabilities: {
      positionEncoding: 'utf-16',
      textDocumentSync: { openClose: true, change: 2 },
      inlineCompletionProvider: true,
    },
    serverInfo: { name: 'infill', version: '1.2.3' },
  });
});

describe('a document', () => {
  test('is what it became by incremental edits, with line ends of Windows and characters of two units', async () => {
    const { editor, requests } = withTiny();
    await editor.start();
    await editor.open(URI, 'const 🎉 = 1;\r\nlet y;\r\n');
    await editor.change(
      URI,
      { range: { start: { line: 0, character: 11 }, end: { line: 0, character: 12 } }, text: '"𝕏"' },
      { range: { start: { line: 1, character: 5 }, end: { line: 1, character: 5 } }, text: ' = 🎉\r\n  + 2' },
    );
    await editor.type(URI, { line: 2, character: 5 }, '.');
    await editor.ask(URI, { line: 2, character: 6 });
    const context = requests[0]?.context;
    assert.equal(context?.prefix, 'const 🎉 = "𝕏";\r\nlet y = 🎉\r\n  + 2.');
    assert.equal(context.suffix, ';\r\n');
    assert.equal(context.eol, '\r\n');
  });

  test('that is closed, or was never opened, has no answer', async () => {
    const { editor, requests } = withTiny();
    await editor.start();
    assert.equal(await editor.ask(URI, { line: 0, character: 0 }), null);
    await editor.open(URI, 'let x = ');
    await editor.close(URI);
    assert.equal(await editor.ask(URI, { line: 0, character: 0 }), null);
    assert.equal(requests.length, 0);
  });

  test('that usually holds secrets is left alone', async () => {
    const { editor, requests } = withTiny();
    await editor.start();
    await editor.open('file:///project/.env', 'KEY=');
    assert.deepEqual(await editor.ask('file:///project/.env', { line: 0, character: 4 }), []);
    assert.equal(requests.length, 0);
    assert.match(editor.silences[0] ?? '', /excluded-file/u);
  });
});

describe('an answer', () => {
  test('to somebody who asks is what the engine says, put in at the cursor', async () => {
    const { editor, requests } = withTiny();
    await editor.start();
    await editor.open(URI, 'function f() {\n  return ;\n}\n');
    const at = { line: 1, character: 9 };
    const items = await editor.ask(URI, at, Invoked);
    const [request] = requests;
    assert.ok(request !== undefined);
    const outcome = await (await tiny).infill(request);
    const expected = outcome.kind === 'infill' ? outcome.candidates.map(({ text }) => text) : [];
    assert.ok(expected.length > 0);
    assert.deepEqual(
      items,
      expected.map((insertText) => ({ insertText, range: { start: at, end: at } })),
    );
  });

  test('where nothing comes says so to who traces', async () => {
    const { editor } = withTiny({ initializationOptions: { minConfidence: 1 } });
    await editor.start();
    await editor.open(URI, 'function f() {\n  return ;\n}\n');
    assert.deepEqual(await editor.ask(URI, { line: 1, character: 9 }, Automatic), []);
    assert.match(editor.silences.at(-1) ?? '', /^Nothing suggested in file:\/\/\/project\/a\.ts: \S/u);
  });

  test('with an entry selected begins with it, or is none', async () => {
    const { editor, requests } = withTiny();
    await editor.start();
    await editor.open(URI, 'console.lo();\n');
    const range = { start: { line: 0, character: 8 }, end: { line: 0, character: 10 } };
    const at = { line: 0, character: 10 };
    const items = await editor.ask(URI, at, Invoked, { selected: { range, text: 'log' } });
    for (const item of items ?? []) {
      assert.ok(typeof item.insertText === 'string' && item.insertText.startsWith('log'));
      assert.deepEqual(item.range, range);
    }
    assert.deepEqual(requests[0]?.entry, { ahead: 1, isChosen: true });
    assert.deepEqual(await editor.ask(URI, at, Invoked, { selected: { range, text: 'warn' } }), []);
    assert.equal(requests.length, 1);
  });

  test('for Neovim has the line ends that Neovim cuts it at', async () => {
    const texts: unknown[] = [];
    for (const name of ['Neovim', 'other']) {
      const { editor, dispose } = hosted(() => Promise.resolve(writes('a();\r\n  b();')), { name });
      disposals.push(dispose);
      await editor.start();
      await editor.open(URI, 'function f() {\r\n  \r\n}\r\n');
      const items = (await editor.ask(URI, { line: 1, character: 2 })) ?? [];
      texts.push(...items.map(({ insertText }) => insertText));
    }
    assert.deepEqual(texts, ['a();\n  b();', 'a();\r\n  b();']);
  });
});

describe('requests', () => {
  test('that the client cancels end as cancelled, and the model stops', async () => {
    let signal: AbortSignal | undefined;
    const hangs = {
      recommended: { steps: 8 },
      infill: async (_: InfillRequest, run: { readonly signal: AbortSignal }) => {
        signal = run.signal;
        await new Promise((resolve) => run.signal.addEventListener('abort', resolve));
        return { kind: 'none', reason: 'cancelled', detail: '' };
      },
    } as unknown as Answering;
    const { editor, dispose } = hosted(() => Promise.resolve(hangs));
    disposals.push(dispose);
    await editor.start();
    await editor.open(URI, 'let x = ');
    const source = new CancellationTokenSource();
    const asked = editor.ask(URI, { line: 0, character: 8 }, Invoked, { token: source.token });
    await until(() => signal !== undefined);
    source.cancel();
    await assert.rejects(asked, { code: LSPErrorCodes.RequestCancelled });
    assert.equal(signal?.aborted, true);

    const older = editor.ask(URI, { line: 0, character: 8 });
    await until(() => signal?.aborted === false);
    await editor.type(URI, { line: 0, character: 8 }, '1');
    const newer = editor.ask(URI, { line: 0, character: 9 }, Invoked, { token: source.token });
    assert.equal(await older, null, 'a newer request takes its place');
    await assert.rejects(newer, { code: LSPErrorCodes.RequestCancelled });
  });

  test('before initialize and after shutdown are refused', async () => {
    const { editor } = withTiny();
    await assert.rejects(editor.ask(URI, { line: 0, character: 0 }), { code: ErrorCodes.ServerNotInitialized });
    await editor.start();
    await editor.shutDown();
    await assert.rejects(editor.ask(URI, { line: 0, character: 0 }), (error: unknown) => {
      assert.ok(error instanceof ResponseError);
      return error.code === ErrorCodes.InvalidRequest;
    });
  });
});

describe('loading', () => {
  test('begins when the client is ready, is shown, and is waited for', async () => {
    let loaded: (engine: Answering) => void = () => assert.fail('nothing loads');
    let loads = 0;
    const { editor, dispose } = hosted(
      () => {
        loads++;
        return new Promise((resolve) => (loaded = resolve));
      },
      { capabilities: EVERYTHING },
    );
    disposals.push(dispose);
    await editor.start();
    await until(() => loads === 1);
    assert.deepEqual(editor.progress, ['create', 'begin: Infill: loading the model']);
    await editor.open(URI, 'function f() {\n  return ;\n}\n');
    const asked = editor.ask(URI, { line: 1, character: 9 });
    let isAnswered = false;
    void asked.then(() => (isAnswered = true));
    await sleep(50);
    assert.ok(!isAnswered);
    loaded(await tiny);
    assert.ok(((await asked)?.length ?? 0) > 0);
    assert.deepEqual(editor.progress, ['create', 'begin: Infill: loading the model', 'end']);
    assert.equal(loads, 1);
  });

  test('goes on where the client does not answer, and without progress where it shows none', async () => {
    const { editor, requests } = withTiny();
    await editor.start();
    await editor.open(URI, 'let x = ');
    assert.notEqual(await editor.ask(URI, { line: 0, character: 8 }), null);
    assert.deepEqual([editor.progress, editor.sections, requests.length], [[], [], 1]);
  });

  test('that fails is told once, with what to do about it, and requests have no answer', async () => {
    const missing = new InfillError('model-missing', 'There is no model in /nowhere.', 'Name another one.');
    const { editor, log, dispose } = hosted(() => Promise.reject(missing), { capabilities: EVERYTHING });
    disposals.push(dispose);
    await editor.start();
    await editor.open(URI, 'let x = ');
    assert.equal(await editor.ask(URI, { line: 0, character: 8 }), null);
    assert.equal(await editor.ask(URI, { line: 0, character: 8 }, Automatic), null);
    await until(() => editor.messages.length > 0);
    assert.deepEqual(editor.messages, ['Infill: There is no model in /nowhere. Name another one.']);
    assert.deepEqual(log, ['There is no model in /nowhere. Name another one.']);
    assert.equal(editor.progress.at(-1), 'end');
  });
});

describe('settings', () => {
  test('are asked for, and again when the client says that they changed', async () => {
    const options: EditorOptions = {
      capabilities: EVERYTHING,
      initializationOptions: { infill: { steps: 3, candidates: 2 } },
      settings: { steps: 5 },
    };
    const { editor, requests } = withTiny(options);
    await editor.start();
    await editor.open(URI, 'let x = ');
    await editor.ask(URI, { line: 0, character: 8 });
    assert.deepEqual(editor.sections, ['infill']);
    assert.deepEqual(editor.registered, ['workspace/didChangeConfiguration']);
    options.settings = { steps: 0, stepz: 3, maxTokens: 12 };
    await editor.configure(null);
    await editor.ask(URI, { line: 0, character: 8 });
    await editor.configure(null);
    await editor.ask(URI, { line: 0, character: 7 });
    assert.deepEqual(
      requests.map(({ options: { steps, candidates, maxTokens } }) => [steps, candidates, maxTokens]),
      [
        [5, 2, 64],
        [3, 2, 12],
        [3, 2, 12],
      ],
    );
    await until(() => editor.messages.length >= 2);
    assert.equal(editor.messages.length, 2, 'each is told once');
    assert.equal(editor.messages[0], 'Infill: infill.steps is 0. Write a whole number from 1 to 64.');
    assert.match(editor.messages[1] ?? '', /^Infill: There is no setting infill\.stepz\. Choose from: /u);
  });

  test('are taken from the message where the client cannot be asked', async () => {
    const { editor, requests } = withTiny();
    await editor.start();
    await editor.open(URI, 'let x = ');
    await editor.configure({ infill: { steps: 2 } });
    await editor.ask(URI, { line: 0, character: 8 });
    assert.equal(requests[0]?.options.steps, 2);
  });

  test('that only the model can judge are told too', async () => {
    const { editor } = withTiny({ initializationOptions: { sampler: 'p2:nonsense=1' } });
    await editor.start();
    await editor.open(URI, 'let x = ');
    assert.equal(await editor.ask(URI, { line: 0, character: 8 }), null);
    await until(() => editor.messages.length > 0);
    assert.match(editor.messages[0] ?? '', /nonsense/u);
  });
});

describe('texts of other open documents', () => {
  /** What the engine finds when it is asked. */
  async function foundIn(options: EditorOptions, close = false): Promise<readonly string[]> {
    let project: ProjectTexts | undefined;
    const { editor, dispose } = hosted(async (texts) => {
      project = texts;
      return tiny;
    }, options);
    disposals.push(dispose);
    await editor.start();
    const line = 'const connection = openConnection(address, options);\n';
    await editor.open('file:///project/b.ts', `${'// first\n'.repeat(20)}${line}connection.listen(port);\n`);
    await editor.open(URI, 'const connection = openConnection(\n');
    await until(() => project !== undefined);
    await sleep(200);
    if (close) await editor.close('file:///project/b.ts');
    await editor.ask(URI, { line: 0, character: 34 }, Automatic);
    const prefix = 'const connection = openConnection(';
    const place = { uri: URI, offset: prefix.length, prefix, suffix: '\n', languageId: 'typescript' };
    return project?.find(place, 5).map(({ text }) => text) ?? [];
  }

  test('are found while they are open', async () => {
    assert.ok((await foundIn({})).some((text) => text.startsWith('address')));
    assert.deepEqual(await foundIn({}, true), []);
  });

  test('are not found where that is off', async () => {
    assert.deepEqual(await foundIn({ initializationOptions: { project: false } }), []);
  });
});

test('a client that goes without a word ends it', async () => {
  const { editor, ended, toServer } = withTiny();
  await editor.start();
  toServer.end();
  assert.equal(await ended, 1);
});
