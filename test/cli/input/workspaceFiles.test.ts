import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readWorkspace } from '../../../src/cli/input/workspaceFiles.js';

describe('readWorkspace', () => {
  let folder = '';
  const write = (name: string, text: string | Uint8Array): void => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'infill-workspace-'));
    write('.gitignore', '*.log\n/build/\n!kept.log\n');
    write('main.ts', '\uFEFFlet a = 1;\r\n');
    write('lib/tool.py', 'a = 1\n');
    write('lib/.gitignore', 'made.py\n');
    write('lib/made.py', 'a = 2\n');
    write('run.log', 'x\n');
    write('kept.log', 'kept\n');
    write('build/out.js', 'let b;\n');
    write('build/kept.log', 'let b;\n');
    write('node_modules/some/index.js', 'let c;\n');
    write('.git/config', '[core]\n');
    write('.env', 'KEY=hunter2\n');
    write('deploy/ID_RSA', 'hunter2\n');
    write('image.bin', Uint8Array.of(0xff, 0xfe, 0, 1));
    write('zero.txt', 'a\0b');
    write('large.json', `[\n${'  1,\n'.repeat(80_000)}]\n`);
    write('app.js', `let a=1;${'f(a);'.repeat(3000)}\n`);
    try {
      symlinkSync(path.join(folder, '.env'), path.join(folder, 'innocent.ts'));
    } catch {
      // Windows allows links to few.
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('reads what the project has written itself, and nothing secret, large, binary or minified', async () => {
    const { documents, leftOut } = await readWorkspace(folder, { limit: 1e6 });
    assert.deepEqual(documents.map((document) => document.path).sort(), [
      '.gitignore',
      'kept.log',
      'lib/.gitignore',
      'lib/tool.py',
      'main.ts',
    ]);
    assert.deepEqual(leftOut, { secret: 2, large: 1, binary: 2, minified: 1, 'beyond the limit': 0 });
    const main = documents.find((document) => document.path === 'main.ts');
    assert.equal(main?.text, 'let a = 1;\r\n');
    assert.equal(main.languageId, 'typescript');
    assert.match(main.uri, /^file:\/\/\/.*\/main\.ts$/u);
  });

  it('reads what is near first, and no more than the limit', async () => {
    const near = path.join(folder, 'lib/new.py');
    const { documents, leftOut } = await readWorkspace(folder, { limit: 8, near });
    assert.deepEqual(
      documents.map((document) => document.path),
      ['lib/tool.py'],
    );
    assert.equal(leftOut['beyond the limit'], 4);
  });

  it('says what is wrong with a folder', async () => {
    const missing = path.join(folder, 'missing');
    await assert.rejects(readWorkspace(missing, { limit: 1 }), {
      code: 'invalid-request',
      message: `The workspace folder ${missing} does not exist.`,
    });
    await assert.rejects(readWorkspace(path.join(folder, 'main.ts'), { limit: 1 }), /is a file/u);
  });
});
