import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { largestBytes, readBoundedText } from '../../../src/engine/files/boundedFile.js';
import { type NameOrigin, nameProblem, pathInside } from '../../../src/engine/files/pathInside.js';

const ORIGIN: NameOrigin = { code: 'model-corrupt', who: 'The list', remedy: 'Get it again.' };
const HOSTILE = [
  ...[
    '',
    '.',
    '..',
    '../x',
    '..\\x',
    'a/b',
    'a\\b',
    '/etc/passwd',
    '//server/share',
    '\\\\server\\share',
    'C:',
    'C:x',
    'C:\\x',
  ],
  ...['a:stream', 'nul', 'NUL', 'con.json', 'Com1', 'LPT9.txt', 'com\u00b9', 'aux .json', 'CONIN$', 'prn.tar.gz'],
  ...[
    'x.',
    'x ',
    ' x',
    'x..',
    '. ',
    'a\0b',
    'a\nb',
    'a\u001b[2Jb',
    'a\u009bb',
    'a\u202eb',
    'a\u200bb',
    'a\u2028b',
    '\ud800',
  ],
  ...['a?', 'a*', 'a|b', 'a<b', 'a>b', 'a"b', 'x'.repeat(201), '\u00e4'.repeat(101)],
];
const PLAIN = [
  'config.json',
  'model-00001-of-00002.safetensors',
  'LICENSE',
  '.gitattributes',
  '..x',
  'a..b',
  'console',
  'com10',
  'Äpfel',
];

void describe('a path made of a name from outside', () => {
  let scratch: string;
  let folder: string;

  before(async () => {
    scratch = await mkdtemp(path.join(tmpdir(), 'infill-path-'));
    folder = path.join(scratch, 'model');
    await mkdir(path.join(folder, 'sub'), { recursive: true });
    await writeFile(path.join(folder, 'config.json'), '{}');
    await writeFile(path.join(scratch, 'secret'), 'x');
  });
  after(() => rm(scratch, { recursive: true }));

  const refused = { name: 'InfillError', code: 'model-corrupt', message: /^The list names "/, remedy: 'Get it again.' };

  for (const name of HOSTILE) {
    it(`is refused for ${JSON.stringify(name.slice(0, 20))}`, async () => {
      await assert.rejects(pathInside(folder, name, ORIGIN), (error: Error) => {
        assert.match(error.message, /^The list names "/);
        assert.doesNotMatch(error.message, /[\p{C}\u2028]/u);
        return true;
      });
    });
  }

  it('is the folder and the name for plain names, there or not', async () => {
    for (const name of PLAIN) {
      assert.equal(await pathInside(folder, name, ORIGIN), path.join(folder, name), name);
    }
  });

  it('never leaves the folder, on any system', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('.', ' ', '/', '\\', ':', 'a', '\0', '~'), maxLength: 8 }),
        (name) => {
          for (const system of [path.posix, path.win32]) {
            const place = system.resolve('/some/folder', name);
            const stays = system.dirname(place) === system.resolve('/some/folder') && system.basename(place) === name;
            assert.ok(stays || nameProblem(name) !== undefined);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('follows no link out of the folder, nor one to nothing', async () => {
    await symlink('config.json', path.join(folder, 'inner'));
    assert.equal(await pathInside(folder, 'inner', ORIGIN), path.join(folder, 'inner'));
    for (const [name, target] of [
      ['outer', path.join(scratch, 'secret')],
      ['relative', '../secret'],
      ['dangling', path.join(scratch, 'not there')],
      ['twice', 'outer'],
      ['loop', 'loop'],
    ] as const) {
      await symlink(target, path.join(folder, name));
      await assert.rejects(pathInside(folder, name, ORIGIN), { ...refused, message: /is a link that leads out/ }, name);
    }
  });

  it('is the same where the folder itself is reached by a link', async () => {
    const link = path.join(scratch, 'link');
    await symlink(folder, link);
    await symlink('config.json', path.join(folder, 'inner2'));
    assert.equal(await pathInside(link, 'inner2', ORIGIN), path.join(link, 'inner2'));
  });

  it("takes the links of the hub's cache, which lead to another folder of the same repository", async () => {
    const repository = path.join(scratch, 'models--owner--name');
    const snapshot = path.join(repository, 'snapshots', 'a'.repeat(40));
    await mkdir(snapshot, { recursive: true });
    await mkdir(path.join(repository, 'blobs'));
    await writeFile(path.join(repository, 'blobs', 'f00'), '{}');
    await symlink('../../blobs/f00', path.join(snapshot, 'config.json'));
    await symlink('../../../secret', path.join(snapshot, 'tokenizer.json'));
    assert.equal(await pathInside(snapshot, 'config.json', ORIGIN), path.join(snapshot, 'config.json'));
    await assert.rejects(pathInside(snapshot, 'tokenizer.json', ORIGIN), refused);
  });

  it('is of the kind that is wanted: no folder for a file, no file for a folder', async () => {
    await assert.rejects(pathInside(folder, 'sub', ORIGIN), { ...refused, message: /is no plain file/ });
    await assert.rejects(pathInside(folder, 'config.json', ORIGIN, 'folder'), { ...refused, message: /is no folder/ });
    assert.equal(await pathInside(folder, 'sub', ORIGIN, 'folder'), path.join(folder, 'sub'));
  });

  it('is no named pipe, which would never end', { skip: process.platform === 'win32' }, async () => {
    execFileSync('mkfifo', [path.join(folder, 'README.md')]);
    await assert.rejects(pathInside(folder, 'README.md', ORIGIN), { ...refused, message: /is no plain file/ });
    await assert.rejects(readBoundedText(folder, 'README.md', ORIGIN), refused);
  });

  it('is read up to the largest size of its kind', async () => {
    assert.equal(await readBoundedText(folder, 'config.json', ORIGIN), '{}');
    const file = path.join(folder, 'tokenizer_config.json');
    await writeFile(file, '');
    await truncate(file, (largestBytes('tokenizer_config.json') ?? 0) + 1);
    await assert.rejects(readBoundedText(folder, 'tokenizer_config.json', ORIGIN), {
      code: 'model-corrupt',
      message: `${file} has 16000001 bytes; such a file has at most 16000000.`,
    });
    await assert.rejects(readBoundedText(folder, 'merges.txt', ORIGIN), { code: 'ENOENT' });
  });
});
