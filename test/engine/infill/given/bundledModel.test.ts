import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Engine } from '../../../../src/engine/engine.js';
import type { CanvasPart } from '../../../../src/shared/infillRequest.js';
import { BUNDLED } from '../../fixtures.js';
import { requestOf } from '../requests.js';

const engine = await Engine.load({ modelPath: BUNDLED, device: 'cpu', threads: 1 });
after(() => engine.dispose());

const LOOP = 'for (let i = 0; i < items.length; i++) {\n  start(items[i]);\n}\nfor (let i = 0;|\n';

test('a trace tells what the denoiser settled, and what the encoder read on from there', async () => {
  const { report } = await engine.infill(requestOf(LOOP, { steps: 6, maxTokens: 64, positions: true }));
  const last = report.trace!.at(-1)!.positions!;
  assert.ok(last.some(({ source }) => source === 'denoiser'));
  assert.ok(last.some(({ source }) => source === 'encoder'));
  for (const { kind, positions = [], step } of report.trace!) {
    const settledNow = positions.filter((position) => position.step === step && position.isEnd === undefined);
    const source = kind === 'verify' ? 'encoder' : 'denoiser';
    assert.ok(
      settledNow.every((position) => position.source === source),
      JSON.stringify({ kind, settledNow }),
    );
  }
});

test('a selection is gone on from: what is masked is written anew between what stays', async () => {
  const canvas: CanvasPart[] = [
    { kind: 'text', text: 'const total = prices.' },
    { kind: 'mask' },
    { kind: 'text', text: '((sum, price) => sum + price, 0' },
    { kind: 'mask' },
  ];
  const request = { ...requestOf('|\n', { steps: 4, multiline: 'never', trace: false }), canvas };
  const outcome = await engine.canvas(request);
  assert.ok(outcome.kind === 'infill');
  const { text } = outcome.candidates[0]!;
  assert.match(text, /^const total = prices\..*\(\(sum, price\) => sum \+ price, 0/u);
  const asked = await engine.canvas({ ...request, alternatives: { position: openPosition(outcome.canvas), most: 5 } });
  assert.ok(asked.kind === 'alternatives');
  assert.ok(
    asked.alternatives.some((each) => each.text === 'reduce'),
    JSON.stringify(asked.alternatives),
  );
});

/** The first position that the request did not give. */
function openPosition(canvas: readonly { readonly source: string | null }[]): number {
  return canvas.findIndex(({ source }) => source !== 'given');
}
