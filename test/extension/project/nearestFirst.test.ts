import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearestFirst } from '../../../src/extension/project/nearestFirst.js';

const languageOf = (uri: string): string => uri.slice(uri.lastIndexOf('.') + 1);
const ROOT = 'file:///work/shop';

test('nearest folders first, of the same language first, otherwise as they were', () => {
  const files = [
    `${ROOT}/README.md`,
    `${ROOT}/test/cart/cart.ts`,
    `${ROOT}/src/user/user.ts`,
    `${ROOT}/src/cart/notes.md`,
    `${ROOT}/src/cart/price.ts`,
    `${ROOT}/src/index.ts`,
    `${ROOT}/src/cart/cart.ts`,
  ];
  const front = { uri: `${ROOT}/src/cart/item.ts`, languageId: 'ts' };
  assert.deepEqual(
    nearestFirst(files, front, languageOf).map((uri) => uri.slice(ROOT.length + 1)),
    [
      ...['src/cart/price.ts', 'src/cart/cart.ts', 'src/index.ts', 'src/user/user.ts'],
      ...['test/cart/cart.ts', 'src/cart/notes.md', 'README.md'],
    ],
  );
  assert.deepEqual(nearestFirst(files, undefined, languageOf), files);
});
