import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { FolderRules } from '../../../src/extension/project/folderRules.js';

/** @param ignoreFiles texts of .gitignore by folder */
function rulesOf(patterns: readonly string[], ignoreFiles: Readonly<Record<string, string>> = {}): FolderRules {
  return new FolderRules({ patterns, ignoreFile: async (folder) => ignoreFiles[folder] });
}

async function leftOut(rules: FolderRules, paths: readonly string[]): Promise<string[]> {
  const are = await Promise.all(paths.map((each) => rules.leavesOut(each)));
  return paths.filter((_, index) => are[index]);
}

test('globs leave out what they match, and all that is in it', async () => {
  const rules = rulesOf(['**/node_modules', '**/.git', 'out', '*.log', '{broken']);
  assert.deepEqual(
    await leftOut(rules, [
      ...['src/a.ts', 'node_modules/x/index.js', 'a/b/node_modules/c.ts', 'a/.git/config'],
      ...['out/a.js', 'src/out/a.js', 'top.log', 'src/deep.log', 'src/node_modules.ts'],
    ]),
    ['node_modules/x/index.js', 'a/b/node_modules/c.ts', 'a/.git/config', 'out/a.js', 'top.log'],
  );
});

const IGNORE_FILES = {
  '': 'dist/\n*.tmp\n/local.*\n!keep.tmp\nvendor/*\n!vendor/ours\n# *.ts\n',
  'packages/one': '/generated\n!*.tmp\nsecret*\n',
  'packages/one/deep': '!secret-not.ts\nlast.*\n',
  'dist/kept': '!*\n',
};
const PATHS = [
  ...['src/a.ts', 'dist/a.js', 'src/dist/a.js', 'distinct/a.js', 'dist/kept/a.js'],
  ...['a.tmp', 'src/keep.tmp', 'local.json', 'src/local.json', 'vendor/theirs/a.ts', 'vendor/ours/a.ts', 'vendor/b.ts'],
  ...['packages/one/generated/a.ts', 'packages/one/src/generated/a.ts', 'packages/one/b.tmp', 'packages/two/b.tmp'],
  ...['packages/one/secrets/a.ts', 'packages/one/deep/secret.ts', 'packages/one/deep/secret-not.ts'],
  ...['packages/one/deep/last.ts', 'packages/one/last.ts', 'größe/ä b.tmp', 'größe/ä b.ts'],
];

test('.gitignore counts as git has it: nested, with exceptions, and for whole folders', async () => {
  const ignored = await leftOut(rulesOf([], IGNORE_FILES), PATHS);
  const folder = mkdtempSync(path.join(tmpdir(), 'infill-ignore-'));
  try {
    for (const [below, text] of Object.entries(IGNORE_FILES)) {
      mkdirSync(path.join(folder, below), { recursive: true });
      writeFileSync(path.join(folder, below, '.gitignore'), text);
    }
    for (const file of PATHS) {
      mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
      writeFileSync(path.join(folder, file), '');
    }
    const git = (...args: string[]): string =>
      execFileSync('git', ['-c', 'core.excludesFile=', '-C', folder, ...args], { encoding: 'utf8' });
    git('init', '-q');
    const theirs = git('ls-files', '-z', '--others', '--ignored', '--exclude-standard').split('\0');
    assert.deepEqual(
      ignored,
      PATHS.filter((file) => theirs.includes(file)),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
  assert.ok(ignored.length > 8 && ignored.length < PATHS.length);
});

test('the .gitignore of a folder is read once, and not at all below what is left out', async () => {
  const read: string[] = [];
  const rules = new FolderRules({
    patterns: ['**/node_modules'],
    ignoreFile: async (folder) => {
      read.push(folder);
      return undefined;
    },
  });
  await leftOut(rules, ['a/b.ts', 'a/c.ts', 'node_modules/x/y.ts', 'a/node_modules/x.ts']);
  assert.deepEqual(read, ['', 'a']);
});
