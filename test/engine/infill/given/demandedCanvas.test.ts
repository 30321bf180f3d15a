import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { denoiseCanvas } from '../../../../src/engine/infill/denoiseCanvas.js';
import type { Pipeline } from '../../../../src/engine/infill/run/pipeline.js';
import { InfillError } from '../../../../src/shared/infillError.js';
import { type InfillOptions, SAMPLERS } from '../../../../src/shared/infillOptions.js';
import type { CanvasPart, TextConditions } from '../../../../src/shared/infillRequest.js';
import type { CanvasOutcome } from '../../../../src/shared/outcome.js';
import { TINY_WITH_ENCODER } from '../../fixtures.js';
import { requestOf } from '../requests.js';
import { tinyPipeline } from '../tinyPipeline.js';

const HOLES = ['const total = items.|;\n', 'function add(a, b) {\n  |\n}\n', 'let val|', '|'];
const MASK: CanvasPart = { kind: 'mask' };
const part = fc.oneof(
  { weight: 4, arbitrary: fc.constant(MASK) },
  fc.constantFrom('a', ' x', '(a, ', ') + 1', '\n', 'é', ';').map((text): CanvasPart => ({ kind: 'text', text })),
);
const text = fc.constantFrom('a', ' x', 'x', 'return', '(a, ', ') + 1', ';\n', 'é', '😀', '\t', '\r\n');
const range = fc
  .tuple(fc.nat({ max: 8 }), fc.nat({ max: 8 }))
  .map(([least, more]) => ({ least, most: Math.max(1, least + more) }));
const asked = fc.record({
  drawn: fc.constantFrom(...HOLES),
  canvas: fc.array(part, { minLength: 1, maxLength: 12 }),
  conditions: fc.record({ start: text, end: text, contains: text, length: range }, { requiredKeys: [] }),
  sampler: fc.constantFrom(undefined, ...SAMPLERS),
  options: fc.record({
    steps: fc.integer({ min: 1, max: 9 }),
    temperature: fc.constantFrom(0, 0.9),
    seed: fc.nat({ max: 1000 }),
  }),
});
const lineFeeds = (of: string): string => of.replace(/\r\n?/gu, '\n');

for (const { name, kind, folder } of TINY_WITH_ENCODER.filter(({ precision }) => precision === 'fp32')) {
  describe(`conditions of a canvas, with the model ${name} (${kind})`, () => {
    let pipeline: Pipeline;
    before(async () => (pipeline = await tinyPipeline({ stopBelow: 0 }, folder)));
    after(async () => pipeline.model.dispose());

    const run = async (
      drawn: string,
      canvas: readonly CanvasPart[],
      conditions: TextConditions,
      options: Partial<InfillOptions> = {},
    ): Promise<CanvasOutcome> => denoiseCanvas({ ...requestOf(drawn, options), canvas, conditions }, pipeline);

    test('hold of every text, whatever is drawn, and leave what is settled; or are refused', async () => {
      let [answered, refused] = [0, 0];
      await fc.assert(
        fc.asyncProperty(asked, async ({ drawn, canvas, conditions, sampler, options }) => {
          const sampled = { ...options, positions: true, ...(sampler === undefined ? {} : { sampler }) };
          let outcome: CanvasOutcome;
          try {
            outcome = await run(drawn, canvas, conditions, sampled);
          } catch (error) {
            if (!(error instanceof InfillError) || error.code !== 'invalid-request') throw error;
            refused++;
            return;
          }
          if (outcome.kind !== 'infill') return; // random bytes that are no text
          answered++;
          const { text: whole, tokens } = outcome.candidates[0]!;
          const { start = '', end = '', contains = '', length } = conditions;
          const said = JSON.stringify({ whole, drawn, canvas, conditions, sampler, options });
          // Where a line was opened above an indented one, the break that ends it comes last.
          const plain = lineFeeds(outcome.canvas.map((each) => each.text).join(''));
          assert.ok(plain.startsWith(lineFeeds(start)), `starts: ${said}`);
          assert.ok(plain.endsWith(lineFeeds(end)), `ends: ${said}`);
          assert.ok(plain.includes(lineFeeds(contains)), `contains: ${said}`);
          assert.ok(length === undefined || tokens.length >= length.least, `at least, ${tokens.length}: ${said}`);
          assert.ok(length === undefined || tokens.length <= length.most, `at most, ${tokens.length}: ${said}`);
          let from = 0;
          for (const each of canvas.flatMap((one) => (one.kind === 'text' ? [one.text] : []))) {
            from = plain.indexOf(each, from) + each.length;
            assert.ok(from >= each.length, `${each} stays: ${said}`);
          }
        }),
        { numRuns: 150, seed: 22 },
      );
      assert.ok(answered >= 30 && refused >= 10, JSON.stringify({ answered, refused }));
    });
  });
}

describe('what a condition makes of a canvas', () => {
  let pipeline: Pipeline;
  before(async () => (pipeline = await tinyPipeline({ stopBelow: 0 })));
  after(async () => pipeline.model.dispose());
  const of = (written: string): CanvasPart => ({ kind: 'text', text: written });
  const masks = (count: number): CanvasPart[] => new Array<CanvasPart>(count).fill(MASK);
  const end = (): CanvasPart => ({ kind: 'token', id: pipeline.model.manifest.tokens.endOfMiddle });

  const untouched = (): Pipeline => {
    const refuse = (): never => assert.fail('the model was asked');
    const { manifest } = pipeline.model;
    return { ...pipeline, model: { manifest, openContext: refuse, dispose: () => Promise.resolve() } };
  };
  const refusal = async (canvas: readonly CanvasPart[], conditions: TextConditions): Promise<string> => {
    const request = { ...requestOf('const total = items.|;\n'), canvas, conditions };
    const error: unknown = await denoiseCanvas(request, untouched()).then(
      () => assert.fail('not refused'),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof InfillError && error.code === 'invalid-request', String(error));
    assert.notEqual(error.remedy, '');
    return error.message;
  };

  test('its start and end are pinned from the first step on, and known as demanded', async () => {
    const canvas = [...masks(9), end()];
    const request = { ...requestOf('const total = items.|;\n', { steps: 3, positions: true }), canvas };
    const outcome = await denoiseCanvas({ ...request, conditions: { start: 'map', end: ')' } }, pipeline);
    for (const positions of [outcome.canvas, ...outcome.report.trace!.map((step) => step.positions!)]) {
      const demanded = positions.filter(({ source }) => source === 'demanded');
      assert.deepEqual([...new Set(demanded.map(({ isPinned }) => isPinned))], [true]);
      assert.match(demanded.map((position) => position.text).join(''), /^map\)$/u);
      assert.equal(positions.at(-2)!.source, 'demanded');
    }
  });

  test('what is settled and says the same is left as it is', async () => {
    const canvas = [of('map(x)'), ...masks(2), end()];
    const request = { ...requestOf('const total = items.|;\n', { steps: 2 }), canvas };
    const outcome = await denoiseCanvas({ ...request, conditions: { start: 'map', contains: '(x' } }, pipeline);
    assert.equal(outcome.canvas.filter(({ source }) => source === 'demanded').length, 0);
  });

  test('one that cannot hold is refused with what is in the way, before the model is asked', async () => {
    const settled = [of('first + second'), end()];
    assert.match(
      await refusal(settled, { start: 'map' }),
      /must start with "map", .* settled there is "first \+ second"/u,
    );
    assert.match(await refusal(settled, { end: ');' }), /must end with "\);", .* settled there is "first \+ second"/u);
    assert.match(await refusal(settled, { contains: 'third' }), /must contain "third".*too few masks/u);
    assert.match(await refusal(settled, { length: { least: 90, most: 99 } }), /room for \d+ tokens.*at least 90/u);
    assert.match(await refusal(settled, { length: { least: 0, most: 1 } }), /has \d+ tokens, and at most 1/u);
    assert.match(await refusal([MASK, of('second')], { start: 'map(one, two)' }), /too few masks there/u);
    assert.match(await refusal([of('aba'), end()], { start: 'ab', end: 'ba' }), /no room for both/u);
    assert.match(await refusal([MASK], { start: '' }), /is empty/u);
    assert.match(await refusal([MASK], { length: { least: 3, most: 2 } }), /least length is 3/u);
  });
});
