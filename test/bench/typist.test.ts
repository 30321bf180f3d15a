import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hasNoWord, isOneCharacter, typeLine } from '../../bench/typist.js';

/** An editor that shows texts by what stands of the line, and remembers when it was asked. */
function editor(shows: Readonly<Record<string, string>>) {
  const asked: string[] = [];
  const ask = (prefix: string): Promise<string | undefined> => {
    const before = prefix.slice('above\n'.length);
    asked.push(before);
    return Promise.resolve(shows[before]);
  };
  return { asked, ask };
}
const type = (line: string, ask: ReturnType<typeof editor>['ask']) =>
  typeLine({ prefix: 'above\n', line, suffix: '\nbelow' }, ask);

void describe('the typist', () => {
  it('types everything where nothing is shown, and is asked once more at the end', async () => {
    const { ask, asked } = editor({});
    assert.deepEqual(await type('abc', ask), { keys: 3, characters: 3, written: 0, shown: [] });
    assert.deepEqual(asked, ['', 'a', 'ab', 'abc']);
  });

  it('takes with one key what is right and saves two', async () => {
    const { ask } = editor({ re: 'turn' });
    const record = await type('return x', ask);
    assert.deepEqual([record.keys, record.written], [2 + 1 + 2, 4]);
    assert.deepEqual(record.shown, [{ at: 2, text: 'turn', right: true, accepted: true }]);
  });

  it('types what is right but saves less', async () => {
    const { ask } = editor({ retu: 'rn', retur: 'n' });
    const record = await type('return', ask);
    assert.deepEqual([record.keys, record.written], [6, 0]);
    assert.deepEqual(record.shown, [{ at: 4, text: 'rn', right: true, accepted: false }], 'the rest is no new text');
  });

  it('counts a text that goes wrong once, though it is typed through first', async () => {
    const { ask } = editor({ a: 'bcX', ab: 'cX', abc: 'X' });
    const { keys, shown } = await type('abcd', ask);
    assert.deepEqual([keys, shown], [4, [{ at: 1, text: 'bcX', right: false, accepted: false }]]);
  });

  it('counts every text after a complete line as wrong', async () => {
    const { ask } = editor({ ab: ';' });
    assert.deepEqual((await type('ab', ask)).shown, [{ at: 2, text: ';', right: false, accepted: false }]);
  });

  it('presses one key for a surrogate pair', async () => {
    const { ask, asked } = editor({});
    const { keys, characters } = await type('😀!', ask);
    assert.deepEqual([keys, characters], [2, 2]);
    assert.deepEqual(asked, ['', '😀', '😀!']);
  });

  it('knows what is hardly worth a look', () => {
    assert.deepEqual([' "', '😀', '""', 'ab'].map(isOneCharacter), [true, true, false, false]);
    assert.deepEqual(['" }', 'é', '7)'].map(hasNoWord), [true, false, false]);
  });
});
