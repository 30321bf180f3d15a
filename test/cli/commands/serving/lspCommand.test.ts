import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { BUNDLED, TINY_INT8 } from '../../../engine/fixtures.js';
import { Automatic, type EditorOptions, EVERYTHING, type Started, started } from '../../../languageServer/editor.js';
import { run } from '../../cliRun.js';

const URI = 'file:///project/a.ts';
const TEXT = 'export function add(a: number, b: number): number {\n  return \n}\n';
const CURSOR = { line: 1, character: 9 };
/** A process has a second to end, in milliseconds, and more where tests beside this one keep the cores busy. */
const SOON = 5000;
/** Nothing keeps the thread that looks after the client from it. */
const SURELY_SOON = 2000;

/** Uses a server, and sees to it that it does not stay. */
async function withServer(
  use: (server: Started) => Promise<void>,
  { model = TINY_INT8, args = [], options }: ServerOptions = {},
): Promise<void> {
  const server = started(model, args, options);
  try {
    await use(server);
  } finally {
    server.child.kill('SIGKILL');
    await server.ended;
  }
}

interface ServerOptions {
  readonly model?: string;
  readonly args?: readonly string[];
  readonly options?: EditorOptions;
}

/** How long a server takes to end, in milliseconds, and how it ends. */
async function end({ ended }: Started, begin: () => unknown): Promise<{ readonly code: unknown; readonly ms: number }> {
  const begun = performance.now();
  await begin();
  const code = await Promise.race([ended, sleep(10_000, undefined, { ref: false }).then(() => 'it runs on')]);
  return { code, ms: performance.now() - begun };
}

describe('infill lsp', { concurrency: false }, () => {
  test('says in its help what speaks to it', async () => {
    const { exitCode, stdout } = await run(['lsp', '--help']);
    assert.equal(exitCode, 0);
    assert.match(stdout, /textDocument\/inlineCompletion of LSP 3\.18/u);
    assert.match(stdout, /--model <model>/u);
    assert.doesNotMatch(stdout, /clientProcessId/u, 'only clients know it');
  });

  test('suggests with the bundled model, and what is left of it while somebody types', async () => {
    const options = { capabilities: EVERYTHING, settings: { steps: 8 } };
    await withServer(
      async (server) => {
        const { editor } = server;
        await editor.start();
        await editor.open(URI, TEXT);
        const items = (await editor.ask(URI, CURSOR)) ?? [];
        assert.equal(items[0]?.insertText, 'a + b;');
        assert.ok(items.length > 1, 'there are no alternatives');
        await editor.type(URI, CURSOR, 'a ');
        const [rest] = (await editor.ask(URI, { line: 1, character: 11 }, Automatic)) ?? [];
        assert.equal(rest?.insertText, '+ b;');
        await editor.type(URI, { line: 1, character: 11 }, '* b; // ');
        await editor.ask(URI, { line: 1, character: 19 }, Automatic);
        assert.deepEqual(editor.messages, []);
        assert.deepEqual(editor.progress, ['create', 'begin: Infill: loading the model', 'end']);
        await editor.shutDown();
        const { code, ms } = await end(server, () => editor.exit());
        assert.deepEqual([code, server.stderr()], [0, '']);
        assert.ok(ms < SOON, `it took ${ms} ms`);
      },
      { model: BUNDLED, options },
    );
  });

  test('ends with 1 where nobody said shutdown before exit', async () => {
    await withServer(async (server) => {
      await server.editor.start();
      const { code, ms } = await end(server, () => server.editor.exit());
      assert.equal(code, 1);
      assert.ok(ms < SOON, `it took ${ms} ms`);
    });
  });

  test('ends while it loads, without a word', async () => {
    for (const wait of [0, 100, 300]) {
      await withServer(
        async (server) => {
          await server.editor.start();
          await sleep(wait);
          void server.editor.shutDown();
          const { code, ms } = await end(server, () => server.editor.exit());
          assert.deepEqual([code, server.stderr()], [0, '']);
          assert.ok(ms < SOON, `it took ${ms} ms`);
        },
        { model: BUNDLED, options: { capabilities: EVERYTHING } },
      );
    }
  });

  test('ends where half a message stands behind the last one', async () => {
    await withServer(async (server) => {
      const message = JSON.stringify({ jsonrpc: '2.0', method: 'exit' });
      await server.editor.start();
      await server.editor.shutDown();
      const { code, ms } = await end(server, () =>
        server.child.stdin?.write(
          `Content-Length: ${message.length}\r\n\r\n${message}Content-Length: 1000\r\n\r\n{"jsonrpc"`,
        ),
      );
      assert.equal(code, 0);
      assert.ok(ms < SOON, `it took ${ms} ms`);
    });
  });

  test('ends while it computes', async () => {
    const options = { initializationOptions: { steps: 64, candidates: 8, multiline: 'always', maxTokens: 256 } };
    await withServer(
      async (server) => {
        const { editor } = server;
        await editor.start();
        await editor.open(URI, TEXT);
        await editor.ask(URI, { line: 0, character: 0 }, Automatic); // it is loaded then
        editor.ask(URI, CURSOR).catch(() => undefined);
        await sleep(100);
        void editor.shutDown();
        const { code, ms } = await end(server, () => editor.exit());
        assert.deepEqual([code, server.stderr()], [0, '']);
        assert.ok(ms < SOON, `it took ${ms} ms`);
      },
      { model: BUNDLED, options },
    );
  });

  test('ends when its input is closed', async () => {
    await withServer(async (server) => {
      await server.editor.start();
      await server.editor.open(URI, TEXT);
      await server.editor.ask(URI, CURSOR);
      const { code, ms } = await end(server, () => server.child.stdin?.end());
      assert.equal(code, 1);
      assert.ok(ms < SOON, `it took ${ms} ms`);
    });
  });

  for (const how of ['processId of initialize', '--clientProcessId']) {
    test(`ends after the client has, which it knows by ${how}, while its input stays open`, async () => {
      const parent = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'ignore' });
      const pid = parent.pid ?? assert.fail();
      const byOption = how.startsWith('--');
      await withServer(
        async (server) => {
          await server.editor.start();
          await sleep(300);
          assert.equal(server.child.exitCode, null);
          const { code, ms } = await end(server, () => parent.kill('SIGKILL'));
          assert.notEqual(code, 'it runs on');
          assert.ok(ms < SURELY_SOON, `it took ${ms} ms`);
        },
        {
          model: BUNDLED, // which is being loaded meanwhile
          args: byOption ? ['--clientProcessId', String(pid)] : [],
          options: { processId: byOption ? null : pid },
        },
      );
    });
  }

  test('goes on where it never saw the client, as from a container of its own', async () => {
    const gone = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
    await once(gone, 'close');
    await withServer(
      async ({ editor }) => {
        await editor.start();
        await sleep(1000);
        await editor.open(URI, TEXT);
        assert.notEqual(await editor.ask(URI, CURSOR), null);
      },
      { options: { processId: gone.pid ?? assert.fail() } },
    );
  });

  test('tells of a model that is not there once, and has no answers', async () => {
    const model = '/nowhere/at-all';
    await withServer(
      async ({ editor, stderr }) => {
        await editor.start();
        await editor.open(URI, TEXT);
        assert.equal(await editor.ask(URI, CURSOR), null);
        assert.equal(await editor.ask(URI, CURSOR, Automatic), null);
        assert.equal(editor.messages.length, 1);
        assert.match(editor.messages[0] ?? '', /^Infill: .*nowhere/u);
        assert.match(stderr(), /nowhere/u);
      },
      { model },
    );
  });

  test('speaks to whatever its streams are', async () => {
    const message = (value: object): string => {
      const text = JSON.stringify({ jsonrpc: '2.0', ...value });
      return `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
    };
    const initialize = { id: 1, method: 'initialize', params: { processId: null, capabilities: {} } };
    const stdin = [initialize, { id: 2, method: 'shutdown' }, { method: 'exit' }].map(message).join('');
    const { exitCode, stdout, stderr } = await run(['lsp', '--stdio'], { stdin });
    assert.equal(exitCode, 0);
    assert.match(stdout, /^Content-Length: \d+\r\n\r\n\{"jsonrpc":"2\.0","id":1,"result":\{"capabilities"/u);
    assert.equal(stderr, '');
  });
});
