import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FileExclusion } from '../../../src/extension/settings/fileExclusion.js';
import { SECRET_FILES } from '../../../src/workspace/secretFiles.js';

const warnings: string[] = [];
const exclusion = new FileExclusion((text) => warnings.push(text));

for (const secret of [
  '/home/ann/project/.env',
  '/home/ann/project/.env.production',
  '/c:/Users/Ann/KEYS/SERVER.PEM',
  '/home/ann/.ssh/config',
  '/home/ann/.ssh/id_ed25519',
  '/home/ann/.aws/config',
  '/srv/app/secrets.yaml',
  '/srv/app/credentials.json',
  '/home/ann/.npmrc',
  '/home/ann/.netrc',
  '/srv/cert.p12',
  '/infra/prod.tfvars',
]) {
  test(`secret: ${secret}`, () => assert.notEqual(exclusion.patternFor([secret], SECRET_FILES), undefined));
}

for (const open of ['/home/ann/project/src/environment.ts', '/home/ann/keyboard.ts', '/srv/secret.ts', 'Untitled-1']) {
  test(`no secret: ${open}`, () => assert.equal(exclusion.patternFor([open], SECRET_FILES), undefined));
}

test('a pattern may mean the path in the workspace', () => {
  assert.equal(exclusion.patternFor(['/home/ann/project/dist/a.js', 'dist/a.js'], ['dist/**']), 'dist/**');
});

test('other patterns count at once', () => {
  assert.equal(exclusion.patternFor(['/a.md'], ['**/*.md']), '**/*.md');
  assert.equal(exclusion.patternFor(['/a.md'], ['**/*.txt']), undefined);
});

test('a pattern that cannot be used is named, the others still count', () => {
  const impossible = 'a'.repeat(70_000);
  assert.equal(exclusion.patternFor(['/a.md'], [impossible, '**/*.md']), '**/*.md');
  assert.equal(warnings.length, 1);
});
