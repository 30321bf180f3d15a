import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { CanvasQuery, ModelContext, ModelEncoder, Prediction } from '../../../../src/engine/contract/model.js';
import { loadModel, type LoadedModel } from '../../../../src/engine/network/loadModel.js';
import type { WeightSign } from '../../../../src/engine/network/runtime/saturationProbe.js';
import { parityFixture, TINY_ONE_NETWORK } from '../../fixtures.js';
import { inexact } from '../../tinyModels.js';
import { type Closeness, Differences, type Listed } from '../differences.js';

/** What training/oracle/one_network_fixtures.py writes: answers of the PyTorch reference for tiny random models. */
interface Fixture {
  readonly closeness: Closeness;
  readonly models: readonly { readonly kind: string; readonly contexts: readonly ContextFixture[] }[];
}
interface ContextFixture {
  readonly name: string;
  readonly prefix: readonly number[];
  readonly suffix: readonly number[];
  readonly score: Listed;
  readonly readings: {
    readonly ids: readonly number[];
    readonly rows: readonly (Listed & { readonly reading: number; readonly logProb?: number })[];
  };
  readonly continuations: {
    readonly ids: readonly number[];
    readonly of: readonly (Listed & { readonly after: number })[];
  };
  readonly queries: readonly Query[];
  readonly append: readonly { readonly tokens: readonly number[]; readonly queries: readonly Query[] }[];
  readonly verify: readonly Verification[];
  /** Full distributions of the first causal row and of the last canvas row; null = ruled out. */
  readonly writeLogProbs?: readonly (number | null)[];
  readonly canvasLogProbs?: readonly (number | null)[];
}
type Row = Listed & { readonly entropy: number };
type Query = CanvasQuery & {
  readonly encoderMix: number;
  readonly rows: readonly (Row & { readonly position: number })[];
  readonly encoder?: Listed;
};
interface Verification {
  readonly written: readonly number[];
  readonly query: CanvasQuery;
  readonly tokens: readonly number[];
  readonly proposals: readonly number[];
  readonly encoderMix: number;
  /** How many answers there are. */
  readonly count: number;
  readonly rows: readonly (Row & { readonly answer: number; readonly encoder: Listed })[];
  readonly after: Query;
}

const SIGNS: Readonly<Record<string, readonly (WeightSign | undefined)[]>> = {
  fp32: [undefined],
  int8: ['signed', 'unsigned'],
};

for (const { weights, precision, folder } of TINY_ONE_NETWORK) {
  for (const weightSign of SIGNS[precision]!) {
    const name = `parity with PyTorch, ${weights}, ${precision}${weightSign ? `, ${weightSign} weights` : ''}`;
    describe(name, { skip: inexact(weightSign) }, () => {
      let loaded: LoadedModel;
      const fixture = parityFixture(`one-network-${precision}`) as Fixture;
      const { contexts } = fixture.models.find(({ kind }) => kind === weights)!;
      const differences = new Differences();
      before(async () => {
        loaded = await loadModel(folder, { device: 'cpu', threads: 1, ...(weightSign ? { weightSign } : {}) });
      });
      after(async () => loaded.model.dispose());

      for (const context of contexts) {
        it(context.name, async () => {
          const { model } = loaded;
          const open = (): Promise<ModelContext> => model.openContext(context.prefix, context.suffix);
          await checkReading(model.encoder!, context, differences);
          await checkQueries(await open(), context, differences);
          for (const each of context.verify) await checkVerification(await open(), each, differences);
        });
      }

      it('is as close as the precision lets it be', (t) => {
        differences.check(fixture.closeness);
        t.diagnostic(differences.describe());
      });
    });
  }
}

async function checkReading(
  encoder: ModelEncoder,
  { prefix, score, readings, continuations }: ContextFixture,
  differences: Differences,
): Promise<void> {
  const scores = await encoder.scoreTokens(prefix, score.ids);
  score.logProbs.forEach((logProb, index) => differences.add(scores[index]!, logProb));
  const read = await encoder.readTokens(prefix, readings.ids);
  assert.equal(read.length, readings.ids.length + 1);
  for (const { reading, logProb, ...listed } of readings.rows) {
    differences.addList(read[reading]!, listed);
    assert.equal(read[reading]!.logProb === undefined, logProb === undefined);
    if (logProb !== undefined) differences.add(read[reading]!.logProb!, logProb);
  }
  const scored = await encoder.scoreContinuations(prefix, continuations.ids, continuations.of);
  for (const [i, { logProbs }] of continuations.of.entries()) {
    logProbs.forEach((logProb, index) => differences.add(scored[i]![index]!, logProb));
  }
}

async function checkQueries(context: ModelContext, fixture: ContextFixture, differences: Differences): Promise<void> {
  for (const query of fixture.queries) await checkQuery(context, query, differences);
  await checkWholeRows(context, fixture, differences);
  for (const { tokens, queries } of fixture.append) {
    await context.encoder!.append(tokens);
    for (const query of queries) await checkQuery(context, query, differences);
  }
}

async function checkQuery(
  context: ModelContext,
  { rows, encoder, encoderMix, ...query }: Query,
  differences: Differences,
): Promise<void> {
  const [answer] = await context.predict([query], encoderMix);
  assert.deepEqual(
    answer!.map(({ position }) => position),
    rows.map(({ position }) => position),
  );
  rows.forEach((row, index) => addRow(answer![index]!, row, differences));
  assert.equal(answer![0]?.encoder === undefined, encoder === undefined);
  if (encoder !== undefined) differences.addList(answer![0]!.encoder!, encoder);
}

async function checkWholeRows(
  context: ModelContext,
  { queries, writeLogProbs, canvasLogProbs }: ContextFixture,
  differences: Differences,
): Promise<void> {
  if (writeLogProbs === undefined) return;
  const { canvas } = queries[0]!;
  const last = canvas.length - 1;
  const asked = { canvas, positions: [0, last], wantDistribution: true };
  const [rows] = await context.predict([asked], 1);
  for (const [row, expected] of [writeLogProbs, canvasLogProbs!].entries()) {
    expected.forEach((logProb, id) => {
      const found = rows![row]!.distribution![id]!;
      if (logProb === null) assert.equal(found, -Infinity);
      else differences.add(found, logProb);
    });
  }
}

async function checkVerification(
  context: ModelContext,
  { written, query, tokens, proposals, encoderMix, count, rows, after: next }: Verification,
  differences: Differences,
): Promise<void> {
  await context.encoder!.append(written);
  await context.predict([query], encoderMix);
  const answers = await context.encoder!.verify(tokens, proposals, { encoderMix, wantEncoder: true });
  assert.equal(answers.length, count);
  for (const { answer, encoder, ...row } of rows) {
    addRow(answers[answer]!, row, differences);
    differences.addList(answers[answer]!.encoder!, encoder);
  }
  await checkQuery(context, next, differences);
}

function addRow(answer: Prediction, row: Row, differences: Differences): void {
  differences.addList(answer, row);
  differences.add(answer.entropy, row.entropy);
}
