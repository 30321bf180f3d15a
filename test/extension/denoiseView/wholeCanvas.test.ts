import assert from 'node:assert/strict';
import { test } from 'node:test';
import { betweenEnds, knownTokens, wholeCanvas } from '../../../src/extension/denoiseView/wholeCanvas.js';
import { partsOf, textOf } from '../../../src/view/canvasParts.js';
import { end, position } from '../../view/viewPositions.js';

const DEMANDED = { start: 'return a', end: ');\r\n' };
/** The first token spells "a" again. */
const INNER = [position(0, 'dd', { id: 70 }), position(1, '(b'), end(2), end(3)];

test('a fill stands between the start and the end that it has to have, and none of its tokens spells the start again', () => {
  const whole = wholeCanvas(INNER, DEMANDED);
  assert.equal(textOf(whole), 'return add(b);\n');
  assert.deepEqual(partsOf(whole), [
    { kind: 'text', text: 'return a', isPinned: true },
    { kind: 'text', text: 'dd', confidence: 0.5 },
    { kind: 'token', id: 11, confidence: 0.5 },
    { kind: 'text', text: ');\n', isPinned: true },
    { kind: 'token', id: 2, confidence: 0.5 },
  ]);
  assert.deepEqual(
    whole.map(({ group }) => group),
    [0, 1, 2, 3, 4, 5],
  );
  const only = wholeCanvas([position(0, '', { id: 71 }), position(1, null)], { start: 'a' });
  assert.deepEqual(
    only.map(({ text }) => text),
    ['a', ''],
  );
  assert.deepEqual(wholeCanvas(INNER, {}), INNER);
  assert.equal(betweenEnds('return add(b);\n', DEMANDED), 'dd(b');
});

test('its tokens say who wrote them, and when', () => {
  const whole = wholeCanvas(INNER, DEMANDED);
  const given = { source: 'given', step: null, confidence: 1 } as const;
  const made = ['return', ' a', 'dd', '(b', ');', '\n'].map((text, at) => position(at, text, given));
  assert.deepEqual(
    knownTokens(whole, [...made, end(6)]).map(({ source, step, isPinned }) => [source, step, isPinned]),
    [
      ...[
        ['demanded', null, true],
        ['demanded', null, true],
        ['denoiser', 0, false],
        ['denoiser', 0, false],
      ],
      ...[
        ['demanded', null, true],
        ['demanded', null, true],
        ['denoiser', 0, false],
      ],
    ],
  );
});
