import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { seededRandom } from '../../../../src/engine/diffusion/random.js';
import { Canvas } from '../../../../src/engine/infill/canvas/canvas.js';
import { namesAhead } from '../../../../src/engine/infill/canvas/namesAhead.js';
import { likelyNames } from '../../../../src/engine/infill/rules/likelyNames.js';
import type { RuledPrediction } from '../../../../src/engine/infill/canvas/rule.js';
import type { Tokenizer } from '../../../../src/engine/tokenizer/tokenizerContract.js';

const MASK = 0;
const EOM = 1;
/** By id, from 2 on. */
const TEXTS = ['.', '.total', 'total', 'to', 'ta', 'l', 's', 'ly', '(', '();', ' ', '\n', 'é', 'items', '.items', 'x'];
const idOf = (text: string): number => (text === '' ? EOM : TEXTS.indexOf(text) + 2);
const tokenizer = {
  bytesOf: (id: number) => Buffer.from(id < 2 ? '' : (TEXTS[id - 2] ?? '')),
} as unknown as Tokenizer;
const WEIGHT = 2;

function canvasOf(written: readonly string[], masks: number, appends: boolean): Canvas {
  const canvas = new Canvas(new Array<number>(written.length + masks).fill(MASK), {
    mask: MASK,
    endOfMiddle: EOM,
    temperature: 0,
    random: seededRandom(0),
  });
  canvas.write(
    written.map((text, position) => ({ position, id: idOf(text), confidence: 1 })),
    0,
  );
  if (appends) canvas.takeLeading();
  return canvas;
}

/** A row in which all ids but the mask are equally likely and an eighth of the probability is not listed. */
function evenRow(position: number): RuledPrediction {
  const ids = [EOM, ...TEXTS.map((_, i) => i + 2)];
  const each = 7 / 8 / ids.length;
  // What is not listed counts as a single token.
  const entropy = -ids.length * each * Math.log(each) - Math.log(1 / 8) / 8;
  return { position, ids, logProbs: ids.map(() => Math.log(each)), entropy };
}

interface Place {
  readonly prefix: string;
  readonly suffix?: string;
  readonly healed: string;
  readonly names: readonly string[];
  readonly written?: readonly string[];
  readonly appends?: boolean;
}

function ruled({ prefix, suffix = ';', healed, names, written = [], appends = true }: Place): RuledPrediction {
  const ahead = namesAhead(names, { prefix, suffix }, Buffer.from(healed));
  const rule = likelyNames({ names: ahead, weight: WEIGHT, endOfMiddle: EOM, tokenizer });
  const canvas = canvasOf(written, 2, appends);
  const [row] = rule([evenRow(written.length - canvas.offset)], canvas);
  return row!;
}

/** The texts of the tokens that became likelier, '' for the end, in alphabetical order. */
function gained(place: Place): string[] {
  const row = ruled(place);
  const most = Math.max(...row.logProbs);
  const least = Math.min(...row.logProbs);
  if (most === least) return [];
  return row.ids.flatMap((id, i) => (row.logProbs[i] === most ? [id === EOM ? '' : TEXTS[id - 2]!] : [])).toSorted();
}

describe('tokens that lead to a name become likelier', () => {
  const names = ['total', 'totals', 'items'];

  test('after a dot that went back to the canvas, and after one that did not', () => {
    assert.deepEqual(gained({ prefix: 'order.', healed: '.', names }), ['.', '.items', '.total']);
    assert.deepEqual(gained({ prefix: 'order.', healed: '', names }), ['items', 'to', 'total']);
  });

  test('in an identifier that begins before the cursor', () => {
    assert.deepEqual(gained({ prefix: 'order.to', healed: 'to', names }), ['to', 'total']);
    assert.deepEqual(gained({ prefix: 'order.tot', healed: '', names: ['total', 'x'] }), []);
    assert.deepEqual(gained({ prefix: 'order.to', healed: '', names: ['total', 'x'] }), ['ta']);
    assert.deepEqual(gained({ prefix: 'order.y', healed: '', names }), [], 'no name begins so');
  });

  for (const appends of [true, false]) {
    test(`while what is committed begins a name, ${appends ? 'in the context' : 'on the canvas'}`, () => {
      const place = { prefix: 'order.', healed: '.', names, appends };
      assert.deepEqual(gained({ ...place, written: ['.', 'to'] }), ['ta']);
      assert.deepEqual(gained({ ...place, written: ['.', 'to', 'ta'] }), ['l']);
      assert.deepEqual(gained({ ...place, written: ['.', 'ta'] }), []);
    });
  }

  test('a complete name may end or go on as another, not beyond all', () => {
    const place = { prefix: 'order.', healed: '.' };
    assert.deepEqual(gained({ ...place, names, written: ['.total'] }), [
      '',
      '\n',
      ' ',
      '(',
      '();',
      '.',
      '.items',
      '.total',
      's',
    ]);
    assert.deepEqual(gained({ ...place, names: ['total'], written: ['.total'] }), [
      '',
      '\n',
      ' ',
      '(',
      '();',
      '.',
      '.items',
      '.total',
    ]);
    assert.deepEqual(gained({ ...place, names, written: ['.total', '('] }), [], 'what follows is not its business');
  });

  test('not left of what is known', () => {
    const ahead = namesAhead(names, { prefix: 'order.', suffix: '' }, Buffer.from('.'));
    const rule = likelyNames({ names: ahead, weight: WEIGHT, endOfMiddle: EOM, tokenizer });
    const rows = [evenRow(0), evenRow(1)];
    const [first, second] = rule(rows, canvasOf([], 2, true));
    assert.notDeepEqual(first, rows[0]);
    assert.equal(second, rows[1]);
  });

  test('not inside of an identifier', () => {
    assert.deepEqual(gained({ prefix: 'order.', suffix: 'al()', healed: '.', names }), []);
  });

  test('names beyond ASCII are compared by their bytes', () => {
    assert.deepEqual(gained({ prefix: 'a.', healed: '', names: ['éx'] }), ['é']);
    assert.deepEqual(gained({ prefix: 'a.', healed: '', names: ['é', 'x'], written: ['x'] }).includes('é'), false);
  });
});

test('rows stay distributions: odds of what leads to a name times e^weight, the rest in its ratio, exact entropy', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('total', 'totals', 'items', 'to', 'x', 'talx'), { minLength: 1 }),
      fc.array(fc.constantFrom(...TEXTS), { maxLength: 3 }),
      fc.constantFrom('', '.'),
      (names, written, healed) => {
        const row = ruled({ prefix: 'order.', healed, names, written });
        const before = evenRow(row.position);
        // The naive version: a token leads to a name if the names can be told from the text that it makes.
        const text = written.join('');
        const leads = (token: string): boolean => {
          const whole = names.map((name) => healed + name);
          if (!whole.some((name) => name.startsWith(text))) return false;
          if (token === '') return whole.includes(text);
          return whole.some(
            (name) =>
              name.startsWith(text + token) ||
              (name.length >= text.length &&
                (text + token).startsWith(name) &&
                /^[^\p{L}\p{N}_$]/u.test((text + token).slice(name.length))),
          );
        };
        const raised = before.ids.map((id, i) => {
          const token = id === EOM ? '' : TEXTS[id - 2]!;
          return Math.exp(before.logProbs[i]!) * (leads(token) ? Math.exp(WEIGHT) : 1);
        });
        const total = raised.reduce((sum, each) => sum + each, 0) + 1 / 8;
        for (const [i, id] of before.ids.entries()) {
          const found = Math.exp(row.logProbs[row.ids.indexOf(id)]!);
          assert.ok(Math.abs(found - raised[i]! / total) < 1e-12, `${String(id)}: ${String(found)}`);
        }
        assert.deepEqual(
          row.logProbs,
          row.logProbs.toSorted((a, b) => b - a),
        );
        const all = [...raised, 1 / 8].map((each) => each / total);
        const entropy = -all.reduce((sum, each) => sum + each * Math.log(each), 0);
        assert.ok(Math.abs(row.entropy - entropy) < 1e-9);
      },
    ),
  );
});
