import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { ProjectMeasurement } from '../../../src/cli/commands/measureProject.js';
import { Workspaces } from '../../../src/cli/commands/workspaces.js';
import { run, TINY } from '../cliRun.js';

describe('workspaces on the command line', () => {
  let root = '';
  const [prefix, suffix] = ['const total = sum(', ');\n'];
  before(() => {
    root = mkdtempSync(path.join(tmpdir(), 'infill-workspaces-'));
    for (const [name, text] of Object.entries({
      'one/a.ts': 'const total = sum(prices);\n',
      'one/b.ts': 'const total = sum(fees);\n',
      'one/.env': 'const total = sum(hunter2);\n',
      'two/a.ts': 'const total = sum(weights);\n',
    })) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), text);
    }
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  /** What would be found for a request in a folder, for the document of that name. */
  async function found(workspaces: Workspaces, folder: string, name?: string): Promise<string[]> {
    const text = {
      folder: path.join(root, folder),
      ...(name === undefined ? {} : { path: name }),
      text: prefix + suffix,
      languageId: 'typescript',
    };
    const place = { prefix, suffix, offset: prefix.length, languageId: 'typescript' };
    return workspaces.drawOn(text, async (uri) =>
      workspaces
        .find({ ...place, uri }, 9)
        .map((each) => each.text)
        .sort(),
    );
  }

  it("draw on the other files of the request's folder, and of no other", async () => {
    const workspaces = new Workspaces(new AbortController().signal);
    assert.deepEqual(await found(workspaces, 'one', 'c.ts'), ['fees', 'prices']);
    assert.deepEqual(await found(workspaces, 'one'), ['fees', 'prices']);
    assert.deepEqual(await found(workspaces, 'one', 'a.ts'), ['fees']);
    assert.deepEqual(await found(workspaces, 'two', 'c.ts'), ['weights']);
    assert.deepEqual(await found(workspaces, 'one', 'b.ts'), ['prices']);
    assert.deepEqual(await found(workspaces, 'one', path.join(root, 'one/b.ts')), ['prices']);
    assert.deepEqual(await found(workspaces, 'one', '../two/a.ts'), ['fees', 'prices']);
  });

  it('are read once, and drawn on during their request only', async () => {
    const workspaces = new Workspaces(new AbortController().signal);
    assert.deepEqual(await found(workspaces, 'two', 'c.ts'), ['weights']);
    writeFileSync(path.join(root, 'two/later.ts'), 'const total = sum(later);\n');
    assert.deepEqual(await found(workspaces, 'two', 'c.ts'), ['weights']);
    rmSync(path.join(root, 'two/later.ts'));
    const place = { prefix, suffix, offset: prefix.length, languageId: 'typescript', uri: 'untitled:other' };
    assert.deepEqual(workspaces.find(place, 9), []);
  });

  it('are named by requests, and a wrong one is the answer of its request alone', async () => {
    const requests = [
      { id: 1, prefix, suffix, workspace: path.join(root, 'one'), path: 'a.ts' },
      { id: 2, prefix, suffix, workspace: path.join(root, 'three') },
      { id: 3, prefix, suffix, path: 'a.ts' },
      { id: 4, prefix, suffix },
    ];
    const stdin = requests.map((request) => `${JSON.stringify(request)}\n`).join('');
    const { exitCode, stdout } = await run(['fill', '--jsonl'], { stdin });
    assert.equal(exitCode, 1);
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: number; text?: string; error?: string });
    assert.deepEqual(
      answers.map(({ id, error }) => [id, error === undefined]),
      [
        [1, true],
        [2, false],
        [3, false],
        [4, true],
      ],
    );
    assert.match(answers[1]?.error ?? '', /three does not exist\. Check the path\.$/u);
    assert.match(answers[2]?.error ?? '', /"path" and no "workspace"/u);
    // --workspace holds for requests that name none; --project off reads no folder.
    const missing = path.join(root, 'three');
    const last = JSON.stringify(requests[3]);
    assert.equal((await run(['fill', '--jsonl', '--workspace', missing], { stdin: last })).exitCode, 1);
    const off = await run(['fill', '--jsonl', '--workspace', missing, '--project', 'off'], { stdin: last });
    assert.equal(off.exitCode, 0);
  });

  it('are not read to the end when the person interrupts', async () => {
    const interrupt = new AbortController();
    const request = JSON.stringify({ prefix, suffix, workspace: path.join(root, 'one') });
    async function* stdin(): AsyncGenerator<Uint8Array> {
      interrupt.abort();
      yield Buffer.from(`${request}\n`);
    }
    const { exitCode, stdout, stderr } = await run(['fill', '--jsonl'], { stdin: stdin(), signal: interrupt.signal });
    assert.deepEqual([exitCode, stdout, stderr], [130, '', '']);
  });

  it('are named for a file', async () => {
    const file = path.join(root, 'one/a.ts');
    const at = ['fill', file, '--at', '1:19', '--min-confidence', '0'];
    assert.notEqual((await run([...at, '--workspace', path.join(root, 'one')])).exitCode, 2);
    const { exitCode, stderr } = await run([...at, '--workspace', file]);
    assert.equal(exitCode, 1);
    assert.match(stderr, /a\.ts is a file\. Name the folder that it is in\./u);
  });

  it('are looked at before a model is, and what is wrong with one is said with the remedy', async () => {
    const file = path.join(root, 'one/a.ts');
    const loop = path.join(root, 'loop');
    symlinkSync(loop, loop, 'junction'); // a kind of link that nobody needs a right for on Windows
    const commands = [['fill', file, '--at', '1:19'], ['fill', '--jsonl'], ['doctor'], ['bench']];
    for (const command of commands) {
      for (const [folder, problem] of [
        [path.join(root, 'three'), /^infill: The workspace folder .*three does not exist\. Check the path\.\n$/u],
        [file, /^infill: The workspace folder .*a\.ts is a file\. Name the folder that it is in\.\n$/u],
        [loop, /^infill: The workspace folder .*loop cannot be read: .*\. Check the path and its permissions\.\n$/u],
      ] as const) {
        // There is no such model either.
        const { exitCode, stdout, stderr } = await run([...command, '--model', 'nowhere', '--workspace', folder]);
        assert.deepEqual([exitCode, stdout], [1, ''], command.join(' '));
        assert.match(stderr, problem, command.join(' '));
      }
    }
  });

  it('are what infill bench measures', async () => {
    const short = ['bench', '--steps', '1', '--max-tokens', '8', '--repeats', '1'];
    const { exitCode, stdout } = await run([...short, '--json', '--workspace', path.join(root, 'one')]);
    assert.equal(exitCode, 0);
    const { project } = JSON.parse(stdout) as { project: ProjectMeasurement };
    const texts = ['const total = sum(prices);\n', 'const total = sum(fees);\n'];
    assert.deepEqual([project.files, project.units], [2, texts.join('').length]);
    assert.ok(project.indexMs > 0 && project.readMs > 0 && project.bytes > 0);
    const { search, requests } = project;
    assert.ok(search && search.places >= 100 && search.medianMs > 0 && search.p95Ms >= search.medianMs);
    assert.ok(requests && requests.places > 0 && requests.aloneMs > 0 && requests.withProjectMs > 0);

    const printed = await run([...short, '--workspace', path.join(root, 'one')]);
    assert.match(
      printed.stdout,
      /\n\n.*one\nfiles +MB +read ms +index ms .*\n +2( +[\d.]+){8} +\d+ of \d+\n\n\d+ MB resident\n$/u,
    );
    mkdirSync(path.join(root, 'empty'), { recursive: true });
    const nothing = await run([...short, '--workspace', path.join(root, 'empty')]);
    assert.match(nothing.stdout, /\n +0 .*( +-){5}\n\n\d+ MB resident\n$/u);
  });

  it('are what infill doctor tells about', async () => {
    const { stdout } = await run(['doctor', '--json', '--workspace', path.join(root, 'one')], {
      env: { INFILL_MODEL: TINY, INFILL_HOME: path.join(root, 'home') },
    });
    const { project } = JSON.parse(stdout) as { project: { files: number; leftOut: { secret: number } } };
    assert.equal(project.files, 2);
    assert.equal(project.leftOut.secret, 1);
  });
});
