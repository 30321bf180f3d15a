import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { idsWithoutToken } from '../../../../src/engine/network/folder/idsWithoutToken.js';
import type { FullSequenceManifest } from '../../../../src/engine/network/folder/manifest.js';

const tokenizer = {
  model: { vocab: { a: 0, b: 1, c: 2 } },
  added_tokens: [
    { id: 4, content: '<|endoftext|>' },
    { id: 7, content: '<|mask|>' },
  ],
};

function network(vocabularySize: number, tokens: object): Pick<FullSequenceManifest, 'architecture' | 'tokens'> {
  return { architecture: { vocabularySize }, tokens } as FullSequenceManifest;
}

describe('idsWithoutToken', () => {
  it('names the rows that fill a vocabulary up, and ids left out between added tokens', () => {
    assert.deepEqual(idsWithoutToken(tokenizer, network(10, { mask: 7, endOfMiddle: 4 })), [3, 5, 6, 8, 9]);
    assert.deepEqual(idsWithoutToken({ ...tokenizer, added_tokens: undefined }, network(4, {})), [3]);
  });

  it('leaves out tokens that the manifest names, which need not be in the tokenizer', () => {
    const named = network(10, { mask: 9, start: null, endOfMiddle: 5, end: null, expand: 6, delete: 5 });
    assert.deepEqual(idsWithoutToken(tokenizer, named), [3, 8]);
  });

  it('answers nothing where every id has a token, the tokenizer is larger, or it is none', () => {
    assert.deepEqual(idsWithoutToken({ model: { vocab: { a: 0, b: 1 } } }, network(2, {})), []);
    assert.deepEqual(idsWithoutToken(tokenizer, network(3, {})), []);
    for (const none of [undefined, null, 'text', [], {}, { model: null }]) {
      assert.deepEqual(idsWithoutToken(none, network(3, {})), []);
    }
  });
});
