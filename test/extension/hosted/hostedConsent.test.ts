import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ConsentMemory, HostedConsent } from '../../../src/extension/hosted/hostedConsent.js';
import type { HostedModel } from '../../../src/inference/hosted/forms/hostedModel.js';

const MODEL: HostedModel = { provider: 'openai', address: 'https://a.example.com/v1', model: 'm' };
const SIZES = { before: 100, after: 50, selection: 70 };

function memory(): ConsentMemory & { stored: unknown } {
  const kept = {
    stored: undefined as unknown,
    get: () => kept.stored,
    update: (_: string, value: unknown) => {
      kept.stored = JSON.parse(JSON.stringify(value));
      return Promise.resolve();
    },
  };
  return kept;
}

test('what was allowed holds for that provider at that address, whatever its model', async () => {
  const consent = new HostedConsent(memory(), SIZES);
  assert.equal(consent.answer(MODEL), undefined);
  await consent.keep(MODEL, true);
  assert.equal(consent.answer({ ...MODEL, model: 'other' }), true);
  assert.equal(consent.answer({ ...MODEL, address: 'https://b.example.com/v1' }), undefined);
  assert.equal(consent.answer({ ...MODEL, provider: 'inception' }), undefined);
});

test('a no is remembered, until it becomes a yes or is forgotten', async () => {
  const consent = new HostedConsent(memory(), SIZES);
  await consent.keep(MODEL, false);
  assert.equal(consent.answer(MODEL), false);
  await consent.keep(MODEL, true);
  assert.equal(consent.answer(MODEL), true);
  await consent.forget(MODEL);
  assert.equal(consent.answer(MODEL), undefined);
});

test('more than was allowed is asked about again, and less is not', async () => {
  const kept = memory();
  await new HostedConsent(kept, SIZES).keep(MODEL, true);
  for (const name of ['before', 'after', 'selection'] as const) {
    assert.equal(new HostedConsent(kept, { ...SIZES, [name]: 101 }).answer(MODEL), undefined, name);
    assert.equal(new HostedConsent(kept, { ...SIZES, [name]: 1 }).answer(MODEL), true, name);
  }
});

test('what is stored in another form is no consent', () => {
  for (const stored of [
    true,
    'yes',
    {},
    [null],
    [{ ...MODEL, isGiven: true }],
    [{ ...MODEL, isGiven: 1, sizes: SIZES }],
  ]) {
    const kept = memory();
    kept.stored = stored;
    assert.equal(new HostedConsent(kept, SIZES).answer(MODEL), undefined, JSON.stringify(stored));
  }
});
