import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { anyCharacter } from '../../anyCharacter.js';
import fc from 'fast-check';
import { denoiseSelection } from '../../../src/engine/infill/denoiseSelection.js';
import type { InfillModel } from '../../../src/engine/contract/model.js';
import type { RunControl } from '../../../src/engine/infill/run/runRecord.js';
import { InfillError } from '../../../src/shared/infillError.js';
import type { DenoiseRequest, Span } from '../../../src/shared/infillRequest.js';
import type { DenoisedToken, DenoiseOutcome } from '../../../src/shared/outcome.js';
import { contextOf, OPTIONS } from './requests.js';
import { TINY_WITH_ENCODER } from '../fixtures.js';
import type { Pipeline } from '../../../src/engine/infill/run/pipeline.js';
import { tinyPipeline } from './tinyPipeline.js';

let pipeline: Pipeline;

function run(request: DenoiseRequest, control: RunControl = {}): Promise<DenoiseOutcome> {
  return denoiseSelection(request, pipeline, control);
}

/** `[` and `]` enclose the selection, `<` and `>` pinned spans of it. */
function drawn(text: string, change: Partial<DenoiseRequest> = {}): DenoiseRequest {
  const [prefix, selected, suffix] = text.split(/[[\]]/) as [string, string, string];
  const pinned: { start: number; end: number }[] = [];
  let selection = '';
  for (const part of selected.split(/(<[^>]*>)/)) {
    const content = part.startsWith('<') ? part.slice(1, -1) : part;
    if (content !== part) pinned.push({ start: selection.length, end: selection.length + content.length });
    selection += content;
  }
  return { context: contextOf(prefix, suffix), selection, pinned, strength: 0.5, options: OPTIONS, ...change };
}

function withoutEncoder(model: InfillModel): InfillModel {
  const { manifest } = model;
  return {
    manifest,
    openContext: async (prefix, suffix) => {
      const context = await model.openContext(prefix, suffix);
      const { encodedTokens, reusedTokens } = context;
      return { encodedTokens, reusedTokens, predict: (canvases, mix) => context.predict(canvases, mix) };
    },
    dispose: () => model.dispose(),
  };
}

interface Denoised {
  readonly text: string;
  readonly tokens: readonly DenoisedToken[];
}

async function denoised(request: DenoiseRequest): Promise<Denoised> {
  const outcome = await run(request);
  assert.ok(outcome.kind === 'denoised', JSON.stringify(outcome));
  return outcome;
}

const CODE = 'function area(radius) {\n[  const factor = 3.14159;\n  return factor * radius ** 2;\n]}\n';

for (const { name, folder } of TINY_WITH_ENCODER.filter(({ precision }) => precision === 'fp32')) {
  // A model that reads does otherwise; see improvedSelection.test.ts.
  describe(`denoising a selection without an encoder, ${name}`, () => {
    before(async () => {
      const whole = await tinyPipeline({ stopEvidence: 0, encoderMix: 0, stopBelow: 0.1, absorb: false }, folder);
      pipeline = { ...whole, model: withoutEncoder(whole.model) };
    });
    after(() => pipeline.model.dispose());

    describe('strength', () => {
      test('is the share of tokens that may change; the least likely ones go first', async () => {
        const shares = [];
        for (const strength of [0.01, 0.25, 0.5, 0.75]) {
          const outcome = await run(drawn(CODE, { strength }));
          assert.ok(outcome.kind === 'denoised' && outcome.report.trace);
          // What was open when each part of it began.
          const open = outcome.report.trace
            .filter(({ step }) => step === 0)
            .map(({ canvas, commits }) => commits.length + canvas.filter((text) => text === null).length);
          shares.push(open.reduce((a, b) => a + b) / outcome.tokens.length);
          const changed = outcome.tokens.filter((token) => token.changed).length;
          assert.ok(changed / outcome.tokens.length <= strength + 0.1, `${changed} of ${outcome.tokens.length}`);
        }
        assert.ok(shares[0]! <= 0.1 && shares[3]! > 0.5, shares.join());
        assert.deepEqual(
          shares,
          [...shares].sort((a, b) => a - b),
        );
      });

      test('1 masks all that is not pinned', async () => {
        const outcome = await run(drawn('x = [first(a, b) + <second>(c)];\n', { strength: 1 }));
        const [first] = outcome.report.trace!;
        const open = first!.commits.length + first!.canvas.filter((text) => text === null).length;
        const { length } = pipeline.tokenizer.encode(' second');
        assert.ok(
          open >= pipeline.tokenizer.encode('first(a, b) + second(c)').length - length - 1,
          `${open} were open`,
        );
      });

      test('what would break brackets, quotes or lines is not proposed, and told', async () => {
        const refused = [];
        for (let seed = 0; seed < 12; seed++) {
          const options = { ...OPTIONS, temperature: 1.5, seed };
          const strength = [0.4, 0.7, 1][seed % 3]!;
          const request = drawn('x = [first(a, b) + "second" + third(0)];\n', { strength, options });
          const outcome = await run(request);
          refused.push(...(outcome.refused ?? []));
          if (outcome.kind === 'denoised') assertConsistent(request, outcome);
        }
        assert.ok(refused.length > 0 && refused.every(({ why }) => why === 'structure'));
      });
    });

    describe('pinned spans', () => {
      test('stand unchanged in the new text, in their order', async () => {
        const { text, tokens } = await denoised(drawn('x = [a + <radius> * b - <count(1)> + c];\n', { strength: 1 }));
        const [first, second] = [text.indexOf('radius'), text.indexOf('count(1)')];
        assert.ok(first >= 0 && second > first, text);
        assert.ok(tokens.filter(({ pinned }) => pinned).every(({ changed }) => !changed));
      });

      test('all of it pinned: nothing to do', async () => {
        const outcome = await run(drawn('x = [<a + b>];\n', { strength: 1 }));
        assert.ok(outcome.kind === 'none' && outcome.reason === 'empty' && /pinned/.test(outcome.detail));
      });
    });

    describe('selections that do not begin or end at a token', () => {
      for (const text of [
        'let va[lue = cou]nt;',
        'return [ nam]e;',
        '[r]eturn a;',
        'if (a) {\n  [  b]();\n}',
        'a 😀[😀]😀 b',
        '"quo[te',
        'é[\u0301x]y',
      ]) {
        test(JSON.stringify(text), async () => {
          for (const strength of [0.5, 1]) {
            const request = drawn(`${text}${text.includes(']') ? '' : ']'}`, { strength });
            const outcome = await run(request);
            if (outcome.kind === 'denoised') assertConsistent(request, outcome);
            else assert.ok(['empty', 'not-likelier'].includes(outcome.reason), outcome.detail);
          }
        });
      }
    });

    test('a selection longer than the canvas is done window by window', async () => {
      const lines = Array.from({ length: 20 }, (_, i) =>
        `  const value${i} = items[${i}] + ${i};\n`.replaceAll('[', '(').replaceAll(']', ')'),
      );
      const request = drawn(`function f() {\n[${lines.join('')}]}\n`, { strength: 0.6 });
      const outcome = await run(request);
      assert.ok(outcome.kind === 'denoised');
      assertConsistent(request, outcome);
      const changed = outcome.tokens.filter((token) => token.changed);
      assert.ok(
        changed.some(({ span }) => span.start < 60) && changed.some(({ span }) => span.end > outcome.text.length - 120),
      );
      assert.ok(outcome.report.canvasSize <= pipeline.model.manifest.limits.canvas);
      const parts = outcome.report.trace?.map(({ part }) => part) ?? [];
      const count = (parts.at(-1)?.index ?? 0) + 1;
      assert.ok(count > 2, `${count} parts`);
      assert.ok(parts.every((part) => part?.count === count));
      assert.deepEqual(
        [...new Set(parts.map((part) => part?.index))],
        Array.from({ length: count }, (_, index) => index),
      );
    });

    test('traces show whole characters, and no part where there is one canvas', async () => {
      const outcome = await run(drawn('a = "[x <😀字> y]";\n', { strength: 1 }));
      const trace = outcome.report.trace ?? [];
      assert.ok(trace.length > 0);
      for (const { canvas, part } of trace) {
        assert.equal(part, undefined);
        assert.ok(canvas.includes('😀') && canvas.includes('字'), JSON.stringify(canvas));
        assert.ok(!canvas.some((text) => text?.includes('\ufffd')), JSON.stringify(canvas));
      }
    });

    test('a character that shares a token with the one before the selection', async () => {
      const unit = pipeline.tokenizer
        .encode('⹍😀')
        .map((id) => Buffer.from(pipeline.tokenizer.bytesOf(id)).toString('hex'));
      assert.ok(unit.includes('8df09f'), 'no token reaches from one to the other');
      const outcome = await run({ ...drawn('a[😀]р', { strength: 1 }), context: contextOf('⹍', 'р') });
      assert.ok(outcome.kind === 'denoised' || outcome.reason !== 'error', JSON.stringify(outcome));
    });

    test('the same seed gives the same text', async () => {
      const request = drawn(CODE, { options: { ...OPTIONS, temperature: 1, seed: 5 } });
      assert.deepEqual((await denoised(request)).tokens, (await denoised(request)).tokens);
    });

    test('a single line stays a single line', async () => {
      for (let seed = 0; seed < 8; seed++) {
        const options = { ...OPTIONS, temperature: 1.5, seed };
        const outcome = await run(drawn('x = [compute(a, b) + compute(c, d)];\n', { strength: 0.6, options }));
        if (outcome.kind === 'denoised') assert.doesNotMatch(outcome.text, /[\r\n]/);
      }
    });

    test('CRLF stays CRLF', async () => {
      const request = drawn(CODE.replaceAll('\n', '\r\n'), { strength: 0.5 });
      const crlf = { ...request, context: { ...request.context, eol: '\r\n' as const } };
      for (let seed = 0; seed < 5; seed++) {
        const outcome = await run({ ...crlf, options: { ...OPTIONS, temperature: 1.5, seed } });
        if (outcome.kind === 'denoised') assert.doesNotMatch(outcome.text, /(^|[^\r])\n/);
      }
    });

    test('nothing selected, too much selected, a split character', async () => {
      const empty = await run(drawn('a[]b'));
      assert.ok(empty.kind === 'none' && empty.reason === 'empty');
      await assert.rejects(
        run({ ...drawn('a[b]c'), selection: 'b'.repeat(20_001) }),
        (error) => error instanceof InfillError && error.code === 'invalid-request' && /20001/.test(error.message),
      );
      for (const [prefix, selection, suffix] of [
        ['a\r', '\nb', 'c'],
        ['a', 'b\ud83d', '\ude00'],
      ] as const) {
        const outcome = await run({ ...drawn('a[b]c'), context: contextOf(prefix, suffix), selection });
        assert.ok(outcome.kind === 'none' && outcome.reason === 'unsuitable-position');
      }
    });

    test('can be cancelled between steps', async () => {
      const controller = new AbortController();
      const outcome = await run(drawn(CODE, { strength: 1 }), {
        signal: controller.signal,
        onStep: () => controller.abort(),
      });
      assert.ok(outcome.kind === 'none' && outcome.reason === 'cancelled' && outcome.report.stepsUsed === 1);
    });

    const part = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 10 }),
      fc.string({ unit: anyCharacter, maxLength: 3 }),
      fc.constantFrom(
        '\n',
        '\r\n',
        '\t',
        '    ',
        '{',
        ')',
        '"',
        'return ',
        '.name',
        '42',
        '😀',
        '👩‍👩‍👧',
        '\u0004',
        '\ufffd',
        'abc'.repeat(30),
      ),
    );
    const text = fc.array(part, { maxLength: 10 }).map((parts) => parts.join(''));

    test('any text: pinned characters stay, kept tokens too, the tokens are the text, no broken characters', async () => {
      const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 });
      const strength = fc.double({ min: 0.01, max: 1, noNaN: true });
      const eol = fc.constantFrom('\n' as const, '\r\n' as const);
      const options = fc.record({
        steps: fc.integer({ min: 1, max: 12 }),
        temperature: fc.constantFrom(0, 1.2),
        seed: fc.integer(),
      });
      await fc.assert(
        fc.asyncProperty(
          text,
          text,
          text,
          shares,
          strength,
          eol,
          options,
          async (prefix, selection, suffix, at, share, lineEnd, chosen) => {
            const ends = at.map((each) => Math.floor(each * selection.length)).sort((a, b) => a - b);
            const pinned = ends.flatMap((end, i): Span[] => (i % 2 === 1 ? [{ start: ends[i - 1]!, end }] : []));
            const request: DenoiseRequest = {
              context: contextOf(prefix, suffix, { eol: lineEnd }),
              selection,
              pinned,
              strength: share,
              options: { ...OPTIONS, ...chosen, trace: false },
            };
            const outcome = await run(request);
            if (outcome.kind === 'denoised') assertConsistent(request, outcome);
            else assert.ok(['empty', 'unsuitable-position', 'not-likelier'].includes(outcome.reason), outcome.detail);
          },
        ),
        { numRuns: 150 },
      );
    });
  });
}

/** What holds for every result. */
function assertConsistent({ selection, pinned }: DenoiseRequest, { text: result, tokens }: Denoised): void {
  assert.equal(tokens.map((token) => token.text).join(''), result);
  for (const token of tokens) assert.equal(result.slice(token.span.start, token.span.end), token.text);
  // Kept tokens stand in the old text in the same order, and all pinned characters are among them.
  let at = 0;
  const covered = new Set<number>();
  for (const { text: kept, changed } of tokens) {
    if (changed) continue;
    const found = selection.indexOf(kept, at);
    assert.ok(found >= 0, `${JSON.stringify(kept)} is no longer where it was`);
    at = found + kept.length;
  }
  for (const { pinned: isPinned, text: kept, changed } of tokens) {
    if (isPinned) {
      assert.ok(!changed);
      for (const index of allIndices(selection, kept)) for (let i = 0; i < kept.length; i++) covered.add(index + i);
    }
  }
  for (const { start, end } of pinned)
    for (let i = start; i < end; i++) assert.ok(covered.has(i), `pinned offset ${i}`);
  if (!/\p{Surrogate}/u.test(selection)) assert.doesNotMatch(result, /\p{Surrogate}/u);
  if (!selection.includes('\ufffd')) assert.ok(!result.includes('\ufffd'));
}

function allIndices(whole: string, part: string): number[] {
  const indices: number[] = [];
  for (let at = whole.indexOf(part); at >= 0; at = whole.indexOf(part, at + 1)) indices.push(at);
  return indices;
}
