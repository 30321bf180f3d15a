import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { convertLineEnds, originalOffsets, toLineFeeds } from '../../../src/engine/text/lineEnds.js';
import { linesAround } from '../../../src/engine/text/lines.js';

test('lines end at line feeds, at both together, and at lone returns', () => {
  assert.equal(toLineFeeds('a\nb\r\nc\rd\r\r\ne\n\rf'), 'a\nb\nc\nd\n\ne\n\nf');
  assert.equal(toLineFeeds('a\nb'), 'a\nb');
  for (const eol of ['\n', '\r\n', '\r']) {
    const place = { prefix: `a${eol}  b${eol}${eol}  c`, suffix: ` d${eol}${eol}e${eol}` };
    assert.deepEqual(linesAround(place), { line: '  c', rest: ' d', above: '  b', below: 'e' });
  }
});

test("a text comes back with the document's line ends", () => {
  assert.equal(convertLineEnds('a\n\nb', '\r\n'), 'a\r\n\r\nb');
  assert.equal(convertLineEnds('a\n\nb', '\n'), 'a\n\nb');
});

test('every offset into the text with line feeds has its place in the original', () => {
  const text = fc
    .array(fc.constantFrom('a', '\n', '\r', '\r\n', '🙂'), { maxLength: 20 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, (original) => {
      const converted = toLineFeeds(original);
      const offsets = originalOffsets(original);
      assert.equal(offsets.length, converted.length + 1);
      assert.equal(offsets.at(-1), original.length);
      for (let i = 0; i < converted.length; i++) {
        assert.equal(toLineFeeds(original.slice(offsets[i], offsets[i + 1])), converted[i]);
      }
    }),
  );
});
