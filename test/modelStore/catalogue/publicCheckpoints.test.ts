import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parametersOf } from '../../../src/modelStore/catalogue/draftedModel.js';
import { PUBLIC_CHECKPOINTS } from '../../../src/modelStore/catalogue/publicCheckpoints.js';
import { parseHubId } from '../../../src/modelStore/hub/hubId.js';

/** How many weights the checkpoints' pages or papers state, billions. */
const STATED: Readonly<Record<string, number>> = {
  'fredzzp/open-dcoder-0.5B': 0.63,
  'dllm-hub/Qwen2.5-Coder-0.5B-Instruct-diffusion-mdlm-v0.1': 0.63,
  'dllm-hub/Qwen3-0.6B-diffusion-mdlm-v0.1': 0.75,
  'UT-IFML/dQwen3-1.7B-Base': 1.72,
  'Salesforce/CoDA-v0-Base': 2.03,
  'Dream-org/Dream-v0-Base-7B': 7.62,
  'GSAI-ML/LLaDA-8B-Base': 8.02,
  'GSAI-ML/iLLaDA-8B-Base': 7.62,
  'diffusionfamily/diffugpt-s': 0.124,
  'kuleshov-group/mdlm-owt': 0.17, // less what a network without times has computed beforehand
  'louaaron/sedd-medium': 0.424,
};

test('what is offered are ids of the hub, each once, with a licence, small ones for code first', () => {
  const ids = PUBLIC_CHECKPOINTS.map(({ repository }) => repository);
  assert.equal(new Set(ids).size, ids.length);
  assert.equal(new Set(PUBLIC_CHECKPOINTS.map(({ title }) => title)).size, ids.length);
  for (const { repository, license, about, needs, mask } of PUBLIC_CHECKPOINTS) {
    assert.equal(parseHubId(repository)?.repository, repository);
    assert.match(license, /^[a-z][a-z0-9.-]+$/);
    assert.doesNotMatch(about, /\.$|\|/, 'it stands in sentences and in tables');
    assert.equal(mask !== undefined, needs === 'mask', repository);
  }
  const [first] = PUBLIC_CHECKPOINTS;
  assert.ok(first?.isForCode === true && parametersOf(first.architecture) < 1e9);
});

test('the shapes have as many weights as the pages state', () => {
  for (const { repository, architecture } of PUBLIC_CHECKPOINTS) {
    const stated = STATED[repository];
    if (stated === undefined) continue;
    const count = parametersOf(architecture) / 1e9;
    assert.ok(Math.abs(count / stated - 1) < 0.05, `${repository}: ${String(count)} billion`);
  }
  assert.ok(Object.keys(STATED).every((id) => PUBLIC_CHECKPOINTS.some(({ repository }) => repository === id)));
});

test('a download is two or four bytes a weight', () => {
  for (const { repository, architecture, downloadBytes } of PUBLIC_CHECKPOINTS) {
    const each = downloadBytes / parametersOf(architecture);
    assert.ok(Math.min(Math.abs(each - 2), Math.abs(each - 4)) < 0.2, `${repository}: ${String(each)} bytes a weight`);
  }
});

test('there is one of each family that is converted, but for what nobody published', () => {
  const families = new Set(PUBLIC_CHECKPOINTS.map(({ family }) => family));
  const expected = [
    'a2d-qwen2',
    'a2d-qwen3',
    'coda',
    'diffugpt',
    'dqwen3',
    'dream',
    'illada',
    'llada',
    'mdlm',
    'open-dcoder',
    'sedd',
  ];
  assert.deepEqual([...families].sort(), expected);
});
