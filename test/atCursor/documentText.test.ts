import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anyCharacter } from '../anyCharacter.js';
import fc from 'fast-check';
import {
  PREFIX_ANCHOR,
  PREFIX_LIMIT,
  prefixStart,
  readAround,
  readPrefix,
  readSuffix,
  segmentOf,
  SUFFIX_LIMIT,
  type TextSegment,
  WHOLE_LIMIT,
} from '../../src/atCursor/documentText.js';

const HALF_CHARACTER = /\p{Surrogate}/u;

test('the start moves in large steps, so that typing rarely shifts it', () => {
  const starts = new Set(Array.from({ length: 5 * PREFIX_ANCHOR }, (_, length) => prefixStart(length)));
  assert.deepEqual([...starts], [0, PREFIX_ANCHOR, 2 * PREFIX_ANCHOR]);
});

test('at least 8000 units are sent when there are so many, and never more than the limit', () => {
  fc.assert(
    fc.property(fc.nat(20_000_000), (length) => {
      const sent = length - prefixStart(length);
      assert.ok(sent >= Math.min(length, 8000) && sent <= PREFIX_LIMIT);
    }),
  );
});

test('prefix and offset describe the text before the cursor, whatever it is cut into', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: anyCharacter, maxLength: 4000 }), { maxLength: 8 }), (pieces) => {
      const text = pieces.join('');
      const { prefix, prefixOffset } = readPrefix(pieces.map(segmentOf));
      assert.equal(prefixOffset + prefix.length, text.length);
      assert.equal(prefix, text.slice(prefixOffset));
    }),
  );
});

test('no half of a character stands at a cut', () => {
  const emoji = '😀';
  const long = `x${emoji.repeat(PREFIX_LIMIT)}`; // an odd number of units before each emoji
  const { prefix } = readPrefix([segmentOf(long)]);
  assert.doesNotMatch(prefix, HALF_CHARACTER);
  assert.ok(prefix.length > 8000);
  assert.doesNotMatch(readSuffix(segmentOf(long)), HALF_CHARACTER);
});

test('of a large document only what is sent is read', () => {
  let read = 0;
  const segment: TextSegment = {
    length: 10_000_000,
    read: (start, end) => {
      read += end - start;
      return 'a'.repeat(end - start);
    },
  };
  readPrefix([segment, segmentOf('b')]);
  readSuffix(segment);
  assert.ok(read <= PREFIX_LIMIT + SUFFIX_LIMIT, `${read} units were read`);
});

test('around several places a text is sent as it is', () => {
  const pieces = [[segmentOf('cell\n\n'), segmentOf('a = ')], [segmentOf(';\nb = ')], [segmentOf(';\n')]];
  assert.deepEqual(readAround(pieces), { parts: ['cell\n\na = ', ';\nb = ', ';\n'], isWhole: true });
});

test('where it is too long for that, as far as is read around one place, in whole lines between two', () => {
  let read = 0;
  const line = 'one line of it\n';
  const long: TextSegment = {
    length: WHOLE_LIMIT * line.length,
    read: (start, end) => {
      read += end - start;
      return line
        .repeat(Math.ceil((end - start) / line.length) + 1)
        .slice(start % line.length)
        .slice(0, end - start);
    },
  };
  const { parts, isWhole } = readAround([[long], [long], [segmentOf('near')], [long]]);
  assert.equal(isWhole, false);
  assert.equal(parts.length, 4);
  assert.equal(parts[2], 'near');
  assert.ok(parts.join('').replaceAll(line, '').replace('near', '').length < 2 * line.length);
  assert.ok(parts[1]?.startsWith(line) && parts[1].replaceAll(line, '') === '', 'a line is cut');
  for (const index of [0, 1]) assert.ok((parts[index]?.length ?? 0) > 8000 - line.length, `${index}`);
  assert.ok(read <= 2 * (PREFIX_LIMIT + SUFFIX_LIMIT), `${read} units were read`);
});
