import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holeOf } from '../../../../src/engine/infill/context/hole.js';
import { foundTexts } from '../../../../src/engine/infill/found/foundTexts.js';
import { requestOf } from '../requests.js';
import { indexOf, uriOf } from './project.js';

const CART =
  'export function total(cart: Cart): number {\n  return cart.items.reduce((sum, each) => sum + each.price, 0);\n}\n';

function textsAt(drawn: string, files: Readonly<Record<string, string>>, multiline = false) {
  const hole = holeOf(requestOf(drawn, {}, { uri: uriOf('now.ts') }));
  return foundTexts(hole, multiline, indexOf(files));
}

test('what stood between the same neighbours is found, with where it stood', () => {
  const { texts } = textsAt('function sum(cart: Cart) {\n  return cart.items.|;\n}\n', { 'src/cart.ts': CART });
  assert.deepEqual(
    texts.map(({ text, from }) => [text, from.path, from.line]),
    [['reduce((sum, each) => sum + each.price, 0)', 'src/cart.ts', 2]],
  );
});

test('a request that names no document finds nothing', () => {
  const hole = holeOf(requestOf('function sum(cart: Cart) {\n  return cart.items.|;\n}\n'));
  assert.deepEqual(foundTexts(hole, false, indexOf({ 'src/cart.ts': CART })), { texts: [], nothing: undefined });
});

test('lines stand as far in as the cursor’s, and where one line was asked for there is one', () => {
  const files = { 'a.ts': 'if (ready) {\n  start();\n  stop();\n}\n' };
  const drawn = 'class A {\n  run() {\n    if (ready) {|\n    }\n  }\n}\n';
  const several = textsAt(drawn, files, true).texts.map(({ text }) => text);
  assert.ok(several.length > 0);
  for (const line of several.flatMap((text) => text.split('\n').slice(1))) assert.match(line, /^ {6}\S|^ {4}\}|^$/u);
  for (const { text } of textsAt(drawn, files).texts) assert.doesNotMatch(text, /\n/u);
});

test('that nothing stood there is no text, and is told', () => {
  const { texts, nothing } = textsAt('const a = first(b|);\n', { 'a.ts': 'const x = first(b);\n' });
  assert.deepEqual(texts, []);
  assert.equal(nothing?.from.path, 'a.ts');
});
