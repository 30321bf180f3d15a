import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { foundInEdits } from '../../../src/engine/edits/foundInEdits.js';
import { linesAround } from '../../../src/engine/text/lines.js';
import type { RecentEdit } from '../../../src/shared/recentEdit.js';

/** An edit of some lines, those around drawn as lines too. */
function edit(before: string[], after: string[], around: Partial<RecentEdit> = {}): RecentEdit {
  return { uri: 'file:a.ts', path: 'a.ts', line: 10, before, after, linesBefore: [], linesAfter: [], ...around };
}

/** What is found at `|`. */
function foundAt(drawn: string, edits: readonly RecentEdit[], lineBefore?: string) {
  const [prefix, suffix] = drawn.split('|') as [string, string];
  const recent = { edits, ...(lineBefore === undefined ? {} : { lineBefore }) };
  return foundInEdits(recent, { prefix, suffix, offset: prefix.length }, linesAround({ prefix, suffix }));
}
const textsAt = (...asked: Parameters<typeof foundAt>): string[] => foundAt(...asked).map(({ text }) => text);

const RENAME = edit(['  log(oldName);'], ['  log(newName);']);

void describe('what was taken out, as an edit rewrote it', () => {
  it('is the new name where the old one was deleted, wherever that stands in its line', () => {
    assert.equal(textsAt('return | + 1;\n', [RENAME], 'return oldName + 1;')[0], 'newName');
    assert.equal(textsAt('send(a, |);\n', [RENAME], 'send(a, oldName);')[0], 'newName');
    assert.equal(textsAt('return new| + 1;\n', [RENAME], 'return oldName + 1;')[0], 'Name');
  });

  it('keeps the rest of what was taken out as it was', () => {
    assert.equal(textsAt('return |\n', [RENAME], 'return oldName + oldName.size;')[0], 'newName + newName.size;');
  });

  it('rewrites nothing that was not taken out', () => {
    assert.equal(textsAt('return |.a + oldName.b;\n', [RENAME], 'return oldName.a + oldName.b;')[0], 'newName');
  });

  it('is nothing where something else was deleted, or what was typed since is something else', () => {
    assert.deepEqual(textsAt('return | + 1;\n', [RENAME], 'return other + 1;'), []);
    assert.deepEqual(textsAt('return x| + 1;\n', [RENAME], 'return oldName + 1;'), []);
    assert.deepEqual(textsAt('return old| + 1;\n', [RENAME], 'return oldName + 1;'), [], 'nothing is ever deleted');
    assert.deepEqual(textsAt('return | + 1;\n', [RENAME], 'return oldNames + 1;'), [], 'a word is no part of one');
  });

  it('names the newest edit first, and counts those that say the same', () => {
    const newer = edit(['f(oldName)'], ['f(better)']);
    const found = foundAt('return |;\n', [newer, RENAME, RENAME], 'return oldName;');
    assert.deepEqual(
      found.map(({ text, votes }) => [text, votes]),
      [
        ['better', 1],
        ['newName', 2],
      ],
    );
    assert.deepEqual(found[0]?.from, { uri: 'file:a.ts', path: 'a.ts', line: 10, isEdit: true });
  });

  it('is what a naive renaming of the line says, for any names', () => {
    const name = fc.stringMatching(/^[a-z]{1,4}$/u);
    const part = fc.constantFrom('(', ' + ', '.', ', ', ')', ' = ');
    fc.assert(
      fc.property(fc.array(fc.tuple(name, part), { minLength: 2, maxLength: 6 }), name, fc.nat(), (pairs, to, pick) => {
        const at = pick % pairs.length;
        const [from] = pairs[at]!;
        fc.pre(from !== to);
        const write = (some: typeof pairs): string => some.map((pair) => pair.join('')).join('');
        const [left, right] = [write(pairs.slice(0, at)), write([['', pairs[at]![1]], ...pairs.slice(at + 1)])];
        const rename = edit([`call(${from})`], [`call(${to})`]);
        const [first] = foundAt(`${left}|${right}\n`, [rename], left + from + right);
        assert.equal(first?.text, to);
      }),
    );
  });
});

void describe('what was written between alike neighbours', () => {
  const FIELD = edit([], ['    this.width = width;'], {
    linesBefore: ['  constructor(width, height) {'],
    linesAfter: ['  }'],
  });

  it('has the names of this place', () => {
    assert.equal(textsAt('    this.width = width;\n    this.height|\n', [FIELD])[0], ' = height;');
    assert.equal(textsAt('    this.width = width;\n    this.height = |\n', [FIELD])[0], 'height;');
    assert.equal(textsAt('    this.width = width;\n    this.height = he|\n', [FIELD])[0], 'ight;');
  });

  it('is only what was written, up to what follows the cursor', () => {
    const options = edit(['const a = load(path);'], ['const a = load(path, options);']);
    assert.equal(textsAt('const b = load(other|);\n', [options])[0], ', options');
    assert.deepEqual(textsAt('const b = |;\n', [edit(['f(a); // x'], ['f(a); // y'])]), []);
  });

  it('says how much is equal, each word that stands for another one taking some of it', () => {
    const [same] = foundAt('    this.width = |\n', [FIELD]);
    const [other] = foundAt('    this.height = |\n', [FIELD]);
    assert.ok(same && other && same.left > other.left, JSON.stringify([same, other]));
  });

  it('is nothing where a word would have to stand for two others, or nothing is alike', () => {
    const twice = edit([], ['a.one(one, one.two);']);
    assert.deepEqual(textsAt('a.six(ten, |\n', [twice]), []);
    assert.deepEqual(textsAt('import fs from |\n', [FIELD]), []);
  });

  it('tells the line', () => {
    const several = edit([], ['start();', 'stop(server);'], { line: 4 });
    assert.deepEqual(foundAt('start();\nstop(|\n', [several])[0]?.from.line, 5);
  });
});

void describe('edits that say nothing', () => {
  it('are those of blanks, and those that took something out', () => {
    assert.deepEqual(textsAt('f(a, |);\n', [edit(['f(a,b);'], ['f(a, b);'])]), []);
    assert.deepEqual(textsAt('f(a|);\n', [edit(['f(a, b);'], ['f(a);'])]), []);
    assert.deepEqual(textsAt('|', [edit(['a'], [])]), []);
  });
});

void it('any edits at any place: no text is blank, and each was found somewhere', () => {
  const line = fc.stringMatching(/^[ab.( )]{0,40}$/u);
  const lines = fc.array(line, { maxLength: 4 });
  fc.assert(
    fc.property(lines, lines, lines, line, line, line, (before, after, above, left, right, was) => {
      const found = foundAt(
        `${above.join('\n')}\n${left}|${right}\n`,
        [edit(before, after, { linesBefore: above.slice(0, 3) })],
        was,
      );
      for (const { text, left: equal, votes } of found) assert.ok(text.trim() !== '' && equal >= 0 && votes >= 1);
    }),
  );
});
