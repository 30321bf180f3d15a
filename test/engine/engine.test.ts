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
