import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { FoundCalibration } from '../../../../src/engine/contract/recommended.js';
import { infill } from '../../../../src/engine/infill/infill.js';
import type { InfillOptions } from '../../../../src/shared/infillOptions.js';
import type { TextConditions } from '../../../../src/shared/infillRequest.js';
import type { Candidate, InfillOutcome } from '../../../../src/shared/outcome.js';
import { requestOf } from '../requests.js';
import { tinyPipeline } from '../tinyPipeline.js';
import { indexOf, uriOf, WEIGHTLESS } from './project.js';

const tiny = await tinyPipeline();
after(() => tiny.model.dispose());
const FILES = {
  'src/cart.ts': 'export function total(cart: Cart): number {\n  return cart.items.length;\n}\n',
  'src/list.ts': 'export async function last(cart: Cart): Promise<Item> {\n  await cart.items.at(-1);\n}\n',
};
const DRAWN = 'function count(cart: Cart) {\n  return cart.items.|;\n}\n';
const SURE: FoundCalibration = { ...WEIGHTLESS, constant: 4 };
const DOUBTFUL: FoundCalibration = { ...WEIGHTLESS, constant: -8 };

interface Asked {
  readonly found?: FoundCalibration;
  readonly options?: Partial<InfillOptions>;
  readonly conditions?: TextConditions;
  readonly uri?: string;
  readonly project?: ReturnType<typeof indexOf>;
}

async function outcomeAt(
  drawn: string,
  { found, options, conditions, uri = uriOf('now.ts'), project = indexOf(FILES) }: Asked,
) {
  const recommended = found === undefined ? tiny.recommended : { ...tiny.recommended, found };
  const request = {
    ...requestOf(drawn, options, uri === '' ? {} : { uri }),
    ...(conditions === undefined ? {} : { conditions }),
  };
  return infill(request, { ...tiny, recommended, project });
}
const candidatesOf = (outcome: InfillOutcome): readonly Candidate[] =>
  outcome.kind === 'infill' ? outcome.candidates : [];

void describe('a text of the project', () => {
  it('is the answer where it is sure, without a step, and says where it comes from', async () => {
    const outcome = await outcomeAt(DRAWN, { found: SURE });
    const [best] = candidatesOf(outcome);
    assert.equal(best?.text, 'length');
    assert.deepEqual(best.source, { uri: uriOf('src/cart.ts'), path: 'src/cart.ts', line: 2 });
    assert.equal(outcome.report.passes.denoise.count + outcome.report.passes.verify.count, 0);
    assert.deepEqual(
      outcome.report.found?.map(({ text, from }) => [text, from.path]),
      [
        ['length', 'src/cart.ts'],
        ['at(-1)', 'src/list.ts'],
      ],
    );
  });

  it('is none where it is not what the request demands', async () => {
    const textsWith = async (conditions: TextConditions): Promise<readonly (string | undefined)[]> =>
      candidatesOf(await outcomeAt(DRAWN, { found: SURE, conditions })).map(({ text, source }) => source && text);
    assert.deepEqual(await textsWith({ contains: '(-' }), ['at(-1)'], 'the second, the first does not have it');
    assert.deepEqual(await textsWith({ contains: 'ngt' }), ['length']);
    const neither = await textsWith({ contains: 'sum' });
    assert.ok(neither.every((text) => text === undefined));
    const short = await textsWith({ length: { least: 1, most: 1 } });
    assert.ok(short.every((text) => text !== 'at(-1)'));
  });

  it('gives way to what the model writes where it is not, and changes nothing about that', async () => {
    const alone = await outcomeAt(DRAWN, {});
    const beside = await outcomeAt(DRAWN, { found: DOUBTFUL });
    assert.deepEqual(candidatesOf(beside), candidatesOf(alone));
    assert.equal(beside.kind, alone.kind);
    assert.ok(beside.report.passes.denoise.count > 0);
  });

  it('takes no part where the request names no document, or the model does not say how far to trust it', async () => {
    for (const asked of [{ found: SURE, uri: '' }, {}]) {
      const outcome = await outcomeAt(DRAWN, asked);
      assert.equal(outcome.report.found, undefined);
      assert.ok(candidatesOf(outcome).every(({ source }) => source === undefined));
    }
  });

  it('is not found any more once its document is gone', async () => {
    const project = indexOf(FILES);
    project.remove([uriOf('src/cart.ts')]);
    const outcome = await outcomeAt(DRAWN, { found: SURE, project });
    assert.deepEqual(
      candidatesOf(outcome).map(({ text }) => text),
      ['at(-1)'],
    );
  });

  it('stands among the alternatives with what the model writes', async () => {
    const outcome = await outcomeAt(DRAWN, { found: SURE, options: { candidates: 3, temperature: 1 } });
    const sources = candidatesOf(outcome).map(({ source }) => source?.path);
    assert.ok(sources.length <= 3);
    assert.equal(sources[0], 'src/cart.ts');
    assert.ok(sources.includes(undefined), 'the model’s own is among them');
  });

  it('is refused below the confidence that was asked for', async () => {
    const outcome = await outcomeAt(DRAWN, { found: SURE, options: { minConfidence: 0.999 } });
    assert.ok(candidatesOf(outcome).every(({ source }) => source === undefined));
  });
});
