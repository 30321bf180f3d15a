import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { FoundMiddle, ProjectPlace } from '../../../src/engine/project/foundMiddle.js';
import { ProjectIndex } from '../../../src/engine/project/projectIndex.js';
import type { ProjectDocument } from '../../../src/shared/projectDocument.js';
import { naiveFind } from './naiveFind.js';

const document = (path: string, text: string): ProjectDocument => ({
  uri: `file:///${path}`,
  path,
  languageId: 'typescript',
  text,
});

/** A cursor at `|` of a text. */
function placeIn(text: string, path = 'edited.ts'): ProjectPlace {
  const offset = text.indexOf('|');
  return {
    uri: `file:///${path}`,
    offset,
    prefix: text.slice(0, offset),
    suffix: text.slice(offset + 1),
    languageId: 'typescript',
  };
}

function indexOf(...documents: ProjectDocument[]): ProjectIndex {
  const index = new ProjectIndex();
  index.replace(documents);
  while (index.work());
  return index;
}

const texts = (found: readonly FoundMiddle[]): string[] => found.map(({ text }) => text);

describe('ProjectIndex', () => {
  it('finds what stands between the same neighbours in another document, and says where', () => {
    const index = indexOf(document('lib/a.ts', 'let a = 1;\nconst user = await db.getUser(id);\n'));
    const [found] = index.find(placeIn('function f() {\n  const user = await |;\n}'), 3);
    assert.deepEqual(found, {
      text: 'db.getUser(id)',
      left: 5,
      right: 2,
      votes: 1,
      from: { uri: 'file:///lib/a.ts', path: 'lib/a.ts', line: 2 },
    });
  });

  it('answers the rest of a partly typed identifier', () => {
    const index = indexOf(document('a.ts', 'x = this.store.getItem(key);\ny = this.store.clear();\n'));
    assert.deepEqual(texts(index.find(placeIn('z = this.store.get|;\n'), 9)), ['Item(key)']);
    assert.deepEqual(texts(index.find(placeIn('z = this.store.put|;\n'), 9)), []);
    assert.deepEqual(texts(index.find(placeIn('z = this.store.getI|(key);\n'), 9)), ['tem']);
    assert.deepEqual(texts(index.find(placeIn('z = this.store.ge|m(key);\n'), 9)), ['tIte']);
    assert.deepEqual(texts(index.find(placeIn('z = this.store.getItem|(key);\n'), 9)), ['']);
  });

  it('counts the same middle once, with the places where it stands', () => {
    const line = 'return cache.get(key);\n';
    const index = indexOf(document('a.ts', line + line), document('b.ts', `${line}return cache.get(name);\n`));
    const found = index.find(placeIn('return cache.get(|);\n'), 9);
    assert.deepEqual(
      found.map(({ text, votes }) => [text, votes]),
      [
        ['key', 3],
        ['name', 1],
      ],
    );
    assert.equal(index.find(placeIn('return cache.get(|);\n'), 1).length, 1);
  });

  it('ends at a line end, a later one where more of what follows is alike, and after ten lines at most', () => {
    const body = (lines: number): string => `if (isReady(a)) {\n${'    step(a);\n'.repeat(lines)}    done();\n}\n`;
    const index = indexOf(document('a.ts', body(3)));
    const [found] = index.find(placeIn('if (isReady(a)) {\n|\n}\n'), 3);
    assert.equal(found?.text, 'step(a);\nstep(a);\nstep(a);\ndone();');
    const long = indexOf(document('a.ts', body(12)));
    assert.deepEqual(texts(long.find(placeIn('if (isReady(a)) {\n|\n}\nnext()'), 3)), ['step(a);']);
  });

  it("takes the found line's indentation off, with \\n at line ends", () => {
    const index = indexOf(
      document(
        'a.ts',
        'class A {\r\n\t\tif (x == 1) {\r\n\t\t\tgo(\r\n\r\n\t\t\t\t1);\r\n\t\t}\r\n\t\telse end();\r\n}\r\n',
      ),
    );
    const [found] = index.find(placeIn('  if (x == 1) {|\n  else end();\n'), 3);
    assert.equal(found?.text, '\n\tgo(\n\n\t\t1);\n}');
  });

  it('brings no blanks where there are some already', () => {
    const index = indexOf(document('a.ts', 'const a = b + c;\n'));
    assert.equal(index.find(placeIn('const a = |+ c;'), 1)[0]?.text, 'b ');
    assert.equal(index.find(placeIn('const a =| + c;'), 1)[0]?.text, ' b');
    assert.equal(index.find(placeIn('const a = | + c;'), 1)[0]?.text, 'b');
  });

  it('finds nothing of a removed document, at once', () => {
    const secret = document('.env', 'export KEY = "hunter2";\n');
    const place = placeIn('export KEY = "|";\n');
    const index = indexOf(secret, document('b.ts', 'let a = 1;\n'));
    assert.equal(index.find(place, 1)[0]?.text, 'hunter2');
    index.remove([secret.uri]);
    assert.deepEqual(index.find(place, 1), []);
    // Also while it is being indexed, and while it waits.
    index.replace([secret, document('c.ts', 'x y z\n'.repeat(5000))]);
    index.work(0);
    index.remove([secret.uri]);
    while (index.work());
    assert.deepEqual(index.find(place, 1), []);
    index.replace([secret]);
    index.remove([secret.uri]);
    while (index.work());
    assert.deepEqual(index.find(place, 1), []);
    assert.equal(index.stats.documents, 2);
  });

  it('finds the new version of a document, and the old one until that is indexed', () => {
    const index = indexOf(document('a.ts', 'const port = 80;\n'));
    const place = placeIn('const port = |;\n');
    index.replace([document('a.ts', 'const port = 81;\n')]);
    assert.deepEqual(texts(index.find(place, 9)), ['80']);
    index.replace([document('a.ts', 'const port = 82;\n')]);
    assert.equal(index.stats.waiting, 1);
    while (index.work());
    assert.deepEqual(texts(index.find(place, 9)), ['82']);
    assert.equal(index.stats.waiting, 0);
    index.clear();
    assert.deepEqual(index.find(place, 9), []);
    assert.deepEqual(index.stats, { documents: 0, units: 0, bytes: 0, leftOut: 0, waiting: 0 });
  });

  it('takes the edited document but for the line of the cursor and what crosses it', () => {
    const text = 'a = call(one);\na = call(two);\na = call(three);\n';
    const index = indexOf(document('edited.ts', text));
    const found = index.find(placeIn('a = call(one);\na = call(|);\na = call(three);\n'), 9);
    assert.deepEqual(texts(found).sort(), ['one', 'three']);
    assert.deepEqual(
      found.map(({ left, right }) => [left, right]),
      [
        [4, 3],
        [4, 3],
      ],
    );
  });

  it('never answers what stood at the cursor when the edited document was indexed last', () => {
    const above = Array.from({ length: 30 }, (_, i) => `item${String(i)} = make(${String(i)});\n`).join('');
    const below = Array.from({ length: 30 }, (_, i) => `give(item${String(i)});\n`).join('');
    const index = indexOf(document('edited.ts', `${above}total = sum(all, secretly);\n${below}`));
    const edits = {
      'typed on': `${above}total = sum(a|);\n${below}`,
      'deleted the rest': `${above}total = sum(|\n${below}`,
      'deleted lines': `${above}total = sum(|\n${below.slice(below.indexOf('\n') * 10 + 10)}`,
      'line inserted above': `${above}const n = 1;\ntotal = sum(|);\n${below}`,
      'lines inserted far above': `${'// note\n'.repeat(20)}${above}total = sum(|);\n${below}`,
    };
    for (const [name, edited] of Object.entries(edits)) {
      for (const { text } of index.find(placeIn(edited), 9)) assert.doesNotMatch(text, /secretly/u, name);
    }
  });

  it('answers nothing that an edit at the cursor has just taken away, whatever it was', () => {
    const lines = ['if (a) {', '  b(c);', '}', 'x = y.z(1);'];
    const typing = fc.constantFrom('', '', '', ' ', 'b', 'x = y.', 'if (a) {\n');
    const line = fc.constantFrom(...lines);
    const eol = fc.constantFrom('\n', '\r\n');
    const counts = { found: 0 };
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 10, maxLength: 80 }),
        eol,
        fc.nat(),
        fc.nat(60),
        typing,
        (all, end, at, length, typed) => {
          const from = all.length === 0 ? 0 : at % all.join(end).length;
          const before = all.join(end);
          // Every word that the edit touches is the only one of its kind.
          let n = 0;
          const gone = before.slice(from, from + length).replace(/\w+/gu, () => `gone${String(n++)}`);
          const rest = before.slice(from + length);
          const index = indexOf(document('edited.ts', before.slice(0, from) + gone + rest));
          const prefix = before.slice(0, from) + typed;
          if (prefix.endsWith('\r') || rest.startsWith('\n')) return;
          const place = {
            uri: 'file:///edited.ts',
            offset: prefix.length,
            prefix,
            suffix: rest,
            languageId: 'typescript',
          };
          const found = index.find(place, 20);
          if (found.length > 0) counts.found++;
          for (const { text } of found) assert.doesNotMatch(text, /gone/u);
        },
      ),
      { numRuns: 2000 },
    );
    assert.ok(counts.found > 400, `${String(counts.found)} of 2000 had an answer`);
  });

  it('answers fewer than three tokens from the start of a document only by other starts', () => {
    const index = indexOf(
      document('a.ts', "import fs from 'node:fs';\nlet a;\n"),
      document('b.ts', '1;\nimport os;\n'),
    );
    assert.deepEqual(texts(index.find(placeIn('import |;\n'), 9)), ["fs from 'node:fs'"]);
    assert.deepEqual(texts(index.find(placeIn('|;\nlet a;\n'), 9)), ["import fs from 'node:fs'", '1']);
    // The same text, but only the end of what stands before the cursor.
    assert.deepEqual(index.find({ ...placeIn('import |;\n'), offset: 5000 }, 9), []);
  });

  it('leaves the farthest documents out where the limit is reached, and says how many', () => {
    const line = (n: number): string => `const value${String(n)} = ${String(n)};\n`.padEnd(100, '/');
    const at = (n: number): ProjectDocument => document(`${String(n)}.ts`, line(n));
    const has = (n: number): boolean => index.find(placeIn(`const value${String(n)} = |;`), 1).length > 0;
    const held = (): number[] => [0, 1, 2, 3, 4, 5, 6].filter(has);
    const work = (): void => {
      while (index.work());
    };
    const index = new ProjectIndex({ limit: 300 });
    index.replace([at(0), at(1), at(2), at(3), at(4)]);
    work();
    assert.deepEqual(held(), [0, 1, 2]);
    assert.equal(index.stats.leftOut, 2);
    assert.equal(index.stats.units, 300);
    // A known one is replaced where it is.
    index.replace([at(0), at(1)]);
    work();
    assert.deepEqual(held(), [0, 1, 2]);
    // One given alone is worked on: it is nearer than all others.
    index.replace([at(4)]);
    work();
    assert.deepEqual(held(), [0, 1, 4]);
    assert.equal(index.stats.leftOut, 2);
    index.remove(['file:///0.ts']);
    index.remove(['file:///2.ts']);
    assert.equal(index.stats.leftOut, 1);
    index.replace([at(5), at(6)]);
    work();
    assert.deepEqual(held(), [1, 4, 5]);
    assert.equal(index.stats.leftOut, 2);
    index.setLimit(250);
    assert.deepEqual(held(), [1, 4]);
    index.replace([document('huge.ts', line(1).repeat(3))]);
    work();
    assert.deepEqual(held(), [1, 4]);
    // One that grows beyond what is left takes the place of those that are farther.
    index.replace([document('4.ts', line(4) + line(6))]);
    work();
    assert.deepEqual(held(), [4, 6]);
  });

  it('finds everything and nothing else after many replacements and removals, and keeps no memory of them', () => {
    const name = (n: number): string => `${String(n)}.ts`;
    const body = (n: number, version: number): string =>
      `let v${String(n)} = version${String(version)};\n${'if (a.b(c)) {\n  d.e(f);\n}\n'.repeat(60)}`;
    const index = new ProjectIndex();
    for (let version = 0; version < 12; version++) {
      for (let n = 0; n < 120; n++) {
        index.replace([document(name(n), body(n, version))]);
        while (index.work());
      }
    }
    index.remove(Array.from({ length: 60 }, (_, n) => `file:///${name(n)}`));
    while (index.work());
    for (const n of [0, 30, 59]) assert.deepEqual(index.find(placeIn(`let v${String(n)} = |;`), 9), []);
    for (const n of [60, 90, 119]) {
      assert.deepEqual(texts(index.find(placeIn(`let v${String(n)} = |;`), 9)), ['version11']);
    }
    const { documents, bytes } = index.stats;
    assert.equal(documents, 60);
    // All versions together would take some five million.
    assert.ok(bytes < 1_500_000, `${String(bytes)} bytes`);
  });

  it('builds what has become sparse anew', () => {
    const index = new ProjectIndex();
    const passing = Array.from({ length: 50 }, (_, n) =>
      document(`passing${String(n)}.ts`, 'if (a.b(c)) {}\n'.repeat(100)),
    );
    const stays = (n: number): ProjectDocument =>
      document(`${String(n)}.ts`, `let v${String(n)} = version${String(n)};\n`);
    for (let n = 0; n < 40; n++) {
      index.replace([...passing, stays(n)]);
      while (index.work());
      index.remove(passing.map(({ uri }) => uri));
    }
    while (index.work());
    for (let n = 0; n < 40; n++) {
      assert.deepEqual(texts(index.find(placeIn(`let v${String(n)} = |;`), 9)), [`version${String(n)}`]);
    }
    assert.equal(index.stats.documents, 40);
    // Each of the 40 took some 270,000, and eight may stay sparse.
    assert.ok(index.stats.bytes < 3_000_000, `${String(index.stats.bytes)} bytes`);
  });

  it('holds texts of any length, and answers where the same tokens stand everywhere', () => {
    const filler = 'if (a) {\n  b();\n}\n';
    const long = filler.repeat(60_000);
    const index = indexOf(document('long.ts', `${long}const last = here(1);\n${filler}`), document('short.ts', filler));
    assert.ok(long.length > 2 ** 20);
    assert.equal(texts(index.find(placeIn('const last = |;\n'), 1))[0], 'here(1)');
    const [found] = index.find(placeIn(`${filler}if (a) {\n  |\n}\nif`), 1);
    assert.equal(found?.text, 'b();');
    assert.ok(found.votes > 50);
  });

  it('works in slices', () => {
    const index = new ProjectIndex();
    index.replace(
      Array.from({ length: 200 }, (_, n) => document(`${String(n)}.ts`, `a${String(n)} = b(c);\n`.repeat(1000))),
    );
    let slices = 0;
    while (index.work(2)) slices++;
    assert.ok(slices > 3, `${String(slices)} slices`);
    assert.equal(index.stats.documents, 200);
    assert.equal(index.stats.waiting, 0);
  });

  it('answers as a plain search of all tokens does', () => {
    const word = fc.constantFrom('a', 'ab', 'abc', 'b', 'if', 'é', '$x', '10');
    const mark = fc.constantFrom('(', ')', '{', '}', '.', ',', ';', '=');
    const blank = fc.constantFrom('', '', ' ', '  ', '\t', '\u00a0');
    const lineEnd = fc.constantFrom('\n', '\n    ', '\n\t', '\r\n', '\r\n  ');
    const piece = fc.tuple(fc.oneof(word, mark, mark, lineEnd), blank).map(([token, gap]) => token + gap);
    const text = fc.array(piece, { maxLength: 120 }).map((pieces) => pieces.join(''));
    let answered = 0;
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), text, fc.nat(), fc.nat(), (others, edited, a, b) => {
        const [from, to] = [a % (edited.length + 1), b % (edited.length + 1)].sort((x, y) => x - y) as [number, number];
        const [prefix, suffix] = [edited.slice(0, from), edited.slice(to)];
        if (prefix.endsWith('\r') && suffix.startsWith('\n')) return;
        const documents = others.map((each, i) => document(`${String(i)}.ts`, each));
        const index = indexOf(...documents);
        const place = { uri: 'file:///edited.ts', offset: from, prefix, suffix, languageId: 'typescript' };
        const bare = index.find(place, 1000).map(({ text, left, right, votes }) => ({ text, left, right, votes }));
        const byText = (x: { text: string }, y: { text: string }): number => (x.text < y.text ? -1 : 1);
        const naive = naiveFind(documents, prefix, suffix);
        assert.deepEqual([...bare].sort(byText), [...naive].sort(byText));
        if (naive.length > 1) answered++;
        // In the same order, but for equal ones.
        const order = (all: typeof bare): number[][] =>
          all.map(({ left, right, votes }) => [left + Math.min(right, 10), votes]);
        assert.deepEqual(order(bare), order(naive));
      }),
      { numRuns: 3000 },
    );
    assert.ok(answered > 300, `${String(answered)} of 3000 had several answers`);
  });
});
