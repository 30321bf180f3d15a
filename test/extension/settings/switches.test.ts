import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type * as vscode from 'vscode';
import * as fake from '../fakeVscode.js';

fake.useFakeVscode();
const { languageSettings } = await import('../../../src/extension/settings/configuration.js');
const { languagesThatSay, originOf, saysEverywhere, switchEverywhere, switchFolder, switchLanguage } =
  await import('../../../src/extension/settings/switches.js');

/** A settings file: values by language, '' for the plain one; names of languages that share one are joined by `,`. */
type File = Record<string, boolean>;
/** Files as VS Code lays them over each other: the person's, the workspace's, and one of each folder. */
let files: Record<string, File> = {};
let workspaceFile: string | undefined;
let folderNames: string[] = [];

beforeEach(() => {
  files = { user: {}, workspace: {} };
  folderNames = ['one'];
  workspaceFile = undefined;
  Object.defineProperties(fake.workspace, {
    workspaceFolders: { configurable: true, get: () => folderNames.map((name) => ({ name, uri: uriOf(name) })) },
    workspaceFile: { configurable: true, get: () => workspaceFile },
  });
  Object.assign(fake.workspace, {
    getConfiguration: (_section: string, scope?: { languageId?: string; uri?: { path: string }; path?: string }) =>
      configuration(scope?.languageId, (scope?.uri?.path ?? scope?.path)?.split('/')[1]),
  });
});

function uriOf(folder: string): vscode.Uri {
  const uri: unknown = { path: `/${folder}/a.py` };
  return uri as vscode.Uri;
}

function python(folder = 'one'): { languageId: string; uri: vscode.Uri } {
  return { languageId: 'python', uri: uriOf(folder) };
}

/** As VS Code computes it: a language's value, wherever it stands, counts more than any plain one. */
function configuration(language: string | undefined, folder: string | undefined): object {
  // Without a file of the workspace the folder's settings are those of the workspace.
  const folderFile = folder === undefined ? undefined : workspaceFile === undefined ? 'workspace' : `folder:${folder}`;
  const names = ['user', 'workspace', ...(folderFile === undefined ? [] : [folderFile])];
  const plain = (name: string | undefined): boolean | undefined => files[name ?? '']?.[''];
  const own = (name: string | undefined): boolean | undefined => {
    const file = files[name ?? ''] ?? {};
    const shared = Object.keys(file).find((key) => key.split(',').includes(language ?? '?'));
    return file[language ?? '?'] ?? file[shared ?? '?'];
  };
  return {
    get: () => names.map(own).findLast(isSet) ?? names.map(plain).findLast(isSet) ?? true,
    inspect: () => ({
      defaultValue: true,
      globalValue: plain('user'),
      workspaceValue: plain('workspace'),
      workspaceFolderValue: plain(folderFile),
      globalLanguageValue: own('user'),
      workspaceLanguageValue: own('workspace'),
      workspaceFolderLanguageValue: own(folderFile),
      languageIds: names
        .flatMap((name) => Object.keys(files[name] ?? {}).flatMap((key) => key.split(',')))
        .filter(Boolean),
    }),
    update: (_key: string, value: boolean | undefined, target: number, byLanguage: boolean) => {
      const name = [undefined, 'user', 'workspace', folderFile][target] ?? '';
      const file = (files[name] ??= {});
      const key = byLanguage ? (language ?? '') : '';
      if (value === undefined) {
        Reflect.deleteProperty(file, key);
      } else {
        file[key] = value;
      }
      return Promise.resolve();
    },
  };
}

function isSet(value: boolean | undefined): boolean {
  return value !== undefined;
}

function isOn(document?: { languageId: string; uri: vscode.Uri }): unknown {
  const section = configuration(document?.languageId, document?.uri.path.split('/')[1]) as { get: () => unknown };
  return section.get();
}

test('off everywhere: languages that had been switched on by themselves are off too, and nothing else is written', async () => {
  files = { user: { python: true, markdown: false }, workspace: { rust: true } };
  assert.deepEqual(languagesThatSay('enabled', true), ['python', 'rust']);
  await switchEverywhere('enabled', false);
  assert.deepEqual(files, { user: { '': false, markdown: false }, workspace: {} });
  assert.equal(isOn(python()), false);
});

test('on everywhere removes the value, and what was switched off by itself stays off', async () => {
  files = { user: { '': false, markdown: false }, workspace: {} };
  await switchEverywhere('enabled', true);
  assert.deepEqual(files, { user: { markdown: false }, workspace: {} });
});

test('off everywhere reaches what several languages share', async () => {
  files = { user: { 'c,python': true }, workspace: {} };
  await switchEverywhere('enabled', false);
  assert.equal(isOn(python()), false);
});

test('off everywhere reaches workspaces and folders that had switched it on', async () => {
  workspaceFile = '/all.code-workspace';
  folderNames = ['one', 'two'];
  files = { user: {}, workspace: { '': true }, 'folder:two': { '': true, python: true } };
  await switchEverywhere('enabled', false);
  assert.deepEqual(files, { user: { '': false }, workspace: {}, 'folder:two': {} });
});

test('a language that is switched off and on again has no value of its own', async () => {
  await switchLanguage('enabled', false, python());
  assert.deepEqual(files, { user: { python: false }, workspace: {} });
  assert.deepEqual(originOf('enabled', python()), 'language');
  await switchLanguage('enabled', true, python());
  assert.deepEqual(files, { user: {}, workspace: {} });
});

test('a language that is switched on while all is off, and off again, likewise', async () => {
  files = { user: { '': false }, workspace: {} };
  await switchLanguage('enabled', true, python());
  assert.deepEqual(files['user'], { '': false, python: true });
  await switchLanguage('enabled', false, python());
  assert.deepEqual(files['user'], { '': false });
});

test("a language's value is changed where it counts, and only there", async () => {
  files = { user: { python: false }, workspace: { python: false } };
  await switchLanguage('enabled', true, python());
  assert.deepEqual(files, { user: { python: false }, workspace: { python: true } });
  await switchLanguage('enabled', false, python());
  assert.deepEqual(files, { user: { python: false }, workspace: {} });
});

test('off for a folder is off for every language there, and leaves the other folders alone', async () => {
  workspaceFile = '/all.code-workspace';
  folderNames = ['one', 'two'];
  files = { user: { python: true }, workspace: {} };
  await switchFolder('enabled', false, uriOf('one'));
  assert.deepEqual(files['folder:one'], { '': false, python: false });
  assert.deepEqual([isOn(python('one')), isOn(python('two')), saysEverywhere('enabled')], [false, true, true]);
  assert.equal(originOf('enabled', { languageId: 'rust', uri: uriOf('one') }), 'folder');
  await switchFolder('enabled', true, uriOf('one'));
  assert.deepEqual(files['folder:one'], {});
});

test('the one folder of a window has the settings of the workspace', async () => {
  await switchFolder('enabled', false, uriOf('one'));
  assert.deepEqual(files, { user: {}, workspace: { '': false } });
  assert.deepEqual([originOf('enabled', python()), saysEverywhere('enabled')], ['folder', true]);
  await switchFolder('enabled', true, uriOf('one'));
  assert.deepEqual(files, { user: {}, workspace: {} });
});

test('without a value of its own it comes from everywhere', () => {
  assert.deepEqual([originOf('enabled', undefined), originOf('enabled', python())], ['everywhere', 'everywhere']);
});

test('diagnostics tell which languages have a value of their own, wherever it stands', () => {
  workspaceFile = '/all.code-workspace';
  folderNames = ['one', 'two'];
  files = { user: { '': false, python: true }, workspace: {}, 'folder:two': { rust: false } };
  assert.deepEqual(languageSettings(['enabled']), {
    '[python]': { 'infill.enabled': true },
    '[rust]': { 'infill.enabled': false },
  });
});
