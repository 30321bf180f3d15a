import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DocumentWords } from '../../../../src/engine/infill/improve/documentWords.js';

const WORD = fc.constantFrom('a', 'b', '(', ')', '\n');

test('the likeness is that of the best other place, counted word by word', () => {
  fc.assert(
    fc.property(
      fc.array(WORD, { maxLength: 30 }),
      fc.nat(30),
      fc.nat(3),
      fc.array(WORD, { maxLength: 3 }),
      (all, at, length, own) => {
        const start = Math.min(at, all.length);
        const end = Math.min(start + length, all.length);
        const offset = (words: readonly string[]): number =>
          words.map((word) => word.length + 1).reduce((a, b) => a + b, 0);
        const span = { start: offset(all.slice(0, start)), end: offset(all.slice(0, end)) };
        const { left, right } = new DocumentWords(all.map((word) => `${word} `).join('')).likeness(own.join(' '), span);
        let best = 0;
        const [before, after] = [all.slice(0, start), all.slice(end)];
        for (const side of [before, after]) {
          for (let place = 0; own.length > 0 && place + own.length <= side.length; place++) {
            if (own.some((word, i) => side[place + i] !== word)) continue;
            const [l, r] = [side.slice(0, place).reverse(), side.slice(place + own.length)];
            const equal = (one: readonly string[], other: readonly string[]): number => {
              const end = one.findIndex((word, i) => i === 6 || word !== other[i]);
              return end < 0 ? Math.min(6, one.length) : end;
            };
            best = Math.max(best, equal(l, before.toReversed()) + equal(r, after));
          }
        }
        assert.equal(left + right, best);
      },
    ),
    { numRuns: 2000 },
  );
});

test('words are counted whole, in any script', () => {
  const words = new DocumentWords('größe = größer + größe_2; größe');
  assert.equal(words.times('größe'), 2);
  assert.equal(words.times('+'), 1);
  assert.equal(words.times('gr'), 0);
});
