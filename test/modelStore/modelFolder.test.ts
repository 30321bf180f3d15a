import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { modelFolder, writtenPath } from '../../src/modelStore/modelFolder.js';

const home = path.resolve('/home/ann');
const base = path.resolve('/work');

test('the folder a model setting means', () => {
  const folder = (setting: string): string => modelFolder(setting, { root: path.resolve('/ext'), base, home });
  assert.equal(folder(''), path.resolve('/ext/models/infill-code-135m'));
  assert.equal(folder(' \t'), path.resolve('/ext/models/infill-code-135m'));
  assert.equal(folder('~/models/mine'), path.join(home, 'models', 'mine'));
  assert.equal(folder(path.resolve('/data/model')), path.resolve('/data/model'));
  assert.equal(folder(` ${path.resolve('/data/model')}${path.sep}`), path.resolve('/data/model'));
  assert.equal(folder('models/mine'), path.join(base, 'models', 'mine'));
  assert.equal(folder('~/mine/manifest.json'), path.join(home, 'mine'));
  assert.equal(folder('mine/manifest.json'), path.join(base, 'mine'));
  assert.equal(folder('~mine'), path.join(base, '~mine'));
});

test('a path that a person writes', () => {
  assert.equal(writtenPath('~', { base, home }), home);
  assert.equal(writtenPath('~/x', { base, home }), path.join(home, 'x'));
  assert.equal(writtenPath('x/~', { base, home }), path.join(base, 'x', '~'));
  assert.equal(writtenPath('../x', { base, home }), path.resolve('/x'));
  // What a replacement would read as a pattern is a name like any other.
  const odd = path.resolve('/home/$&$1');
  assert.equal(writtenPath('~/x', { base, home: odd }), path.join(odd, 'x'));
});
