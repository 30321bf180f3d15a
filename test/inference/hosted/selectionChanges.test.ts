import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { selectionChanges } from '../../../src/inference/hosted/selectionChanges.js';
import { changedText } from '../../../src/shared/textChange.js';

test('changes are the words that differ', () => {
  const { changes } = selectionChanges(
    'const count = items.size;\nreturn cuont;',
    'const count = items.length;\nreturn count;',
  );
  assert.deepEqual(
    changes.map(({ before, text }) => [before, text]),
    [
      ['size', 'length'],
      ['cuont', 'count'],
    ],
  );
});

test('any two texts: the changes make the one of the other, and none touches the next', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', '\r', '(', '1'), maxLength: 40 });
  fc.assert(
    fc.property(text, text, (from, to) => {
      const { changes, tokens } = selectionChanges(from, to);
      assert.equal(changedText(from, changes), to);
      assert.equal(tokens.map((token) => token.text).join(''), to);
      changes.forEach(({ span }, i) => assert.ok(i === 0 || span.start > (changes[i - 1]?.span.end ?? 0)));
    }),
  );
});
