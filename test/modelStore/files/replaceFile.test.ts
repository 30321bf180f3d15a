import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { FileChangedError, FileDamagedError, replaceFile } from '../../../src/modelStore/files/replaceFile.js';

const OLD = Buffer.from('old\r\ntext\n');
const NEW = Buffer.from('new text, which is longer\r\n');
const isWindows = process.platform === 'win32';
const isRoot = process.getuid?.() === 0;

let folder: string;
let file: string;
const folders: string[] = [];
beforeEach(async () => {
  folder = await fs.mkdtemp(path.join(tmpdir(), 'infill-replace-'));
  folders.push(folder);
  file = path.join(folder, 'a.ts');
  await fs.writeFile(file, OLD);
});
after(() => Promise.all(folders.map((each) => fs.rm(each, { recursive: true }))));

async function assertUntouched(names: readonly string[] = ['a.ts']): Promise<void> {
  assert.deepEqual(await fs.readFile(file), OLD);
  assert.deepEqual((await fs.readdir(folder)).sort(), names);
}

void describe('replacing a file', () => {
  it('leaves the new bytes and nothing else', async () => {
    await replaceFile(file, NEW, OLD);
    assert.deepEqual(await fs.readFile(file), NEW);
    await replaceFile(file, OLD); // shorter
    await assertUntouched();
  });

  it('makes one that does not exist, folders included', async () => {
    const other = path.join(folder, 'b', 'c', 'settings.json');
    await replaceFile(other, NEW);
    assert.deepEqual(await fs.readFile(other), NEW);
    assert.deepEqual(await fs.readdir(path.dirname(other)), ['settings.json']);
  });

  it('has a reader see the old bytes or the new ones at any time', async () => {
    const state = { isDone: false };
    const seen = new Set<string>();
    const reader = (async () => {
      while (!state.isDone) seen.add((await fs.readFile(file)).toString('latin1'));
    })();
    const large = [Buffer.alloc(1 << 20, 'a'), Buffer.alloc(1 << 19, 'b')];
    for (let i = 0; i < 20; i++) await replaceFile(file, large[i % 2]!);
    state.isDone = true;
    await reader;
    const allowed = new Set([OLD, ...large].map((bytes) => bytes.toString('latin1')));
    assert.ok([...seen].every((text) => allowed.has(text)));
  });

  it('by many at once leaves what one of them wrote', async () => {
    const all = Array.from({ length: 20 }, (_, i) => Buffer.alloc(1000 + i, i));
    await Promise.all(all.map((bytes) => replaceFile(file, bytes)));
    const left = await fs.readFile(file);
    assert.ok(all.some((bytes) => bytes.equals(left)));
    assert.deepEqual(await fs.readdir(folder), ['a.ts']);
  });

  it('keeps the mode', { skip: isWindows }, async () => {
    for (const mode of [0o600, 0o644, 0o755, 0o4711]) {
      await fs.chmod(file, mode);
      await replaceFile(file, NEW);
      assert.equal(((await fs.stat(file)).mode & 0o7777).toString(8), mode.toString(8));
    }
  });

  it('keeps the owner, and the bits that a change of it would clear', { skip: !isRoot }, async () => {
    await fs.chown(file, 12_345, 23_456);
    await fs.chmod(file, 0o4750);
    await replaceFile(file, NEW);
    const { uid, gid, mode } = await fs.stat(file);
    assert.deepEqual([uid, gid, mode & 0o7777], [12_345, 23_456, 0o4750]);
  });

  it('replaces the target of a symbolic link, not the link', { skip: isWindows }, async () => {
    const link = path.join(folder, 'link');
    const links = path.join(folder, 'links');
    await fs.symlink('a.ts', link);
    await fs.symlink('link', links);
    await replaceFile(links, NEW, OLD);
    assert.deepEqual(await fs.readFile(file), NEW);
    assert.deepEqual([await fs.readlink(link), await fs.readlink(links)], ['a.ts', 'link']);
  });

  it('writes all names of a file with hard links', async () => {
    const other = path.join(folder, 'other.ts');
    await fs.link(file, other);
    await replaceFile(file, NEW, OLD);
    assert.deepEqual(await fs.readFile(other), NEW);
    assert.equal((await fs.stat(file)).ino, (await fs.stat(other)).ino);
    await replaceFile(other, OLD);
    await assertUntouched(['a.ts', 'other.ts']);
  });

  it('is refused where the file is not what it was, or is gone', async () => {
    await assert.rejects(replaceFile(file, NEW, Buffer.from('other')), FileChangedError);
    await assertUntouched();
    await assert.rejects(replaceFile(path.join(folder, 'gone'), NEW, OLD), FileChangedError);
    await fs.link(file, path.join(folder, 'b.ts'));
    await assert.rejects(replaceFile(file, NEW, Buffer.from('other')), FileChangedError);
    await assertUntouched(['a.ts', 'b.ts']);
  });

  it('is refused where the file is read-only', { skip: isWindows || isRoot }, async () => {
    await fs.chmod(file, 0o444);
    await assert.rejects(replaceFile(file, NEW), { code: 'EACCES' });
    await assertUntouched();
  });

  it('is refused of what is no file', { skip: isWindows }, async () => {
    await assert.rejects(replaceFile(folder, NEW), /not a regular file/);
    const pipe = path.join(folder, 'pipe');
    if (spawnSync('mkfifo', [pipe]).status !== 0) return;
    await assert.rejects(replaceFile(pipe, NEW), /not a regular file/);
    assert.ok((await fs.lstat(pipe)).isFIFO());
  });
});

type Call = (...args: unknown[]) => Promise<unknown>;

const mended: (() => void)[] = [];
afterEach(() => {
  for (const mend of mended.splice(0)) mend();
  syncBuiltinESMExports();
});

/** Makes a function of node:fs/promises, or of open files, fail from its `nth` call on, for `times` calls. */
function breakCalls(owner: object, name: string, nth: number, times = Infinity): void {
  const calls = owner as Record<string, Call>;
  const original = calls[name]!;
  let count = 0;
  calls[name] = function (this: unknown, ...args) {
    count++;
    if (count < nth || count >= nth + times) return original.apply(this, args);
    return Promise.reject(Object.assign(new Error('EIO: i/o error'), { code: 'EIO' }));
  };
  mended.push(() => (calls[name] = original));
  syncBuiltinESMExports();
}

/** What all open files inherit from. */
async function openFiles(): Promise<object> {
  const handle = await fs.open(file, 'r');
  await handle.close();
  return Object.getPrototypeOf(handle) as object;
}

void describe('a file that cannot be replaced', () => {
  for (const name of ['realpath', 'stat', 'access', 'copyFile', 'open', 'readFile', 'rename']) {
    it(`because ${name} fails is as it was`, async () => {
      breakCalls(fs, name, 1);
      await assert.rejects(replaceFile(file, NEW, OLD), { code: 'EIO' });
      mended.pop()!();
      syncBuiltinESMExports();
      await assertUntouched();
    });
  }

  for (const name of ['writeFile', 'truncate', 'sync']) {
    it(`because ${name} of the new file fails is as it was`, async () => {
      breakCalls(await openFiles(), name, 1);
      await assert.rejects(replaceFile(file, NEW, OLD), { code: 'EIO' });
      await assertUntouched();
    });

    it(`with hard links, because its own ${name} fails, has the old bytes again`, async () => {
      const other = path.join(folder, 'other.ts');
      await fs.link(file, other);
      breakCalls(await openFiles(), name, 2, 1); // the first is that of the copy
      await assert.rejects(replaceFile(file, NEW, OLD), { code: 'EIO' });
      await assertUntouched(['a.ts', 'other.ts']);
    });
  }

  it('and cannot be brought back leaves a copy, which the error names', async () => {
    await fs.link(file, path.join(folder, 'other.ts'));
    breakCalls(await openFiles(), 'truncate', 2);
    const error = await replaceFile(file, NEW, OLD).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof FileDamagedError, String(error));
    assert.deepEqual(await fs.readFile(error.copy), OLD);
    assert.ok(error.message.includes(error.copy));
  });
});

// Real conditions, which need a process of their own or a person who may mount.
const SCRIPT = `
import { replaceFile } from ${JSON.stringify(new URL('../../../src/modelStore/files/replaceFile.ts', import.meta.url).href)};
import { readFileSync } from 'node:fs';
const [, , file, size] = process.argv;
await replaceFile(file, Buffer.alloc(Number(size), 'x'), readFileSync(file)).then(
  () => console.log('done'),
  (error) => console.log(error.code),
);`;

/** @param node the Node to start: one in the home folder of root nobody else may run. */
function replaceInProcess(size: number, name: string, user?: number, node = process.execPath): string {
  const args = ['--import', import.meta.resolve('tsx'), '--input-type=module', '-', name, String(size)];
  const { stdout, stderr } = spawnSync(node, args, {
    input: SCRIPT,
    encoding: 'utf8',
    ...(user === undefined ? {} : { uid: user, gid: user }),
  });
  return stdout.trim() || stderr;
}

const STRANGER = 65_534;

void describe('the file of another person', { skip: !isRoot }, () => {
  let node: string;
  before(async () => {
    const shared = await fs.mkdtemp(path.join(tmpdir(), 'infill-node-'));
    folders.push(shared);
    await fs.chmod(shared, 0o755);
    node = path.join(shared, 'node');
    await fs.copyFile(process.execPath, node);
    await fs.chmod(node, 0o755);
  });

  it('that may be written keeps its owner', async () => {
    await fs.chmod(folder, 0o777);
    await fs.chmod(file, 0o666);
    assert.equal(replaceInProcess(100, file, STRANGER, node), 'done');
    assert.deepEqual([(await fs.readdir(folder)).length, (await fs.readFile(file)).length], [1, 100]);
    assert.equal((await fs.stat(file)).uid, 0);
  });

  it('that is read-only, or in a folder that nothing can be written to, is as it was', async () => {
    await fs.chmod(folder, 0o777);
    await fs.chmod(file, 0o644);
    assert.equal(replaceInProcess(100, file, STRANGER, node), 'EACCES');
    await assertUntouched();
    await fs.chmod(folder, 0o755);
    await fs.chmod(file, 0o666);
    assert.equal(replaceInProcess(100, file, STRANGER, node), 'EACCES');
    await assertUntouched();
  });
});

void describe('a full disk', { skip: !isRoot || process.platform !== 'linux' }, () => {
  it('leaves the file as it was, with and without hard links', async (t) => {
    const disk = path.join(folder, 'disk');
    await fs.mkdir(disk);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', disk]).status !== 0) {
      t.skip('nothing can be mounted here');
      return;
    }
    try {
      const full = path.join(disk, 'a.ts');
      const old = Buffer.alloc(20_000, 'o');
      await fs.writeFile(full, old);
      assert.equal(replaceInProcess(60_000, full), 'ENOSPC');
      assert.deepEqual([await fs.readdir(disk), await fs.readFile(full)], [['a.ts'], old]);
      await fs.link(full, path.join(disk, 'b.ts'));
      for (const size of [50_000, 60_000]) {
        assert.equal(replaceInProcess(size, full), 'ENOSPC');
        assert.deepEqual([(await fs.readdir(disk)).sort(), await fs.readFile(full)], [['a.ts', 'b.ts'], old]);
      }
      assert.equal(replaceInProcess(100, full), 'done');
    } finally {
      spawnSync('umount', [disk]);
    }
  });
});
