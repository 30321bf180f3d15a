import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import type { RecommendedOptions } from '../../../../src/engine/contract/recommended.js';
import { denoiseSelection } from '../../../../src/engine/infill/denoiseSelection.js';
import { changedText } from '../../../../src/shared/textChange.js';
import type { Pipeline } from '../../../../src/engine/infill/run/pipeline.js';
import type { RunControl } from '../../../../src/engine/infill/run/runRecord.js';
import type { DenoiseRequest, Span } from '../../../../src/shared/infillRequest.js';
import type { DenoiseOutcome } from '../../../../src/shared/outcome.js';
import { anyCharacter } from '../../../anyCharacter.js';
import { TINY_WITH_ENCODER } from '../../fixtures.js';
import { contextOf, OPTIONS } from '../requests.js';
import { tinyPipeline } from '../tinyPipeline.js';

type Denoised = Extract<DenoiseOutcome, { kind: 'denoised' }>;
type Calibration = NonNullable<RecommendedOptions['denoise']>;

const NOTHING: Calibration = {
  ...{ atLeast: 0.5, constant: 0, own: 0, rest: 0, doubt: 0, least: 0, fewer: 0, more: 0, written: 0, agreed: 0 },
  ...{ doubled: 0, swapped: 0, respelt: 0, operator: 0, number: 0, word: 0, alike: 0, oldSeen: 0, newSeen: 0 },
  ...{ oldFits: 0, newFits: 0, beside: 0, quoted: 0, textOperator: 0, textWord: 0, textSwapped: 0 },
};
/** Whatever is likelier is proposed, and nothing is. */
const EVERYTHING = { ...NOTHING, constant: 20 };
const NEVER = { ...NOTHING, constant: -20 };
const CODE = 'function area(radius) {\n  const factor = 3.14159;\n  return factor * radius ** 2;\n}\n';

let pipeline: Pipeline;

function run(request: DenoiseRequest, control: RunControl = {}, denoise: Calibration = EVERYTHING) {
  return denoiseSelection(request, { ...pipeline, recommended: { ...pipeline.recommended, denoise } }, control);
}

function requestFor(selection: string, change: Partial<DenoiseRequest> = {}): DenoiseRequest {
  const context = contextOf('const one = 1;\n', '\narea(one);\n');
  return { context, selection, pinned: [], strength: 1, options: { ...OPTIONS, trace: false }, ...change };
}

async function denoised(request: DenoiseRequest): Promise<Denoised> {
  const outcome = await run(request);
  assert.ok(outcome.kind === 'denoised', JSON.stringify(outcome));
  return outcome;
}

/** What holds for every proposal. */
function assertConsistent({ selection, pinned, context }: DenoiseRequest, outcome: Denoised): void {
  const { text, changes, refused, tokens } = outcome;
  assert.ok(changes.length > 0);
  assert.equal(changedText(selection, changes), text);
  for (const [i, { span, before: old, text: now, logProbs }] of changes.entries()) {
    assert.ok(i === 0 || span.start > changes[i - 1]!.span.end, 'one by one, and none touches another');
    assert.equal(selection.slice(span.start, span.end), old);
    assert.notEqual(old, now);
    assert.ok(logProbs!.text > logProbs!.before, 'likelier than what stood there');
    assert.ok(
      pinned.every((pin) => pin.end <= span.start || span.end <= pin.start || pin.start === pin.end),
      'pinned',
    );
  }
  for (const { span, before: old } of refused) assert.equal(selection.slice(span.start, span.end), old);
  assert.equal(tokens.map((token) => token.text).join(''), text);
  for (const token of tokens) assert.equal(text.slice(token.span.start, token.span.end), token.text);
  const breaks = (of: string): readonly string[] => of.match(/\r\n?|\n/gu) ?? [];
  assert.ok(breaks(text).length <= breaks(selection).length && text.endsWith('\n') === selection.endsWith('\n'));
  if (!/\p{Surrogate}/u.test(context.prefix + selection + context.suffix)) assert.doesNotMatch(text, /\p{Surrogate}/u);
  if (!selection.includes('\ufffd')) assert.ok(!text.includes('\ufffd'));
}

for (const { name, folder } of TINY_WITH_ENCODER.filter(({ precision }) => precision === 'fp32')) {
  describe(`likelier text for a selection, ${name}`, () => {
    before(async () => {
      pipeline = await tinyPipeline({ stopEvidence: 0.5, stopBelow: 0.1 }, folder);
    });
    after(() => pipeline.model.dispose());

    test('what is likelier is proposed as changes that can be made one by one', async () => {
      for (const strength of [0.1, 0.5, 1]) {
        const request = requestFor(CODE, { strength });
        assertConsistent(request, await denoised(request));
      }
    });

    test('strength bounds how much of it is tried', async () => {
      const tried: number[] = [];
      for (const strength of [0.05, 0.3, 0.6]) {
        const outcome = await run(requestFor(CODE, { strength }), {}, NEVER);
        assert.ok(outcome.kind === 'none' && outcome.reason === 'not-likelier', JSON.stringify(outcome));
        const [, some, all] = /^(\d+) of (\d+) tokens were tried, in (?:one place|\d+ places)\.$/u.exec(
          outcome.detail,
        )!;
        tried.push(Number(some));
        // The last word of each part is tried as a whole, however many tokens it has.
        assert.ok(Number(some) <= Math.ceil(Number(all) * strength) + 3 * 5, outcome.detail);
        assert.ok(outcome.refused!.length > 0);
      }
      assert.ok(tried[0]! < tried[1]! && tried[1]! <= tried[2]!, tried.join());
    });

    test('nothing is proposed where nothing is sure enough, and what was tried is told', async () => {
      const outcome = await run(requestFor(CODE), {}, NEVER);
      assert.ok(outcome.kind === 'none' && outcome.refused!.length > 1);
      for (const { before: old, text, why, logProbs, confidence } of outcome.refused!) {
        assert.notEqual(old, text);
        if (why !== 'not-likelier') continue;
        assert.ok(confidence! < 0.5 && Number.isFinite(logProbs!.before) && Number.isFinite(logProbs!.text));
      }
    });

    test('pinned parts stay, and all of it pinned leaves nothing to do', async () => {
      const selection = 'x = a + radius * b - count(1) + c;\n';
      const at = selection.indexOf('radius');
      const pinned = [{ start: at, end: at + 6 }];
      const request = requestFor(selection, { pinned });
      const outcome = await run(request);
      if (outcome.kind === 'denoised') assertConsistent(request, outcome);
      const all = await run({ ...request, pinned: [{ start: 0, end: selection.length }] });
      assert.ok(all.kind === 'none' && all.reason === 'empty' && /pinned/u.test(all.detail), JSON.stringify(all));
      const blank = await run(requestFor('  \n\n'));
      assert.ok(blank.kind === 'none' && blank.reason === 'empty' && /blanks/u.test(blank.detail));
    });

    test('a selection longer than what fits is done part by part', async () => {
      const lines = Array.from({ length: 24 }, (_, i) => `  const value${i} = items(${i}) + ${i};\n`).join('');
      const request = requestFor(lines, { strength: 0.5, options: { ...OPTIONS, trace: true } });
      const outcome = await denoised(request);
      assertConsistent(request, outcome);
      assert.ok(outcome.changes[0]!.span.start < 100 && outcome.changes.at(-1)!.span.end > lines.length - 200);
      const parts = outcome.report.trace!.map(({ part }) => part!);
      assert.ok(new Set(parts.map(({ count }) => count)).size === 1 && parts[0]!.count > 3);
      const indices = parts.map(({ index }) => index);
      assert.deepEqual(
        indices,
        indices.toSorted((a, b) => a - b),
      );
    });

    test('CRLF and mixed line ends stay', async () => {
      for (const selection of [CODE.replaceAll('\n', '\r\n'), 'a = b;\r\nc = d;\nc = d;\nreturn a + c;\r\n']) {
        const request = requestFor(selection);
        const outcome = await run({ ...request, context: { ...request.context, eol: '\r\n' } });
        if (outcome.kind === 'denoised') assertConsistent(request, outcome);
      }
    });

    test('can be cancelled between steps', async () => {
      const controller = new AbortController();
      const control = { signal: controller.signal, onStep: () => controller.abort() };
      const outcome = await run(requestFor(CODE), control);
      assert.ok(outcome.kind === 'none' && outcome.reason === 'cancelled', JSON.stringify(outcome));
    });

    test('any text', async () => {
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
          'a a ',
          '😀',
          '👩‍👩‍👧',
          '\u0004',
          '\ufffd',
        ),
      );
      const text = fc.array(part, { maxLength: 10 }).map((parts) => parts.join(''));
      const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 });
      const eol = fc.constantFrom('\n' as const, '\r\n' as const);
      const strength = fc.double({ min: 0.01, max: 1, noNaN: true });
      const steps = fc.integer({ min: 1, max: 4 });
      await fc.assert(
        fc.asyncProperty(
          text,
          text,
          text,
          shares,
          strength,
          eol,
          steps,
          async (prefix, selection, suffix, at, share, lineEnd, most) => {
            const ends = at.map((each) => Math.floor(each * selection.length)).sort((a, b) => a - b);
            const pinned = ends.flatMap((end, i): Span[] => (i % 2 === 1 ? [{ start: ends[i - 1]!, end }] : []));
            const context = contextOf(prefix, suffix, { eol: lineEnd });
            const options = { ...OPTIONS, steps: most, trace: false };
            const request: DenoiseRequest = { context, selection, pinned, strength: share, options };
            const outcome = await run(request);
            if (outcome.kind === 'denoised') assertConsistent(request, outcome);
            else assert.ok(['empty', 'unsuitable-position', 'not-likelier'].includes(outcome.reason), outcome.detail);
          },
        ),
        { numRuns: 25, endOnFailure: true },
      );
    });
  });
}
