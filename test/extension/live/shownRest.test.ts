import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ShownRest } from '../../../src/extension/live/shownRest.js';

function typed(
  text: string,
  rangeOffset: number,
  rangeLength = 0,
): { text: string; rangeOffset: number; rangeLength: number } {
  return { text, rangeOffset, rangeLength };
}

test('typed along, key by key, up to the end', () => {
  const rest = new ShownRest(10);
  assert.equal(rest.text, undefined);
  rest.shows({ text: 'abc', replaceAfter: 0 });
  assert.equal(rest.typed([typed('a', 10)]), 'part');
  assert.deepEqual(
    [rest.text, rest.reaches(11), rest.reaches(10), rest.reaches(12), rest.reaches(9)],
    ['bc', true, true, false, false],
  );
  assert.equal(rest.typed([typed('bc', 11)]), 'all');
});

test('accepted as a whole, also where it replaces what follows', () => {
  const rest = new ShownRest(3);
  rest.shows({ text: 'a)', replaceAfter: 1 });
  assert.equal(rest.typed([typed('a)', 3, 1)]), 'all');
});

test('accepted just before the next one was drawn', () => {
  const rest = new ShownRest(3);
  rest.shows({ text: 'abc', replaceAfter: 0 });
  rest.shows({ text: 'xyz', replaceAfter: 0 });
  assert.equal(rest.typed([typed('abc', 3)]), 'all');
});

test('another text, another place, several changes and a deletion are something else', () => {
  for (const changes of [[typed('x', 3)], [typed('a', 4)], [typed('a', 3), typed('a', 9)], [typed('', 2, 1)], []]) {
    const rest = new ShownRest(3);
    rest.shows({ text: 'abc', replaceAfter: 0 });
    assert.equal(rest.typed(changes), 'else');
    assert.ok(rest.reaches(100), 'where the cursor belongs cannot be told');
  }
});
