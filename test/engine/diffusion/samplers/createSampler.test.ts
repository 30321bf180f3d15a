import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSampler, type SamplerOptions } from '../../../../src/engine/diffusion/samplers/createSampler.js';
import { createSchedule } from '../../../../src/engine/diffusion/schedules/createSchedule.js';
import type { NetworkKind } from '../../../../src/engine/contract/model.js';
import { InfillError } from '../../../../src/shared/infillError.js';
import { SAMPLERS } from '../../../../src/shared/infillOptions.js';
import { samplerOf } from '../samplerStates.js';

function assertRefused(work: () => unknown, message: RegExp, remedy = /./): void {
  assert.throws(
    work,
    (error) =>
      error instanceof InfillError &&
      error.code === 'invalid-request' &&
      message.test(error.message) &&
      remedy.test(error.remedy),
  );
}

const CLEAN: NetworkKind = { parameterization: 'clean', graph: 'absorbing' };
const SCORE: NetworkKind = { parameterization: 'score', graph: 'absorbing' };
const UNIFORM: NetworkKind = { parameterization: 'score', graph: 'uniform' };

describe('the factory', () => {
  test('makes every sampler that it names, for both kinds of absorbing networks', () => {
    for (const name of SAMPLERS) for (const network of [CLEAN, SCORE]) assert.ok(samplerOf(name, { network }));
  });

  test('names the unknown sampler, and those there are', () => {
    assertRefused(() => samplerOf('euler'), /"euler"/, /entropy-bound.*p2/);
  });

  test('names the unknown parameter, and those there are', () => {
    assertRefused(() => samplerOf('llada-random:blok=4'), /"llada-random".*"blok"/, /block, end-last/);
    assertRefused(() => samplerOf('p2:eta=1'), /"p2".*"eta"/, /none/);
  });

  test('names a parameter that is out of range', () => {
    assertRefused(() => samplerOf('fast-dllm-threshold:threshold=2'), /threshold.*"2"/, /0 to 1/);
    assertRefused(() => samplerOf('llada-random:block=1.5'), /block.*"1.5"/, /whole/);
    assertRefused(() => samplerOf('llada-random:end-last=yes'), /end-last.*"yes"/, /true or false/);
  });

  test('what is no name with parameters is refused', () => {
    for (const spec of ['', ':a=1', 'p2:', 'p2:a', 'p2:a=', 'p2:a=1:b=2', 'p2:a=1=2']) {
      assertRefused(() => samplerOf(spec), /is not a name with parameters/, /name:key=value/);
    }
  });

  test('names the unknown schedule and remasking', () => {
    assertRefused(() => createSchedule('linear'), /"linear"/, /log-linear, geometric, cosine/);
    assertRefused(() => samplerOf('mdlm-ancestral:schedule=linear'), /"linear"/);
    assertRefused(() => samplerOf('mdlm-ancestral', { remask: 'all' }), /"all"/, /cap, rescale, conf, loop/);
    assertRefused(() => samplerOf('mdlm-ancestral', { remask: 'loop:on=0.1,off=0.5' }), /0\.1.*0\.5/, /above/);
  });
});

describe('unsuitable combinations are refused with the reason', () => {
  test('masks under uniform noise', () => {
    for (const name of SAMPLERS) {
      if (name.startsWith('sedd-')) assert.ok(samplerOf(name, { network: UNIFORM }));
      else assertRefused(() => samplerOf(name, { network: UNIFORM }), /uniform: it has no mask/, /sedd-analytic/);
    }
  });

  test('scores from a network that predicts clean tokens under uniform noise', () => {
    const network: NetworkKind = { parameterization: 'clean', graph: 'uniform' };
    assertRefused(() => samplerOf('sedd-euler', { network }), /needs scores/, /score entropy/);
  });

  test('remasking around another sampler, or under other noise', () => {
    const remask = 'cap';
    for (const name of SAMPLERS.filter((each) => each !== 'mdlm-ancestral')) {
      assertRefused(() => samplerOf(name, { remask }), /"cap" does not go with the sampler/, /mdlm-ancestral/);
    }
    assertRefused(() => samplerOf('mdlm-ancestral:schedule=cosine', { remask }), /log-linear/);
  });

  test('fewer steps than blocks', () => {
    const options: SamplerOptions = {
      topP: 1,
      endOfMiddle: 9,
      entropyBound: 0,
      vocabularySize: 9,
      network: CLEAN,
    };
    const sampler = createSampler('llada-low-confidence:block=4', options);
    assert.ok(sampler.times(4, 16, { uniform: () => 0 }));
    assertRefused(() => sampler.times(3, 16, { uniform: () => 0 }), /3 steps cannot fill 4 blocks/);
  });
});
