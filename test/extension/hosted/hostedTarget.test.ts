import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostedTarget } from '../../../src/extension/hosted/hostedTarget.js';
import { plainLocalizer } from '../plainLocalizer.js';

const target = (provider: 'off' | 'inception' | 'openai', url = '', model = ''): ReturnType<typeof hostedTarget> =>
  hostedTarget({ provider, url, model }, plainLocalizer);

test('settings name a model, nothing, or what is wrong with them', () => {
  assert.equal(target('off', 'https://a.example.com', 'm'), undefined);
  assert.deepEqual(target('inception'), {
    provider: 'inception',
    address: 'https://api.inceptionlabs.ai/v1',
    model: 'mercury-edit-2',
  });
  assert.deepEqual(target('openai', 'http://127.0.0.1:8012/v1/', 'infill'), {
    provider: 'openai',
    address: 'http://127.0.0.1:8012/v1',
    model: 'infill',
  });
  for (const [url, model, problem] of [
    ['', 'm', /hosted\.url is empty/],
    ['http://a.example.com', 'm', /has to start with https/],
    ['https://key@a.example.com', 'm', /without a key in it/],
    ['https://a.example.com', '', /hosted\.model is empty/],
  ] as const) {
    const wrong = target('openai', url, model);
    assert.ok(wrong !== undefined && 'problem' in wrong);
    assert.match(wrong.problem, problem);
  }
});
