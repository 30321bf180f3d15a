import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Engine } from '../../src/engine/engine.js';
import { infill } from '../../src/engine/infill/infill.js';
import { tinyPipeline } from './infill/tinyPipeline.js';
import { requestOf } from './infill/requests.js';

const INFO = {
  name: 'elsewhere',
  version: '2',
  license: 'MIT',
  device: 'another machine',
  deviceNote: '',
  threads: 0,
  loadMs: 0,
};

test('an engine works with any model that answers what the loop asks, and releases it at the end', async () => {
  const { model, tokenizer, recommended } = await tinyPipeline();
  const calls: string[] = [];
  const observed = new Proxy(model, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name, target);
      return typeof member !== 'function'
        ? member
        : (...values: unknown[]): unknown => {
            calls.push(String(name));
            return Reflect.apply(member, target, values);
          };
    },
  });
  const engine = Engine.of(observed, tokenizer, INFO);
  assert.equal(engine.info.name, 'elsewhere');
  assert.deepEqual(engine.recommended, recommended);

  const request = requestOf('function add(a, b) {\n  return |\n}\n', { steps: 4, maxTokens: 8 });
  const outcome = await engine.infill(request);
  assert.ok(calls.includes('openContext'), calls.join(' '));
  const direct = await infill(request, { model, tokenizer, recommended });
  const textsOf = ({ kind, ...others }: typeof outcome): unknown =>
    'candidates' in others ? others.candidates.map(({ text }) => text) : kind;
  assert.deepEqual(textsOf(outcome), textsOf(direct));

  await engine.dispose();
  assert.equal(calls.at(-1), 'dispose');
});

test('an engine says what its model says of steps, and nothing that it does not', async () => {
  const { model, tokenizer, recommended } = await tinyPipeline();
  const { mostSteps: _, curve: __, ...without } = recommended;
  const curve = [{ steps: 4, exact: 0.1, beginsRight: 0.3 }];
  const stepsOf = (own: typeof recommended): unknown => {
    const manifest = { ...model.manifest, recommended: own };
    const other = new Proxy(model, {
      get: (target, name): unknown => (name === 'manifest' ? manifest : Reflect.get(target, name, target)),
    });
    return Engine.of(other, tokenizer, INFO).info.steps;
  };
  assert.deepEqual(stepsOf({ ...without, steps: 4 }), { recommended: 4 });
  assert.deepEqual(stepsOf({ ...without, steps: 4, mostSteps: 6, curve }), { recommended: 4, most: 6, curve });
  await model.dispose();
});
