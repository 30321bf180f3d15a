import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Elsewhere } from '../../../src/extension/runtime/elsewhere.js';
import type { ElsewhereSource } from '../../../src/inference/choice/elsewhere.js';

function source(kind: ElsewhereSource['kind'], key: () => string | undefined): ElsewhereSource {
  return {
    kind,
    key,
    usesSecret: (name) => name === `secret of ${kind}`,
    fallsBack: () => true,
    create: () => assert.fail('the service makes it'),
  };
}

test('the first place that is wanted is used, anew only where something changed that it depends on', () => {
  const wanted = new Map<string, string>();
  const used: (string | undefined)[] = [];
  let secretChanged: (event: { key: string }) => void = () => undefined;
  const elsewhere = new Elsewhere(
    { use: (place) => void used.push(place?.kind) },
    [source('hosted', () => wanted.get('hosted')), source('server', () => wanted.get('server'))],
    {
      onDidChange: (listener) => {
        secretChanged = listener;
        return { dispose: () => undefined };
      },
    },
  );
  const after = (change: () => void): (string | undefined)[] => {
    change();
    elsewhere.check();
    return used.splice(0);
  };
  assert.deepEqual(used.splice(0), []);
  assert.deepEqual(
    after(() => wanted.set('server', 'a')),
    ['server'],
  );
  assert.deepEqual(
    after(() => undefined),
    [],
  );
  assert.deepEqual(
    after(() => wanted.set('server', 'b')),
    ['server'],
  );
  // Of the hub, say: a request that is under way at the server goes on.
  assert.deepEqual(
    after(() => secretChanged({ key: 'hubToken' })),
    [],
  );
  assert.deepEqual(
    after(() => secretChanged({ key: 'secret of hosted' })),
    [],
  );
  assert.deepEqual(
    after(() => secretChanged({ key: 'secret of server' })),
    ['server'],
  );
  assert.deepEqual(
    after(() => wanted.set('hosted', 'c')),
    ['hosted'],
  );
  assert.deepEqual(
    after(() => wanted.clear()),
    [undefined],
  );
});
