import assert from 'node:assert/strict';
import { test } from 'node:test';
import type * as vscode from 'vscode';
import * as fake from '../fakeVscode.js';

fake.useFakeVscode();
const { displayName } = await import('../../../src/extension/editor/fileNames.js');

/** @param relative what VS Code makes of the path: where the file is in no workspace folder, the path itself */
function nameOf(relative: string): string {
  const { asRelativePath } = fake.workspace;
  fake.workspace.asRelativePath = () => relative;
  const uri: unknown = { path: relative };
  const name = displayName(uri as vscode.Uri);
  fake.workspace.asRelativePath = asRelativePath;
  return name;
}

test('in the workspace the path in it, elsewhere the last two names: never an absolute path', () => {
  assert.equal(nameOf('src/log/a.ts'), 'src/log/a.ts');
  assert.equal(nameOf('Untitled-1'), 'Untitled-1');
  assert.equal(nameOf('/home/ann/notes/todo.md'), 'notes/todo.md');
  assert.equal(nameOf('/todo.md'), 'todo.md');
  assert.equal(nameOf('c:/Users/Ann/notes/todo.md'), 'notes/todo.md');
  assert.equal(nameOf(String.raw`\\server\share\todo.md`), 'share/todo.md');
});
