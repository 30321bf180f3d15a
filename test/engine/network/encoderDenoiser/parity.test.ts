import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import type { LoadedModel } from '../../../../src/engine/network/loadModel.js';
import type { Prediction } from '../../../../src/engine/contract/model.js';
import { inexact, loadTiny, TINY_MODELS } from '../../tinyModels.js';

/** What training/oracle/fixtures.py writes: answers of the PyTorch reference for a tiny random model. */
interface Fixture {
  readonly closeness: Closeness;
  readonly contexts: readonly ContextFixture[];
}
/** At least `share` of the numbers within `tolerance`, all of them within `worst`. */
interface Closeness {
  readonly tolerance: number;
  readonly share: number;
  readonly worst: number;
}
interface ContextFixture {
  readonly name: string;
  readonly prefix: readonly number[];
  readonly suffix: readonly number[];
  readonly score: Listed;
  readonly queries: readonly Query[];
  readonly absorb: readonly { readonly tokens: readonly number[]; readonly queries: readonly Query[] }[];
}
interface Listed {
  readonly ids: readonly number[];
  readonly logProbs: readonly number[];
}
interface Query {
  readonly canvas: readonly number[];
  readonly positions: readonly number[];
  readonly encoderMix: number;
  readonly allowedFirst?: readonly number[];
  readonly wantEncoder?: boolean;
  readonly rows: readonly (Listed & { readonly position: number; readonly entropy: number })[];
  readonly encoder?: Listed;
}

for (const [name, { precision, weightSign }] of Object.entries(TINY_MODELS)) {
  describe(`parity with PyTorch, ${name}`, { skip: inexact(weightSign) }, () => {
    let loaded: LoadedModel;
    let fixture: Fixture;
    before(async () => {
      fixture = JSON.parse(await readFile(`test/fixtures/parity/model-${precision}.json`, 'utf8')) as Fixture;
      loaded = await loadTiny(name);
    });
    after(async () => loaded.model.dispose());

    it('predicts the same distributions, appends, and scores tokens', async (t) => {
      const differences = new Differences();
      for (const context of fixture.contexts) {
        await t.test(context.name, async () => checkContext(loaded, context, differences));
      }
      differences.check(fixture.closeness);
      t.diagnostic(differences.describe());
    });
  });
}

async function checkContext({ model }: LoadedModel, fixture: ContextFixture, differences: Differences): Promise<void> {
  const scores = await model.encoder!.scoreTokens(fixture.prefix, fixture.score.ids);
  fixture.score.logProbs.forEach((logProb, index) => differences.add(scores[index]!, logProb));
  const context = await model.openContext(fixture.prefix, fixture.suffix);
  const ask = async (queries: readonly Query[]): Promise<void> => {
    for (const { rows, encoder, encoderMix, ...query } of queries) {
      const [answer] = await context.predict([query], encoderMix);
      assert.equal(answer!.length, rows.length);
      rows.forEach((row, index) => {
        compare(answer![index]!, row, differences);
        assert.equal(answer![index]!.position, row.position);
        differences.add(answer![index]!.entropy, row.entropy);
      });
      assert.equal(answer![0]?.encoder === undefined, encoder === undefined);
      if (encoder !== undefined) compare(answer![0]!.encoder!, encoder, differences);
    }
  };
  await ask(fixture.queries);
  for (const { tokens, queries } of fixture.absorb) {
    await context.encoder!.append(tokens);
    await ask(queries);
  }
}

/** The same ids in the same order, except where the reference's own log-probabilities are too close to tell. */
function compare(answer: Pick<Prediction, 'ids' | 'logProbs'>, expected: Listed, differences: Differences): void {
  assert.equal(answer.ids.length, expected.ids.length);
  const byId = new Map(answer.ids.map((id, index) => [id, answer.logProbs[index]!]));
  expected.ids.forEach((id, index) => {
    const found = byId.get(id);
    // An id may fall off the end of the list only where the last places are a tie.
    differences.add(found ?? answer.logProbs.at(-1)!, expected.logProbs[index]!);
    if (index > 0) assert.ok(answer.logProbs[index]! <= answer.logProbs[index - 1]!);
  });
}

class Differences {
  readonly #all: number[] = [];

  add(found: number, expected: number): void {
    this.#all.push(Math.abs(found - expected));
  }

  check({ tolerance, share, worst }: Closeness): void {
    assert.ok(this.#all.length > 1000);
    const close = this.#all.filter((difference) => difference <= tolerance).length;
    assert.ok(close >= share * this.#all.length, `only ${close} of ${this.#all.length} are within ${tolerance}`);
    // Not `every <=`: a NaN must fail too.
    assert.ok(Math.max(...this.#all) <= worst, this.describe());
  }

  describe(): string {
    const sorted = [...this.#all].sort((a, b) => a - b);
    const at = (part: number): string => sorted[Math.floor(part * (sorted.length - 1))]!.toExponential(1);
    return `differences: median ${at(0.5)}, 90 % ${at(0.9)}, largest ${at(1)} of ${sorted.length}`;
  }
}
