import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import type { ConversionAnswers } from '../../../../src/modelStore/convert/checkpoint/conversion.js';
import { detectFamily } from '../../../../src/modelStore/convert/families/detectFamily.js';
import { checkpointPath } from '../../../engine/fixtures.js';
import type { Checkpoint } from '../../../engine/network/checkpoints.js';

type Json = Record<string, unknown>;

async function filesOf(name: Checkpoint): Promise<{ config: Json; tokenizer: Json }> {
  const read = async (file: string): Promise<Json> =>
    JSON.parse(await readFile(checkpointPath(`${name}/${file}`), 'utf8')) as Json;
  return { config: await read('config.json'), tokenizer: await read('tokenizer.json') };
}

const bare = { added_tokens: [] };
const llama = {
  hidden_size: 64,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  intermediate_size: 96,
  vocab_size: 300,
  rms_norm_eps: 1e-5,
};
const refused = (reason: RegExp): object => ({ name: 'InfillError', code: 'model-unsupported', message: reason });

describe('detectFamily', () => {
  // Text tokens are 0..295, then the special ones; conventions as in the table of public checkpoints.
  const cases: [Checkpoint, object, object][] = [
    ['llada', { family: 'llada', layout: 'llada' }, { start: null, mask: 298, endOfMiddle: 297, end: null }],
    ['dream', { family: 'dream', layout: 'llama' }, { start: 299, mask: 300, endOfMiddle: 296, end: null }],
    [
      'open-dcoder',
      { family: 'open-dcoder', layout: 'llama' },
      { start: null, mask: 299, endOfMiddle: null, end: null },
    ],
    ['a2d-qwen2', { family: 'a2d-qwen2', layout: 'llama' }, { start: null, mask: 299, endOfMiddle: 298, end: null }],
    ['a2d-qwen3', { family: 'a2d-qwen3', layout: 'llama' }, { start: null, mask: 299, endOfMiddle: 298, end: null }],
    // As its own code does: <|vision_start|> opens, <|fim_middle|> masks, and texts end with <|endoftext|>.
    ['dqwen3', { family: 'dqwen3', layout: 'llama' }, { start: 299, mask: 300, endOfMiddle: 296, end: null }],
    // Answers are filled up with the padding token.
    ['coda', { family: 'coda', layout: 'llama' }, { start: null, mask: 299, endOfMiddle: 296, end: null }],
    ['illada', { family: 'illada', layout: 'llama' }, { start: null, mask: 298, endOfMiddle: 297, end: null }],
    ['diffugpt', { family: 'diffugpt', layout: 'gpt2' }, { start: null, mask: 297, endOfMiddle: null, end: null }],
    ['sedd', { family: 'sedd', layout: 'dit' }, { start: null, mask: 297, endOfMiddle: null, end: null }],
    ['sedd-uniform', { family: 'sedd', layout: 'dit' }, { start: null, mask: null, endOfMiddle: null, end: null }],
    ['mdlm', { family: 'mdlm', layout: 'dit' }, { start: null, mask: 297, endOfMiddle: null, end: null }],
  ];
  for (const [name, family, tokens] of cases) {
    it(`knows ${name}`, async () => {
      const { config, tokenizer } = await filesOf(name);
      const detected = detectFamily(config, tokenizer);
      assert.deepEqual({ family: detected.family, layout: detected.layout }, family);
      assert.deepEqual(detected.tokens, tokens);
      assert.deepEqual(detected.questions, []);
    });
  }

  it('knows which networks predict the next token, and which are told sigma', async () => {
    const found: Record<string, unknown> = {};
    for (const [name] of cases) {
      const { config, tokenizer } = await filesOf(name);
      const { shift, timeInput, parameterization, graph, scaleBySigma } = detectFamily(config, tokenizer).architecture;
      found[name] = [shift, timeInput, parameterization, graph, scaleBySigma];
    }
    const plain = [false, 'none', 'clean', 'absorbing', false];
    const shifted = [true, 'none', 'clean', 'absorbing', false];
    assert.deepEqual(found, {
      llada: plain,
      dream: shifted,
      'open-dcoder': shifted,
      'a2d-qwen2': plain,
      'a2d-qwen3': plain,
      dqwen3: shifted,
      coda: shifted,
      illada: plain,
      diffugpt: shifted,
      sedd: [false, 'sigma', 'score', 'absorbing', true],
      'sedd-uniform': [false, 'sigma', 'score', 'uniform', false],
      mdlm: plain,
    });
  });

  it('goes by the class where the type says something else', async () => {
    for (const [name, type] of [
      ['dqwen3', 'qwen3'],
      ['coda', 'qwen3'],
      ['illada', 'llada'],
    ] as const) {
      const { config, tokenizer } = await filesOf(name);
      assert.equal(detectFamily({ ...config, model_type: type }, tokenizer).family, name);
    }
  });

  it("CoDA's head is its own, which its configuration leaves out", async () => {
    const { config, tokenizer } = await filesOf('coda');
    assert.equal(Object.hasOwn(config, 'tie_word_embeddings'), false);
    assert.equal(detectFamily(config, tokenizer).architecture.tiedEmbeddings, false);
  });

  it("knows Open-dCoder's later variants by its mask token", () => {
    // Shuibai12138/CDLM-0.5B and Open-Dcoder-0.5B-*: config.json and mask token as in fredzzp/open-dcoder-0.5B.
    const config = { ...llama, model_type: 'qwen2', architectures: ['Qwen2ForCausalLM'], tie_word_embeddings: true };
    const tokenizer = { added_tokens: [{ id: 299, content: '<M>' }] };
    const { family, tokens, architecture } = detectFamily(config, tokenizer);
    assert.deepEqual([family, tokens.mask, architecture.shift], ['open-dcoder', 299, true]);
  });

  it("DreamOn's expand and delete", async () => {
    const { config, tokenizer } = await filesOf('dream');
    const added = [...(tokenizer['added_tokens'] as object[]), { id: 301, content: '<|expand|>' }];
    const { tokens } = detectFamily({ ...config, vocab_size: 302 }, { added_tokens: added });
    assert.deepEqual(tokens, { start: 299, mask: 300, endOfMiddle: 296, end: 296, expand: 301, delete: 296 });
  });

  it('refuses causal models with the reason', () => {
    for (const type of ['llama', 'qwen2', 'qwen3']) {
      assert.throws(() => detectFamily({ ...llama, model_type: type }, bare), refused(/causal language model/));
    }
    const gpt2 = { model_type: 'gpt2', n_embd: 64, n_layer: 2, n_head: 4, n_positions: 64, vocab_size: 300 };
    assert.throws(() => detectFamily(gpt2, bare), refused(/causal GPT-2/));
  });

  it('refuses unknown models and variants with the reason', () => {
    assert.throws(() => detectFamily({ model_type: 'mamba' }, bare), refused(/type "mamba"/));
    assert.throws(() => detectFamily({ model_type: 'bd3lm' }, bare), refused(/block diffusion/));
    for (const type of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
      assert.throws(() => detectFamily({ model_type: type }, bare), refused(new RegExp(`"${type}" are not known`)));
    }
    assert.throws(() => detectFamily({}, bare), refused(/no model_type/));
    assert.throws(() => detectFamily([], bare), refused(/config\.json/));
    const dream = { ...llama, model_type: 'Dream', mask_token_id: 299 };
    assert.throws(() => detectFamily({ ...dream, hidden_act: 'gelu' }, bare), refused(/hidden_act/));
    assert.throws(() => detectFamily({ ...dream, rope_scaling: { type: 'yarn' } }, bare), refused(/rope_scaling/));
    assert.throws(() => detectFamily({ ...dream, use_sliding_window: true }, bare), refused(/use_sliding_window/));
  });

  it('asks for what no file says, and takes an answer', () => {
    const config = { ...llama, model_type: 'a2d-qwen2' };
    assert.deepEqual(
      detectFamily(config, bare).questions.map(({ answer }) => answer),
      ['mask'],
    );
    const answered = detectFamily(config, bare, { mask: 299, shift: true, endOfMiddle: null });
    assert.deepEqual(answered.questions, []);
    assert.deepEqual([answered.tokens.mask, answered.architecture.shift], [299, true]);
    // A person who names the mask of an ordinary type says that it is a diffusion model.
    assert.equal(detectFamily({ ...llama, model_type: 'qwen2' }, bare, { mask: 299 }).family, 'open-dcoder');
  });

  it("refuses SEDD's configuration beside MDLM's tensors, which have the same shapes", async () => {
    const { config, tokenizer } = await filesOf('sedd');
    assert.throws(
      () => detectFamily(config, tokenizer, {}, ['backbone.vocab_embed.embedding']),
      refused(/config\.json is SEDD's, .* MDLM's/),
    );
    assert.equal(detectFamily(config, tokenizer, {}, ['vocab_embed.embedding']).family, 'sedd');
  });

  it("tells DiffuGPT by its tensors' names", () => {
    const gpt2 = { model_type: 'gpt2', n_embd: 64, n_layer: 2, n_head: 4, n_positions: 64, vocab_size: 300 };
    const { family, questions } = detectFamily(gpt2, bare, {}, ['denoise_model.wpe.weight']);
    assert.equal(family, 'diffugpt');
    assert.match(questions[0]!.text, /mask token/);
  });

  void describe('the mask', () => {
    const questions = async (name: Checkpoint, config: Json, answers: ConversionAnswers = {}): Promise<string[][]> => {
      const files = await filesOf(name);
      const found = detectFamily({ ...files.config, ...config }, files.tokenizer, answers).questions;
      return found.map(({ answer, text }) => [answer, text]);
    };

    it('is asked for where its id is none of the network', async () => {
      for (const [config, answers, id] of [
        [{ mask_token_id: 301 }, {}, 301],
        [{}, { mask: 5000 }, 5000],
      ] as const) {
        const [question, ...more] = await questions('dream', config, answers);
        assert.deepEqual(more, []);
        assert.equal(question?.[0], 'mask');
        assert.match(question[1] ?? '', new RegExp(`id ${id} of the mask token is not .* 0 to 300\\. .*\\?$`));
      }
    });

    it('is asked about where it is an ordinary token', async () => {
      const { tokenizer } = await filesOf('dream');
      const { vocab } = tokenizer['model'] as { vocab: Record<string, number> };
      const [spelling, id] = Object.entries(vocab).find(([text]) => /^Ġ[a-z]+$/.test(text)) ?? ['', 0];
      for (const [config, answers] of [
        [{ mask_token_id: id }, {}],
        [{}, { mask: id }],
      ] as const) {
        const named = 'mask_token_id' in config ? { mask: id } : {};
        const [question] = await questions('dream', config, { ...named, ...answers });
        assert.equal(question?.[0], 'ordinaryMask');
        assert.ok(question[1]?.includes(JSON.stringify(spelling.replace('Ġ', ' '))), question[1]);
        assert.deepEqual(await questions('dream', config, { mask: id, ordinaryMask: true }), []);
        assert.deepEqual(
          (await questions('dream', config, { mask: id, ordinaryMask: false })).map(([asked]) => asked),
          ['mask'],
        );
      }
      assert.deepEqual(await questions('dream', {}, { mask: 297 }), [], 'a special token may be one');
      assert.match((await questions('dream', {}, { mask: 299 }))[0]?.[1] ?? '', /begin or end .* cannot be the mask/);
    });

    it('is asked for where configuration and tokenizer name two', async () => {
      const { tokenizer } = await filesOf('dream');
      const mask = (tokenizer['added_tokens'] as { id: number; content: string }[]).find(
        ({ content }) => content === '<|mask|>',
      );
      assert.equal(mask?.id, 300);
      const [question] = await questions('dream', { mask_token_id: 297 });
      assert.match(
        question?.[1] ?? '',
        /config\.json says .* 297, the tokenizer says 300: one of them may be another model's/,
      );
      assert.deepEqual(await questions('dream', { mask_token_id: 297 }, { mask: 297 }), []);
      assert.match(
        (await questions('dream', { mask_token_id: 4e6 }))[0]?.[1] ?? '',
        /config\.json, mask_token_id: The id 4000000 of the mask token is not/,
      );
    });

    it('is what the tokenizer says where the configuration states no id, whatever stands there', async () => {
      for (const mask_token_id of [-1, null, '300', true, {}, [300]]) {
        assert.deepEqual(await questions('dream', { mask_token_id }), [], JSON.stringify(mask_token_id));
        assert.deepEqual(await questions('dream', { mask_token_id }, { mask: 297 }), []);
      }
    });

    it('is asked for where the tokenizer has several, unless the configuration says which', async () => {
      const { config, tokenizer } = await filesOf('a2d-qwen3');
      const added = tokenizer['added_tokens'] as { id: number; content: string }[];
      const mask = added.find(({ content }) => content === '<|mask|>');
      const second = { ...mask, id: 297, content: '<mask>' };
      const both = { ...tokenizer, added_tokens: [...added.filter(({ id }) => id !== 297), second] };
      const [question] = detectFamily(config, both).questions;
      assert.deepEqual(
        [question?.answer, question?.text],
        ['mask', 'The tokenizer has several mask tokens: <|mask|> (299), <mask> (297). Which id has the mask token?'],
      );
      for (const id of [297, 299]) {
        assert.deepEqual(detectFamily({ ...config, mask_token_id: id }, both).questions, []);
        assert.deepEqual(detectFamily(config, both, { mask: id }).questions, []);
      }
    });

    it('of the small DiffuGPT is known to be an ordinary token', async () => {
      const { config, tokenizer } = await filesOf('diffugpt');
      const vocab = { a: 10541, b: 10542 };
      const asked = (mask: number, family: Json): string[] =>
        detectFamily({ ...family, vocab_size: 50_257 }, { ...tokenizer, model: { vocab } }, { mask }).questions.map(
          ({ answer }) => answer,
        );
      assert.deepEqual(asked(10541, config), []);
      assert.deepEqual(asked(10542, config), ['ordinaryMask']);
      assert.deepEqual(asked(10541, (await filesOf('dream')).config), ['ordinaryMask']);
    });
  });
});
