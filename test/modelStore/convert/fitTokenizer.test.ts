import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { BYTE_TO_CHARACTER } from '../../../src/engine/tokenizer/byteAlphabet.js';
import { CheckpointTokens } from '../../../src/modelStore/convert/checkpoint/checkpointTokens.js';
import { detectFamily } from '../../../src/modelStore/convert/families/detectFamily.js';
import { fitTokenizer } from '../../../src/modelStore/convert/fitTokenizer.js';
import { checkpointPath } from '../../engine/fixtures.js';

const QWEN = { ids: [750, 912, 17981, 11, 2086, 982, 262, 470, 1156, 488, 2086, 198] };
const PIECES = ['def', ' add', '(first', ',', ' second', '):\n', '   ', ' return', ' first', ' +', ' second', '\n'];

/** A tokenizer of single bytes and of the sample's pieces, which have the ids of Qwen's, or those less one. */
async function tokenizerOf(off: number): Promise<{ text: string; place: string }> {
  const file = JSON.parse(await readFile(checkpointPath('dream/tokenizer.json'), 'utf8')) as {
    model: { vocab: Record<string, number>; merges: [string, string][] };
    added_tokens: unknown[];
  };
  const spelled = (piece: string): string => [...Buffer.from(piece)].map((byte) => BYTE_TO_CHARACTER[byte]).join('');
  const vocab: Record<string, number> = {};
  PIECES.forEach((piece, i) => (vocab[spelled(piece)] = (QWEN.ids[i] ?? 0) - off));
  const merges: [string, string][] = [];
  let free = 140_000;
  BYTE_TO_CHARACTER.forEach((byte) => (vocab[byte] ??= free++));
  for (const piece of PIECES) {
    for (let end = 2; end <= piece.length; end++) {
      const [left, right] = [spelled(piece.slice(0, end - 1)), spelled(piece.slice(end - 1, end))];
      vocab[left + right] ??= free++;
      if (!merges.some(([a, b]) => a === left && b === right)) merges.push([left, right]);
    }
  }
  const added = Array.from({ length: 140_000 }, (_, n) => n).filter((n) => !Object.values(vocab).includes(n));
  const tokens = added.slice(0, 139_000).map((id) => ({ id, content: `<|${id}|>`, special: true }));
  return {
    text: JSON.stringify({ ...file, added_tokens: tokens, model: { ...file.model, vocab, merges } }),
    place: 'tokenizer.json',
  };
}

void describe('the tokenizer of a checkpoint', () => {
  async function fit(tokenizer: { text: string; place: string }, vocabulary: number): Promise<string | undefined> {
    const config = JSON.parse(await readFile(checkpointPath('dream/config.json'), 'utf8')) as object;
    const parsed = JSON.parse(tokenizer.text) as unknown;
    const detected = detectFamily({ ...config, vocab_size: vocabulary }, parsed, { mask: vocabulary - 1 });
    return fitTokenizer(tokenizer, detected, new CheckpointTokens(parsed, tokenizer.place));
  }
  const fixture = async (): Promise<{ text: string; place: string }> => ({
    text: await readFile(checkpointPath('dream/tokenizer.json'), 'utf8'),
    place: 'tokenizer.json',
  });

  it('is refused where it has more tokens than the network', async () => {
    await assert.rejects(fit(await fixture(), 200), {
      code: 'model-unsupported',
      message: /tokenizer and network do not belong together.* has 301 tokens, .* 200/,
    });
  });

  it('is refused where a token that texts end with is none of the network, and doubted where it is none of the tokenizer', async () => {
    const { text, place } = await fixture();
    const parsed = JSON.parse(text) as unknown;
    const config = JSON.parse(await readFile(checkpointPath('dream/config.json'), 'utf8')) as object;
    const fitEnd = (eos_token_id: unknown): string | undefined =>
      fitTokenizer(
        { text, place },
        detectFamily({ ...config, vocab_size: 305, eos_token_id }, parsed),
        new CheckpointTokens(parsed, place),
      );
    assert.throws(() => fitEnd(400), {
      code: 'model-unsupported',
      message: /begin or end with has the id 400, and the network has the ids 0 to 304/,
    });
    assert.match(fitEnd(303) ?? '', /does not have the special token 303, .* may be another model's/);
    for (const end of [296, [296, null], -1, null, '<|endoftext|>']) assert.equal(fitEnd(end), undefined);
  });

  it('is doubted where the network has far more', async () => {
    assert.equal(await fit(await fixture(), 310), undefined);
    assert.match((await fit(await fixture(), 400)) ?? '', /301 tokens and the network 400: it may be another model's/);
  });

  it('is known by what a sample text is encoded to where many networks have the same', async () => {
    assert.equal(await fit(await tokenizerOf(0), 151_936), undefined);
    await assert.rejects(fit(await tokenizerOf(1), 151_936), {
      code: 'model-unsupported',
      message: /networks with 151936 tokens have Qwen's, which encode .* as 750, 912,.* its tokenizer says 749, 911,/,
    });
    assert.notEqual(await fit(await tokenizerOf(1), 160_000), 'another size, another vocabulary');
  });
});
