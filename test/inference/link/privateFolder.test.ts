import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { privateFolder } from '../../../src/inference/link/privateFolder.js';

const skip = process.platform === 'win32' && 'a profile is its owner’s alone';
const made: string[] = [];
after(() => made.forEach((folder) => rmSync(folder, { recursive: true })));

function runtimeFolder(): { readonly env: NodeJS.ProcessEnv; readonly folder: string } {
  const runtime = mkdtempSync(path.join(tmpdir(), 'infill-p-'));
  made.push(runtime);
  return { env: { XDG_RUNTIME_DIR: runtime }, folder: path.join(runtime, 'infill') };
}

void describe('the folder where windows meet', { skip }, () => {
  it('is made for its owner alone, and found again', () => {
    const { env, folder } = runtimeFolder();
    assert.equal(privateFolder(env), folder);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    assert.equal(privateFolder(env), folder);
  });

  it('is not one that others may enter', () => {
    for (const mode of [0o755, 0o770, 0o701]) {
      const { env, folder } = runtimeFolder();
      mkdirSync(folder);
      chmodSync(folder, mode);
      assert.throws(() => privateFolder(env), /others may enter/);
    }
  });

  it('is no link and no file', () => {
    const { env, folder } = runtimeFolder();
    symlinkSync(runtimeFolder().env['XDG_RUNTIME_DIR'] ?? '', folder);
    assert.throws(() => privateFolder(env), /is no folder/);
  });

  it('is nobody else’s', { skip: process.getuid?.() !== 0 && 'only root can give a folder away' }, () => {
    const { env, folder } = runtimeFolder();
    mkdirSync(folder, { mode: 0o700 });
    chownSync(folder, 12_345, 12_345);
    assert.throws(() => privateFolder(env), /belongs to somebody else/);
  });

  it('has room for the path of a socket', () => {
    const { env } = runtimeFolder();
    const deep = path.join(env['XDG_RUNTIME_DIR'] ?? '', 'x'.repeat(90));
    mkdirSync(deep);
    const folder = privateFolder({ XDG_RUNTIME_DIR: deep });
    assert.ok(Buffer.byteLength(path.join(folder, '0123456789ab.sock')) < 104, folder);
    assert.equal(privateFolder({ XDG_RUNTIME_DIR: path.join(deep, 'nowhere') }), privateFolder({}));
  });
});
