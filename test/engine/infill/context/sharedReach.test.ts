import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { contextRoom } from '../../../../src/engine/contract/contextRoom.js';
import { sharedReach } from '../../../../src/engine/infill/context/sharedReach.js';
import { loadTokenizer } from '../../../../src/engine/tokenizer/loadTokenizer.js';
import { BUNDLED, tokenizerPath } from '../../fixtures.js';

const tokenizer = await loadTokenizer(tokenizerPath(BUNDLED));
const limits = { prefix: 512, suffix: 128, canvas: 96 };
const model = { manifest: { limits } } as Parameters<typeof sharedReach>[2]['model'];
const document = { languageId: 'typescript', eol: '\n', indentUnit: '  ' } as const;
const PREAMBLE = 128;

const line = (i: number): string => `  const value${String(i)} = compute(${String(i)}, "some text");\n`;
const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => line(from + i)).join('');

function reachOf(parts: readonly string[]): ReturnType<typeof sharedReach> {
  return sharedReach({ parts, document }, PREAMBLE, { model, tokenizer });
}

/** What is read before hole `i` where nothing is written in the others. */
function prefixOf(parts: readonly string[], i: number): string {
  const { part, offset } = reachOf(parts)[i]!;
  return parts
    .slice(part, i + 1)
    .join('')
    .slice(offset);
}

describe('holes of one document', () => {
  test('begin to read at the same place where they are near each other', () => {
    const parts = [lines(0, 300), lines(300, 302), lines(302, 304), lines(304, 600)];
    const reaches = reachOf(parts);
    assert.equal(new Set(reaches.map((reach) => JSON.stringify(reach))).size, 1);
    assert.ok(prefixOf(parts, 0).length >= 200 && prefixOf(parts, 0).length < 2000);
    assert.ok(prefixOf(parts, 0).startsWith('  const value'));
    assert.ok(prefixOf(parts, 2).startsWith(prefixOf(parts, 0)));
    assert.equal(reaches[0]!.ahead, parts[3]);
  });

  test('read on their own where one is far from the next', () => {
    const parts = [lines(0, 300), lines(300, 500), lines(500, 501), lines(501, 600)];
    const [first, ...others] = reachOf(parts);
    assert.equal(first!.ahead, parts.slice(1).join(''));
    assert.deepEqual(first, { part: 0, offset: 0, ahead: parts.slice(1).join('') }, 'as it would be alone');
    assert.deepEqual(others[0], others[1]);
    assert.equal(others[0]!.part, 1);
  });

  test('read a short document from its start', () => {
    assert.deepEqual(reachOf(['', 'a', 'b']), [
      { part: 0, offset: 0, ahead: 'b' },
      { part: 0, offset: 0, ahead: 'b' },
    ]);
  });

  test('never have too many tokens before them, nor too few of the document', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60), { minLength: 2, maxLength: 8 }), (counts) => {
        const parts = counts.map((count, i) => lines(i * 100, i * 100 + count));
        const room = contextRoom(limits).prefix - PREAMBLE;
        for (const i of parts.slice(1).keys()) {
          const before = parts.slice(0, i + 1).join('');
          const prefix = prefixOf(parts, i);
          assert.ok(before.endsWith(prefix));
          assert.ok(prefix.length >= Math.min(200, before.length));
          const { part, offset } = reachOf(parts)[i]!;
          if (part > 0 || offset > 0) assert.ok(tokenizer.encode(prefix).length <= room);
        }
      }),
      { numRuns: 50 },
    );
  });
});
