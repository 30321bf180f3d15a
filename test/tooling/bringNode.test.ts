import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { root } from '../../scripts/steps/root.mjs';

const SCRIPT = path.join(root, 'scripts/steps/bringNode.sh');
const VERSION = /^VERSION=(.+)$/mu.exec(readFileSync(SCRIPT, 'utf8'))?.[1] ?? '';
const isSupported = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);
let home = '';

beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'infill-home-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** A shell script in the folder; returns its path. */
function program(file: string, ...lines: readonly string[]): string {
  const full = path.join(home, file);
  mkdirSync(path.dirname(full), { recursive: true });
  writeFileSync(full, ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o755 });
  return full;
}

/** Runs a script with the programs of home/programs before the system's. */
function bash(...args: readonly string[]): {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
} {
  const env = { HOME: home, PATH: `${path.join(home, 'programs')}:/usr/bin:/bin`, TMPDIR: home };
  const { status, stdout, stderr } = spawnSync('bash', args, { env, encoding: 'utf8' });
  return { code: status, out: stdout.trim(), err: stderr };
}

/** An npm whose registry has one package, of one file. Returns the SHA-512 of what it sends. */
function npmWithPackage(): string {
  const content = path.join(home, 'content/package');
  mkdirSync(content, { recursive: true });
  writeFileSync(path.join(content, 'file.txt'), 'text');
  const file = path.join(home, 'sent.tgz');
  assert.equal(spawnSync('tar', ['-czf', file, '-C', path.dirname(content), 'package']).status, 0);
  program('programs/npm', `cp '${file}' sent.tgz`, 'echo a line before', 'echo sent.tgz');
  return createHash('sha512').update(readFileSync(file)).digest('hex');
}

describe('Node for CI and the browser workbench', { skip: !isSupported && 'only for Linux' }, () => {
  test('is taken from the cache where it is there', () => {
    const node = program(`.cache/infill-node/${VERSION}/bin/node`, 'true');
    assert.deepEqual(bash(SCRIPT), { code: 0, out: path.dirname(node), err: '' });
  });

  test('is not taken where the download has another checksum, and nothing is left of that', () => {
    npmWithPackage();
    const { code, out, err } = bash(SCRIPT);
    assert.deepEqual([code, out], [1, '']);
    assert.match(err, /node-linux-\w+@\d.*SHA-512 differs/u);
    assert.deepEqual(readdirSync(path.join(home, '.cache/infill-node')), []);
  });

  test('comes before an older one in CI', () => {
    program('programs/node', 'exit 1');
    program('programs/npm', 'command -v node', 'echo "npm $*"');
    const brought = program(`.cache/infill-node/${VERSION}/bin/node`, 'true');
    assert.deepEqual(bash(path.join(root, '.ci/run')), { code: 0, out: `${brought}\nnpm test`, err: '' });
  });

  test('leaves a new enough one in place in CI', () => {
    const own = program('programs/node', `exec '${process.execPath}' "$@"`);
    program('programs/npm', 'command -v node', 'echo "npm $*"');
    assert.deepEqual(bash(path.join(root, '.ci/run')), { code: 0, out: `${own}\nnpm test`, err: '' });
  });
});

describe('a package of the npm registry', { skip: !isSupported && 'only for Linux' }, () => {
  const fetchPackage = path.join(root, 'scripts/steps/fetchPackage.sh');

  test('is unpacked where it is the expected one', () => {
    const folder = path.join(home, 'unpacked');
    assert.equal(bash(fetchPackage, 'name@1.0.0', npmWithPackage(), folder).code, 0);
    assert.deepEqual(readdirSync(folder), ['file.txt']);
  });

  test('needs npm, and says so', () => {
    const env = { PATH: path.join(home, 'programs') };
    const { status, stderr } = spawnSync('/bin/bash', [fetchPackage, 'name@1.0.0', '', home], {
      env,
      encoding: 'utf8',
    });
    assert.equal(status, 1);
    assert.match(stderr, /npm is not on the PATH, so name@1\.0\.0 cannot be downloaded/u);
  });
});
