import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom } from '../../../../src/engine/diffusion/random.js';
import { endingTokens, mustWriteFirst, noOpenEnds } from '../../../../src/engine/infill/rules/endings.js';
import { Canvas } from '../../../../src/engine/infill/canvas/canvas.js';
import type { Rule } from '../../../../src/engine/infill/canvas/rule.js';
import { uncertainEnd } from '../../../../src/engine/infill/rules/uncertainEnd.js';
import type { Prediction } from '../../../../src/engine/contract/model.js';

const MASK = 0;
const EOM = 1;

function canvasOf(ids: readonly number[], appended: readonly number[] = []): Canvas {
  const canvas = new Canvas([...appended.map(() => MASK), ...ids], {
    mask: MASK,
    endOfMiddle: EOM,
    temperature: 0,
    random: seededRandom(0),
  });
  canvas.write(
    appended.map((id, position) => ({ position, id, confidence: 1 })),
    0,
  );
  canvas.takeLeading();
  return canvas;
}

/** A row over ids with these probabilities, most likely first. */
function row(position: number, probabilities: Readonly<Record<number, number>>): Prediction {
  const ranked = Object.entries(probabilities).sort((a, b) => b[1] - a[1]);
  return { position, ids: ranked.map(([id]) => Number(id)), logProbs: ranked.map(([, p]) => Math.log(p)), entropy: 1 };
}

function refined(refine: Rule, rows: readonly Prediction[], canvas: Canvas): Record<number, number>[] {
  return refine(rows, canvas).map(({ ids, logProbs }) =>
    Object.fromEntries(ids.map((id, i) => [id, Number(Math.exp(logProbs[i]!).toFixed(9))])),
  );
}

describe('tokens after which nothing follows', () => {
  const ends = endingTokens(EOM, (id) => id === 5 || id === 6);

  test('count as <eom> together', () => {
    assert.deepEqual(refined(ends, [row(0, { 5: 0.3, 6: 0.2, 7: 0.4, [EOM]: 0.1 })], canvasOf([MASK])), [
      { [EOM]: 0.6, 7: 0.4 },
    ]);
  });

  test('are ruled out left of a kept token', () => {
    const rows = [row(0, { 5: 0.5, 7: 0.2, 8: 0.2 }), row(2, { 5: 0.5, 7: 0.5 })];
    assert.deepEqual(refined(ends, rows, canvasOf([MASK, 9, MASK])), [
      { 7: 0.5, 8: 0.5 },
      { [EOM]: 0.5, 7: 0.5 },
    ]);
  });

  test('stay where there is nothing else', () => {
    assert.deepEqual(refined(ends, [row(0, { 5: 0.5, 6: 0.5 })], canvasOf([MASK, 9])), [{ 5: 0.5, 6: 0.5 }]);
  });

  test('may depend on the position on the first canvas', () => {
    const last = endingTokens(EOM, (_id, position) => position === 3);
    assert.deepEqual(refined(last, [row(0, { 7: 1 }), row(1, { 7: 1 })], canvasOf([MASK, MASK], [8, 8])), [
      { 7: 1 },
      { [EOM]: 1 },
    ]);
  });
});

describe('open ends', () => {
  test('<eom> is ruled out at the first position while something is open', () => {
    const rows = [row(0, { [EOM]: 0.5, 7: 0.25 }), row(1, { [EOM]: 1 })];
    const open = noOpenEnds(EOM, () => true);
    assert.deepEqual(refined(open, rows, canvasOf([MASK, MASK])), [{ 7: 1 }, { [EOM]: 1 }]);
    assert.deepEqual(
      refined(
        noOpenEnds(EOM, () => false),
        rows,
        canvasOf([MASK, MASK]),
      )[0],
      { [EOM]: 0.5, 7: 0.25 },
    );
    assert.deepEqual(refined(open, rows.slice(1), canvasOf([8, MASK])), [{ [EOM]: 1 }]);
  });
});

describe('uncertainty', () => {
  const refine = uncertainEnd(EOM, 0.2);

  test('ends the middle, as something the model did not ask for', () => {
    const [first] = refine([row(0, { 7: 0.19, 8: 0.1 }), row(1, { 7: 1 })], canvasOf([MASK, MASK], [9]));
    assert.deepEqual(first!.ids, [EOM]);
    assert.ok(first!.givesUp);
    assert.ok(Math.abs(Math.exp(first!.logProbs[0]!) - 0.1) < 1e-9, 'at most as likely as what is listed last');
    const [listed] = refine([row(0, { 7: 0.19, [EOM]: 0.15, 8: 0.1 })], canvasOf([MASK], [9]));
    assert.ok(Math.abs(Math.exp(listed!.logProbs[0]!) - 0.15) < 1e-9, 'as likely as the model says');
  });

  test('not where a token is likely enough, nor at the very first position, nor left of a kept token', () => {
    const sure = [row(0, { 7: 0.2 })];
    const unsure = [row(0, { 7: 0.1 })];
    assert.deepEqual(refine(sure, canvasOf([MASK], [9])), sure);
    assert.deepEqual(refine(unsure, canvasOf([MASK])), unsure);
    assert.deepEqual(refine(unsure, canvasOf([MASK, 8], [9])), unsure);
  });

  test('not while what was written is worth nothing by itself', () => {
    const unsure = [row(0, { 7: 0.1 })];
    const goesOn = uncertainEnd(EOM, 0.2, (canvas) => canvas.offset > 1);
    assert.deepEqual(goesOn(unsure, canvasOf([MASK], [9])), unsure);
    assert.ok(goesOn(unsure, canvasOf([MASK], [9, 9]))[0]!.givesUp);
  });
});

describe('on an empty line', () => {
  const rows = [row(0, { [EOM]: 0.6, 5: 0.3, 6: 0.1 }), row(1, { [EOM]: 0.6, 5: 0.4 })];
  const texts = ['', '    ', 'x'];
  const rule = mustWriteFirst(EOM, (canvas) => texts[canvas.offset]!);

  test('a middle does not end before it has said anything', () => {
    const [first, second] = refined(rule, rows, canvasOf([MASK, MASK]));
    assert.deepEqual(first, { 5: 0.75, 6: 0.25 });
    assert.deepEqual(second, { [EOM]: 0.6, 5: 0.4 });
    assert.deepEqual(refined(rule, rows, canvasOf([MASK, MASK], [7]))[0], { 5: 0.75, 6: 0.25 });
  });

  test('nor while it only opens something', () => {
    const opens = mustWriteFirst(EOM, () => '- ');
    assert.deepEqual(refined(opens, rows, canvasOf([MASK, MASK], [7]))[0], { 5: 0.75, 6: 0.25 });
    const closes = mustWriteFirst(EOM, () => '`', '`');
    assert.equal(refined(closes, rows, canvasOf([MASK, MASK], [7]))[0]![EOM], 0.6);
  });

  test('it may afterwards', () => {
    assert.equal(refined(rule, rows, canvasOf([MASK, MASK], [7, 8]))[0]![EOM], 0.6);
  });
});
