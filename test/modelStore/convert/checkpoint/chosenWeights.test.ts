import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chooseWeights, unusedNote } from '../../../../src/modelStore/convert/checkpoint/chosenWeights.js';

const shards = (count: number, numbers: readonly number[], set = 'model'): string[] =>
  numbers.map((n) => `${set}-0000${n}-of-0000${count}.safetensors`);
const A = shards(3, [1, 2, 3]);
const B = shards(4, [1, 2, 3, 4]);
const SINGLE = 'model.safetensors';
const choose = (names: readonly string[], indexed?: readonly string[]): ReturnType<typeof chooseWeights> =>
  chooseWeights(['config.json', 'pytorch_model.bin', ...names], indexed, 'the folder');

void describe('the weights of a checkpoint', () => {
  it('are what the index names, whatever lies beside them', () => {
    for (const left of [B, [SINGLE], [...B, SINGLE], ['adapter_model.safetensors', 'consolidated.safetensors']]) {
      assert.deepEqual(choose([...A, ...left], [...A, ...A]), { files: A, unused: [...left].sort() });
    }
    assert.deepEqual(choose([SINGLE, ...A], [SINGLE]), { files: [SINGLE], unused: A });
  });

  it('are missing by the name of the file', () => {
    const refused = (name: string): object => ({
      code: 'model-missing',
      message: new RegExp(`There is no ${name} in the folder`),
    });
    assert.throws(() => choose([...A.slice(1), ...B], A), refused('model-00001-of-00003.safetensors'));
    assert.throws(() => choose(A.slice(0, 2)), refused('model-00003-of-00003.safetensors'));
    assert.throws(
      () => choose(shards(4, [2, 4])),
      refused('model-00001-of-00004.safetensors, model-00003-of-00004.safetensors'),
    );
    assert.throws(() => choose([], [SINGLE]), refused(SINGLE));
    const left = { code: 'model-missing', remedy: /or remove the index if the other weights/ };
    assert.throws(() => choose([SINGLE], A), left);
    assert.throws(() => choose(['adapter_model.safetensors'], A), { remedy: 'Get these files as well.' });
  });

  it('are without an index the one set that is whole', () => {
    assert.deepEqual(choose(A), { files: A, unused: [] });
    assert.deepEqual(choose([SINGLE]), { files: [SINGLE], unused: [] });
    assert.deepEqual(choose(['weights.safetensors']), { files: ['weights.safetensors'], unused: [] });
    assert.deepEqual(choose([...A, ...B.slice(1)]), { files: A, unused: B.slice(1) });
    assert.deepEqual(choose([SINGLE, ...A.slice(1)]), { files: [SINGLE], unused: A.slice(1) });
    assert.deepEqual(choose([SINGLE, 'other.safetensors']), { files: [SINGLE], unused: ['other.safetensors'] });
  });

  it('are refused where several sets could be meant, naming them', () => {
    for (const names of [
      [...A, ...B],
      [...A, SINGLE],
      [...A, ...shards(3, [1, 2, 3], 'other')],
      ['a.safetensors', 'b.safetensors'],
    ]) {
      assert.throws(
        () => choose(names),
        (error: Error & { code: string }) => {
          assert.equal(error.code, 'model-unsupported');
          for (const name of [names[0] ?? '', names.at(-1) ?? ''])
            assert.ok(error.message.includes(name), error.message);
          return true;
        },
      );
    }
  });

  for (const [stray, what] of [
    ['adapter_model.safetensors', /adapter \(LoRA\)/],
    ['consolidated.safetensors', /original code/],
    ['consolidated.00.safetensors', /original code/],
    ['optimizer.safetensors', /state of a training run/],
    ['optimizer-00001-of-00002.safetensors', /state of a training run/],
  ] as const) {
    it(`are never ${stray}`, () => {
      assert.deepEqual(choose([...A, stray]), { files: A, unused: [stray] });
      assert.match(unusedNote([stray], false) ?? '', what);
      assert.throws(() => choose([stray]), {
        code: 'model-unsupported',
        message: new RegExp(`${stray}.*${what.source}`),
      });
    });
  }

  it('are missed with what is there instead, and names that lead elsewhere are none', () => {
    const refusal = (names: readonly string[]): string => {
      try {
        chooseWeights(names, undefined, 'the folder');
      } catch (error) {
        return `${(error as { code: string }).code}: ${(error as Error).message}`;
      }
      return 'none';
    };
    assert.match(refusal(['../x.safetensors', '._model.safetensors', 'x.txt']), /^model-missing: There are no \*\.saf/);
    assert.match(refusal(['checkpoint-100/model.safetensors']), /only in a folder of it \(checkpoint-100\/model/);
    assert.match(refusal(['model (1).safetensors']), /only model \(1\)\.safetensors\.$/);
    assert.match(refusal(['Model.SafeTensors']), /only Model\.SafeTensors\.$/);
    assert.match(refusal(['x.Q4_K_M.gguf']), /only GGUF/);
    assert.match(refusal(['pytorch_model.bin']), /only pickled Python objects/);
    assert.deepEqual(choose([SINGLE, 'model (1).safetensors']), { files: [SINGLE], unused: ['model (1).safetensors'] });
  });

  it('are shards that are counted from 0 as well', () => {
    const fromZero = shards(3, [0, 1, 2]);
    assert.deepEqual(choose(fromZero), { files: fromZero, unused: [] });
    assert.throws(() => choose(shards(3, [0, 2])), { message: /no model-00001-of-00003\.safetensors in/ });
  });

  it('are never a file of another name beside shards of which some are missing', () => {
    for (const name of ['value_head.safetensors', 'pytorch_lora_weights.safetensors', 'extra.safetensors']) {
      assert.throws(() => choose([...shards(3, [1, 3]), name]), {
        code: 'model-missing',
        message: /no model-00002-of-00003\.safetensors in/,
      });
    }
    assert.deepEqual(choose([...A, 'value_head.safetensors']), { files: A, unused: ['value_head.safetensors'] });
  });

  it('leave a sentence about what was left out, and none where nothing was', () => {
    assert.equal(unusedNote([], true), undefined);
    assert.equal(
      unusedNote(['a.safetensors'], true),
      'Not used: a.safetensors: model.safetensors.index.json does not name it.',
    );
    assert.match(unusedNote([...A, ...B], false) ?? '', /and 2 more\.$/);
  });
});
