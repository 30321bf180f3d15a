import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { MixtureWeights } from '../../../../src/engine/contract/recommended.js';
import { infill } from '../../../../src/engine/infill/infill.js';
import type { InfillOptions } from '../../../../src/shared/infillOptions.js';
import type { InfillOutcome } from '../../../../src/shared/outcome.js';
import { requestOf } from '../requests.js';
import { tinyPipeline } from '../tinyPipeline.js';
import { indexOf, uriOf } from './project.js';

const tiny = await tinyPipeline();
after(() => tiny.model.dispose());

const NO_WEIGHT: MixtureWeights = {
  constant: -1000,
  left: 0,
  logLeft: 0,
  right: 0,
  logVotes: 0,
  share: 0,
  own: 0,
  begun: 0,
  logFound: 0,
  logModel: 0,
};
const ALL_WEIGHT: MixtureWeights = { ...NO_WEIGHT, constant: 1000 };
const FILES = {
  'src/cart.ts': 'export function total(cart: Cart): number {\n  return cart.items.length + cart.fees;\n}\n',
};
const DRAWN = 'function count(cart: Cart) {\n  return cart.items.|;\n}\n';

async function outcomeAt(
  drawn: string,
  mixture: MixtureWeights | undefined,
  options: Partial<InfillOptions> = {},
  { uri = uriOf('now.ts'), project = indexOf(FILES) }: { uri?: string; project?: ReturnType<typeof indexOf> } = {},
): Promise<InfillOutcome> {
  const recommended = mixture === undefined ? tiny.recommended : { ...tiny.recommended, mixture };
  return infill(requestOf(drawn, options, uri === '' ? {} : { uri }), { ...tiny, recommended, project });
}
const withoutTimes = ({ report, ...rest }: InfillOutcome): unknown => ({
  ...rest,
  trace: report.trace?.map(({ ms: _, ...step }) => step),
});
/** What stands after the first step, if the run ended there. */
const firstDraft = (outcome: InfillOutcome): string =>
  outcome.report.trace?.[0]?.draft.map((text) => text ?? '').join('') ?? '';

void describe('a second opinion on every token', () => {
  it('decides what is written where it counts alone, also on a word that the prefix begins', async () => {
    assert.match(firstDraft(await outcomeAt(DRAWN, ALL_WEIGHT)), /^length \+ cart\.fees/u);
    const begun = DRAWN.replace('.items.|', '.it|');
    assert.match(firstDraft(await outcomeAt(begun, ALL_WEIGHT)), /^items/u);
  });

  it('changes nothing where it counts nothing, where the request names no document, or nothing stands elsewhere', async () => {
    for (const options of [{}, { temperature: 0.8 }, { sampler: 'mdlm-ancestral' }, { candidates: 2 }] as const) {
      const alone = withoutTimes(await outcomeAt(DRAWN, undefined, options));
      const others: [MixtureWeights, Parameters<typeof outcomeAt>[3]][] = [
        [NO_WEIGHT, {}],
        [ALL_WEIGHT, { uri: '' }],
        [ALL_WEIGHT, { project: indexOf({ 'other.ts': 'class Other {}\n' }) }],
      ];
      for (const [weights, asked] of others) {
        assert.deepEqual(withoutTimes(await outcomeAt(DRAWN, weights, options, asked)), alone);
      }
    }
  });

  it('tells a trace what followed after each text, and what the model says of it', async () => {
    const { report } = await outcomeAt(DRAWN, NO_WEIGHT);
    const first = report.opinions?.find(({ written }) => written === '');
    assert.ok(first?.found[0] !== undefined && first.found[0].text !== '' && 'length'.startsWith(first.found[0].text));
    assert.equal(first.found[0].share, 1);
    assert.ok(first.found[0].logProb < 0);
    assert.equal(first.features['own'], 0);
    assert.ok((first.features['left'] ?? 0) >= 0.4);
    const untold = await outcomeAt(DRAWN, NO_WEIGHT, { trace: false });
    assert.equal(untold.report.opinions, undefined);
    assert.equal((await outcomeAt(DRAWN, undefined)).report.opinions, undefined);
  });
});
