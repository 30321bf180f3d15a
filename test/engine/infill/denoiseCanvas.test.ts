import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { denoiseCanvas } from '../../../src/engine/infill/denoiseCanvas.js';
import { infill } from '../../../src/engine/infill/infill.js';
import type { Pipeline } from '../../../src/engine/infill/run/pipeline.js';
import { InfillError } from '../../../src/shared/infillError.js';
import { type InfillOptions, SAMPLERS } from '../../../src/shared/infillOptions.js';
import type { CanvasPart, CanvasRequest } from '../../../src/shared/infillRequest.js';
import type { CanvasOutcome, CanvasPosition, StepTrace } from '../../../src/shared/outcome.js';
import { TINY_WITH_ENCODER } from '../fixtures.js';
import { requestOf } from './requests.js';
import { tinyPipeline } from './tinyPipeline.js';

const HOLE = 'const total = items.|;\n';
const MASK: CanvasPart = { kind: 'mask' };
const masks = (count: number): CanvasPart[] => new Array<CanvasPart>(count).fill(MASK);
const text = (of: string): CanvasPart => ({ kind: 'text', text: of });

function canvasOf(
  drawn: string,
  canvas: readonly CanvasPart[],
  options: Partial<InfillOptions> = {},
  more: Pick<CanvasRequest, 'alternatives'> = {},
): CanvasRequest {
  return { ...requestOf(drawn, options), canvas, ...more };
}

/** The parts with which a request goes on from where a canvas stands. */
function partsOf(positions: readonly CanvasPosition[]): CanvasPart[] {
  return positions.map(({ id, confidence }) => (id === null ? MASK : { kind: 'token', id, confidence }));
}

function textOf(outcome: CanvasOutcome): string {
  assert.ok(outcome.kind === 'infill', JSON.stringify(outcome));
  return outcome.candidates[0]!.text;
}

for (const { name, kind, folder } of TINY_WITH_ENCODER.filter(({ precision }) => precision === 'fp32')) {
  describe(`a canvas that is given, with the model ${name}`, () => {
    let pipeline: Pipeline;
    before(async () => (pipeline = await tinyPipeline({ stopBelow: 0 }, folder)));
    after(async () => pipeline.model.dispose());

    test('all masked, it is denoised as a fill does it, position by position', async () => {
      for (const temperature of [0, 0.7]) {
        const options = { steps: 4, temperature, positions: true };
        const filled = await infill(requestOf(HOLE, options), pipeline);
        const size = filled.report.canvasSize;
        const outcome = await denoiseCanvas(canvasOf(HOLE, masks(size), options), pipeline);
        const seen = (trace: readonly StepTrace[] = []): unknown =>
          trace.map(({ commits, canvas, draft, positions }) => ({ commits, canvas, draft, positions }));
        assert.deepEqual(seen(outcome.report.trace), seen(filled.report.trace));
      }
    });

    test('what is not masked stays, whatever is drawn, and the text is what the canvas says', async () => {
      const part = fc.oneof(
        { weight: 3, arbitrary: fc.constant(MASK) },
        fc.constantFrom('a', ' x', '(a, ', '\n', 'é', '😀', '\t', '"').map(text),
      );
      const asked = fc.record({
        drawn: fc.constantFrom(HOLE, 'let val|', '|', 'if (a) {\n  |\n}\n'),
        canvas: fc.array(part, { minLength: 1, maxLength: 10 }),
        steps: fc.integer({ min: 1, max: 9 }),
        temperature: fc.constantFrom(0, 0.9),
        sampler: fc.constantFrom(undefined, ...SAMPLERS),
      });
      let answered = 0;
      await fc.assert(
        fc.asyncProperty(asked, async ({ drawn, canvas, sampler, ...options }) => {
          const given = await denoiseCanvas(canvasOf(drawn, canvas, { ...options, steps: 1 }), pipeline);
          const sampled = sampler === undefined ? {} : { sampler };
          const outcome = await denoiseCanvas(canvasOf(drawn, canvas, { ...options, ...sampled }), pipeline);
          const settled = given.canvas.flatMap(({ source, id }, at) => (source === 'given' ? [[at, id]] : []));
          for (const [at, id] of settled) {
            assert.deepEqual([outcome.canvas[at!]!.id, outcome.canvas[at!]!.source], [id, 'given']);
          }
          assert.ok(
            outcome.canvas.every(({ id }) => id !== null),
            'nothing is masked in the end',
          );
          const texts = canvas.flatMap((each) => (each.kind === 'text' ? [each.text] : []));
          if (outcome.kind !== 'infill') return; // random bytes that are no text
          answered++;
          assert.equal(textOf(outcome), outcome.canvas.map((each) => each.text).join(''));
          let from = 0;
          for (const each of texts) {
            from = textOf(outcome).indexOf(each, from) + each.length;
            assert.ok(from >= each.length, JSON.stringify([each, textOf(outcome)]));
          }
        }),
        { numRuns: 40, seed: 22 },
      );
      assert.ok(answered >= 20, String(answered));
    });

    test('a run goes on from each step of another', async () => {
      const filled = await infill(requestOf(HOLE, { steps: 6, positions: true, maxTokens: 12 }), pipeline);
      for (const { positions = [] } of filled.report.trace!) {
        const outcome = await denoiseCanvas(canvasOf(HOLE, partsOf(positions), { steps: 3 }), pipeline);
        for (const [at, { id, isEnd }] of positions.entries()) {
          if (id !== null && isEnd === undefined) assert.equal(outcome.canvas[at]!.id, id);
        }
        assert.ok(outcome.report.stepsUsed <= 3);
      }
    });

    test('an alternative is what a step would write there, and as likely', async () => {
      const canvas = [text('map'), MASK, text('x'), MASK, text(')')];
      const settled = await denoiseCanvas(canvasOf(HOLE, canvas, { steps: 4 }), pipeline);
      const parts = partsOf(settled.canvas);
      for (const [at, { isEnd }] of settled.canvas.entries()) {
        if (isEnd) break;
        const open = parts.map((part, i) => (i === at ? MASK : part));
        const written = await denoiseCanvas(canvasOf(HOLE, open, { steps: 1 }), pipeline);
        const asked = await denoiseCanvas(
          canvasOf(HOLE, parts, {}, { alternatives: { position: at, most: 5 } }),
          pipeline,
        );
        assert.ok(asked.kind === 'alternatives');
        const { alternatives } = asked;
        assert.equal(alternatives[0]!.id, written.canvas[at]!.id);
        assert.ok(Math.abs(alternatives[0]!.probability - written.canvas[at]!.confidence) < 1e-9);
        assert.equal(asked.canvas[at]!.id, null);
        const probabilities = alternatives.map(({ probability }) => probability);
        assert.deepEqual(
          probabilities,
          probabilities.toSorted((a, b) => b - a),
        );
        assert.ok(probabilities.reduce((sum, each) => sum + each, 0) <= 1 + 1e-9);
      }
    });

    if (kind === 'encoder-denoiser') {
      test('an alternative is in proportion to what the network says of it', async () => {
        const parts = [MASK, text('x'), MASK, text('y')];
        const asked = await denoiseCanvas(
          canvasOf('|', parts, {}, { alternatives: { position: 2, most: 16 } }),
          pipeline,
        );
        assert.ok(asked.kind === 'alternatives' && asked.alternatives.length > 3);
        const { mask } = pipeline.model.manifest.tokens;
        const canvas = asked.canvas.map(({ id }) => id ?? mask);
        const context = await pipeline.model.openContext([], []);
        const [rows] = await context.predict([{ canvas, positions: [2] }], 0);
        const row = rows![0]!;
        const raw = new Map(row.ids.map((id, i) => [id, Math.exp(row.logProbs[i]!)]));
        const [first, ...others] = asked.alternatives.filter(({ isEnd }) => isEnd === undefined);
        for (const { id, probability } of others) {
          const expected = raw.get(id)! / raw.get(first!.id)!;
          assert.ok(Math.abs(probability / first!.probability / expected - 1) < 1e-4);
        }
      });
    }
  });
}

describe('a canvas', () => {
  let pipeline: Pipeline;
  before(async () => (pipeline = await tinyPipeline()));
  after(async () => pipeline.model.dispose());

  test('of which nothing is masked takes no step, and has its document’s line ends', async () => {
    const request = canvasOf('a|', [text('b\r\nc')]);
    const outcome = await denoiseCanvas({ ...request, context: { ...request.context, eol: '\r\n' } }, pipeline);
    assert.equal(textOf(outcome), 'b\r\nc');
    assert.equal(outcome.report.stepsUsed, 0);
    assert.equal(outcome.report.passes.denoise.count, 0);
  });

  test('comes back with what was said of its parts', async () => {
    const from = { uri: 'file:///b.ts', path: 'b.ts', line: 3 };
    const canvas: CanvasPart[] = [
      { kind: 'text', text: 'ab', isPinned: true },
      { kind: 'text', text: ' cd', confidence: 0.25, from },
      MASK,
    ];
    const { canvas: positions } = await denoiseCanvas(canvasOf('|', canvas, { steps: 1 }), pipeline);
    const ofText = (wanted: string): CanvasPosition[] => {
      const ids = new Set(pipeline.tokenizer.encode(wanted));
      return positions.filter(({ id, source }) => id !== null && ids.has(id) && source !== 'denoiser');
    };
    assert.ok(ofText('ab').every(({ isPinned, source, step }) => isPinned && source === 'given' && step === null));
    const found = ofText(' cd');
    assert.ok(found.length > 0);
    for (const position of found) {
      assert.deepEqual([position.source, position.from, position.isPinned], ['found', from, false]);
      assert.equal(position.confidence, 0.25);
    }
    assert.ok(positions.some(({ source, step }) => source === 'denoiser' && step === 0));
  });

  test('tells which tokens spell a character together; the text stands with the last', async () => {
    const { canvas } = await denoiseCanvas(canvasOf('|', [text('a🦜b')]), pipeline);
    assert.equal(canvas.map((each) => each.text).join(''), 'a🦜b');
    const bird = canvas.findIndex((each) => each.text === '🦜');
    const group = canvas[bird]!.group;
    assert.ok(bird > group, 'it takes several tokens');
    assert.deepEqual(
      canvas.slice(group, bird + 1).map((each) => [each.group, each.text]),
      [...new Array<[number, string]>(bird - group).fill([group, '']), [group, '🦜']],
    );
    assert.deepEqual(
      canvas.filter((_, at) => at < group || at > bird).map((each) => each.group),
      canvas.flatMap((_, at) => (at < group || at > bird ? [at] : [])),
    );
  });

  test('ends with an end that is given', async () => {
    const { endOfMiddle } = pipeline.model.manifest.tokens;
    const canvas: CanvasPart[] = [text('a'), MASK, { kind: 'token', id: endOfMiddle }, MASK, text('b')];
    const outcome = await denoiseCanvas(canvasOf('|', canvas, { steps: 2 }), pipeline);
    assert.equal(outcome.canvas.length, 3);
    assert.deepEqual(
      outcome.canvas.map(({ isEnd = false }) => isEnd),
      [false, false, true],
    );
  });

  test('is told position by position only where that is asked for', async () => {
    const { report } = await infill(requestOf(HOLE, { steps: 2 }), pipeline);
    assert.ok(report.trace!.every(({ positions }) => positions === undefined));
    const seen = await infill(requestOf(HOLE, { steps: 2, positions: true }), pipeline);
    for (const { positions, canvas, draft, commits } of seen.report.trace!) {
      assert.equal(positions!.length, canvas.length);
      for (const [at, { id, draft: drafted, step, confidence }] of positions!.entries()) {
        assert.equal(id === null, canvas[at] === null);
        if (id === null && drafted) assert.ok(drafted.text === '' || draft[at]!.endsWith(drafted.text));
        const commit = commits.find(({ position }) => position === at);
        if (commit) assert.deepEqual([id, confidence], [commit.id, commit.confidence]);
        if (commit) assert.notEqual(step, null);
      }
    }
  });

  test('stops between steps where nobody wants it any more, and comes back as it stands', async () => {
    const abort = new AbortController();
    const outcome = await denoiseCanvas(
      canvasOf('|', [text('a'), ...masks(9)], { steps: 9, temperature: 1 }),
      pipeline,
      {
        signal: abort.signal,
        onStep: () => abort.abort(),
      },
    );
    assert.ok(outcome.kind === 'none' && outcome.reason === 'cancelled');
    assert.equal(outcome.canvas[0]!.text, 'a');
    assert.equal(outcome.report.stepsUsed, 1);
  });

  const refusals: readonly (readonly [string, CanvasRequest, RegExp])[] = [
    ['no parts', canvasOf('|', []), /0 parts/u],
    ['an empty text', canvasOf('|', [text('')]), /canvas\.0 is empty/u],
    ['half a character', canvasOf('|', [MASK, text('\ud83d')]), /canvas\.1 holds half a character/u],
    ['a token that is none', canvasOf('|', [{ kind: 'token', id: 100_000 }]), /token 100000 of canvas\.0/u],
    ['a control token', canvasOf('|', [{ kind: 'token', id: 0 }]), /token 0 of canvas\.0/u],
    ['more than the canvas holds', canvasOf('|', [text('ab cd '.repeat(200))]), /tokens, and that of the model/u],
    ['no such position', canvasOf('|', [MASK], {}, { alternatives: { position: 1, most: 3 } }), /no position 1/u],
    ['no alternatives', canvasOf('|', [MASK], {}, { alternatives: { position: 0, most: 0 } }), /0 alternatives/u],
    [
      'a confidence that is none',
      canvasOf('|', [{ kind: 'text', text: 'a', confidence: 2 }]),
      /confidence of canvas\.0/u,
    ],
  ];
  for (const [name, request, message] of refusals) {
    test(`is refused with the reason: ${name}`, async () => {
      await assert.rejects(
        denoiseCanvas(request, pipeline),
        (error: unknown) =>
          error instanceof InfillError &&
          error.code === 'invalid-request' &&
          message.test(error.message) &&
          error.remedy !== '',
      );
    });
  }

  test('has to begin as the prefix ends, with tokens; texts do so by themselves', async () => {
    const [id] = pipeline.tokenizer.encode('x');
    const first = await denoiseCanvas(canvasOf('let a = |', [text('x')]), pipeline);
    assert.equal(textOf(first), 'x');
    await assert.rejects(
      denoiseCanvas(canvasOf('let a = |', [{ kind: 'token', id: id! }]), pipeline),
      /does not begin with " "/u,
    );
    assert.equal(textOf(await denoiseCanvas(canvasOf('let a = |', partsOf(first.canvas)), pipeline)), 'x');
  });
});
