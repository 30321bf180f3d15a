import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { firstDifference } from '../../scripts/steps/installPackages.mjs';

const LOCKED = {
  '': { version: '0.1.0' },
  'node_modules/a': { version: '1.0.0' },
  'node_modules/b': { version: '2.0.0', optional: true },
};
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'infill-packages-'));
  mkdirSync(path.join(folder, 'node_modules'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(file: string, packages: object): void {
  writeFileSync(path.join(folder, file), JSON.stringify({ packages }));
}

test('a fresh clone has none installed', () => {
  write('package-lock.json', LOCKED);
  assert.equal(firstDifference(folder), 'none are installed');
});

test('what is installed as locked needs nothing, also without packages of other platforms', () => {
  write('package-lock.json', LOCKED);
  write('node_modules/.package-lock.json', { 'node_modules/a': { version: '1.0.0' } });
  assert.equal(firstDifference(folder), undefined);
});

test('another version of a package is a difference, of an optional one too', () => {
  write('package-lock.json', LOCKED);
  write('node_modules/.package-lock.json', { 'node_modules/a': { version: '0.9.0' } });
  assert.equal(firstDifference(folder), 'node_modules/a 1.0.0 is there as 0.9.0');
  write('node_modules/.package-lock.json', {
    'node_modules/a': { version: '1.0.0' },
    'node_modules/b': { version: '1.9.0' },
  });
  assert.equal(firstDifference(folder), 'node_modules/b 2.0.0 is there as 1.9.0');
});

test('an interrupted install counts as none', () => {
  write('package-lock.json', LOCKED);
  writeFileSync(path.join(folder, 'node_modules/.package-lock.json'), '{"packages": {"node_mod');
  assert.equal(firstDifference(folder), 'none are installed');
});

test('without a lock file it says what to do', () => {
  assert.throws(() => firstDifference(folder), /package-lock\.json is missing or damaged. Restore it/);
});
