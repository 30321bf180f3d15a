import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Engine } from '../../../src/engine/engine.js';
import { infill } from '../../../src/engine/infill/infill.js';
import { entryLag } from '../../../src/engine/infill/listEntry.js';
import type { Pipeline } from '../../../src/engine/infill/run/pipeline.js';
import { loadModel } from '../../../src/engine/network/loadModel.js';
import { loadTokenizer } from '../../../src/engine/tokenizer/loadTokenizer.js';
import { InfillError } from '../../../src/shared/infillError.js';
import { continuesIdentifier, type InfillRequest, type ListEntry } from '../../../src/shared/infillRequest.js';
import { BUNDLED } from '../fixtures.js';
import { requestOf } from './requests.js';
import { tinyPipeline } from './tinyPipeline.js';

const STACK =
  'export class Stack {\n  private readonly items: number[] = [];\n\n  add(item: number): void {\n    this.items.push(item);\n  }\n\n' +
  '  isEmpty(): boolean {\n    return this.|\n  }\n}\n';

/** The request with an entry selected that would write this at the cursor. */
function selecting(drawn: string, ahead: string, entry: Partial<ListEntry> = {}): InfillRequest {
  const request = requestOf(drawn.replace('|', `${ahead}|`), { trace: false });
  return { ...request, entry: { ahead: ahead.length, isChosen: false, ...entry } };
}

describe('an entry of a list, with the bundled model', async () => {
  const { model, tokenizerPath } = await loadModel(BUNDLED, { device: 'cpu', threads: 1 });
  const pipeline = { model, tokenizer: await loadTokenizer(tokenizerPath) };
  const info = { name: '', version: '', license: '', device: 'cpu', deviceNote: '', threads: 1, loadMs: 0 } as const;
  const engine = Engine.of(model, pipeline.tokenizer, info);
  after(() => engine.dispose());
  const lagOf = async (drawn: string, ahead: string): Promise<number> => {
    const lag = await entryLag(selecting(drawn, ahead), ahead.length, 0, pipeline);
    assert.ok(lag !== undefined && lag <= 0);
    return lag;
  };

  test('what the model would write itself lags behind nothing by much, another name does', async () => {
    const [items, add, isEmpty] = [
      await lagOf(STACK, 'items'),
      await lagOf(STACK, 'add'),
      await lagOf(STACK, 'isEmpty'),
    ];
    assert.ok(items > -1, String(items));
    assert.ok(add < items - 3 && isEmpty < items - 3, `${add} and ${isEmpty}`);
  });

  test('what is typed already does not count, and the end of a name does', async () => {
    const typed = await lagOf(STACK.replace('this.|', 'this.it|'), 'ems');
    assert.ok(typed > -1, String(typed));
    const half = await lagOf(STACK, 'item');
    assert.ok(half < (await lagOf(STACK, 'items')) - 1, String(half));
  });

  test('an unlikely one that nobody chose has nothing written behind it, with a reason; a likely or chosen one has', async () => {
    const refused = await engine.infill(selecting(STACK, 'add'));
    assert.equal(refused.kind === 'none' && refused.reason, 'unlikely-entry');
    assert.match(refused.kind === 'none' ? refused.detail : '', /is \d+ times as likely/);
    for (const request of [selecting(STACK, 'items'), selecting(STACK, 'add', { isChosen: true })]) {
      const outcome = await engine.infill(request);
      assert.notEqual(outcome.kind === 'none' && outcome.reason, 'unlikely-entry');
    }
  });

  test('a whole name from the list is not made longer', async () => {
    const drawn = 'const attributes = node.attributes;\nconst first = attributes;\nconst second = attr|\n';
    const free = await engine.infill(requestOf(drawn, { trace: false }));
    const text = free.kind === 'infill' ? free.candidates[0]!.text : '';
    assert.ok(continuesIdentifier(text), `the model would go on in the name: ${JSON.stringify(text)}`);
    const after = await engine.infill({ ...requestOf(drawn, { trace: false }), entry: { ahead: 2, isChosen: true } });
    const texts =
      after.kind === 'infill' ? after.candidates.flatMap(({ text, unasked }) => [text, unasked?.text ?? '']) : [];
    assert.deepEqual(texts.filter(continuesIdentifier), []);
  });
});

describe('an entry of a list, with random weights', () => {
  let pipeline: Pipeline;
  before(async () => {
    pipeline = await tinyPipeline();
  });
  after(() => pipeline.model.dispose());

  test('whatever is written, the name before it stays', async () => {
    for (const drawn of ['order.at|;\n', 'let x = a|', 'this.items.push(it|);\n', 'x = value_1|\n']) {
      for (const seed of [1, 2, 3]) {
        const request = requestOf(drawn, { temperature: 1, seed, candidates: 2, trace: false });
        const outcome = await infill({ ...request, entry: { ahead: 1, isChosen: true } }, pipeline);
        const texts = outcome.kind === 'infill' ? outcome.candidates.map(({ text }) => text) : [];
        assert.deepEqual(texts.filter(continuesIdentifier), []);
      }
    }
  });

  test('one that is longer than the text before the cursor is refused', async () => {
    for (const ahead of [-1, 0.5, 100]) {
      const request = { ...requestOf('a.b|'), entry: { ahead, isChosen: false } };
      await assert.rejects(infill(request, pipeline), (error) => {
        assert.ok(error instanceof InfillError);
        assert.equal(error.code, 'invalid-request');
        return true;
      });
    }
  });
});
