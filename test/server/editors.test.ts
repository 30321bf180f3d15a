import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as z from 'zod';
import { post, servedTiny, type TinyServer } from './servedTiny.js';

const PREFIX = 'function add(a, b) {\n  return ';
const SUFFIX = ';\n}\n';
const ENDS = ['<|endoftext|>', '<|fim_prefix|>', '<|fim_middle|>', '<|fim_suffix|>'];
const EXTRA = [{ text: 'const sum = add(1, 2);\n', time: 1_700_000_000_000, filename: '/home/me/sum.js' }];

/** What each editor's plugin reads of an answer; none of them may find something else there. */
const zed = z.object({
  id: z.string(),
  object: z.string(),
  created: z.int().min(0),
  model: z.string(),
  choices: z.array(z.object({ text: z.string(), finish_reason: z.string().nullable() })).min(1),
  usage: z.object({ prompt_tokens: z.int(), completion_tokens: z.int(), total_tokens: z.int() }),
});
const llmLs = z.object({ choices: z.array(z.object({ text: z.string() })).min(1) });
const llamaVscode = z.object({
  content: z.string(),
  tokens_cached: z.number(),
  truncated: z.boolean(),
  timings: z.object({
    prompt_n: z.number(),
    prompt_ms: z.number(),
    prompt_per_second: z.number(),
    predicted_n: z.number(),
    predicted_ms: z.number(),
    predicted_per_second: z.number(),
  }),
});
const piece = z.object({ choices: z.array(z.object({ text: z.string() })).min(1) });

/** A stream as Continue and twinny read it: pieces of the first choice, until the mark of its end. */
function streamed(text: string): string {
  const lines = text.split('\n').filter((line) => line.startsWith('data: '));
  assert.equal(lines.at(-1), 'data: [DONE]');
  return lines
    .slice(0, -1)
    .map((line) => piece.parse(JSON.parse(line.slice('data: '.length))).choices[0]?.text ?? '')
    .join('');
}

describe('what editors send is answered in the form that they read', () => {
  let server: TinyServer;
  let plain: string;
  before(async () => {
    server = await servedTiny();
    const answer = await post(`${server.url}/v1/completions`, { prompt: PREFIX, suffix: SUFFIX });
    plain = zed.parse(await answer.json()).choices[0]?.text ?? '';
    assert.notEqual(plain, '');
  });
  after(async () => server.close());
  const ask = async (path: string, body: unknown, headers: Record<string, string> = {}): Promise<string> => {
    const response = await post(server.url + path, body, headers);
    const text = await response.text();
    assert.equal(response.status, 200, text);
    return text;
  };

  test('Zed', async () => {
    const prompts = [
      `<|fim_prefix|>${PREFIX}<|fim_suffix|>${SUFFIX}<|fim_middle|>`,
      `<PRE> ${PREFIX} <SUF>${SUFFIX} <MID>`,
      `<|code_prefix|>${PREFIX}<|code_suffix|>${SUFFIX}<|code_middle|>`,
      `[SUFFIX]${SUFFIX}[PREFIX]${PREFIX}`,
    ];
    for (const prompt of prompts) {
      const body = { model: 'infill', prompt, max_tokens: 64, stop: ENDS };
      const answer = zed.parse(JSON.parse(await ask('/v1/completions', body)));
      assert.equal(answer.choices[0]?.text, plain, prompt);
    }
  });

  test('Continue', async () => {
    const body = {
      model: 'infill',
      prompt: `<fim_prefix>${PREFIX}<fim_suffix>${SUFFIX}<fim_middle>`,
      max_tokens: 4096,
      temperature: 0,
      frequency_penalty: 0,
      stream: true,
      stop: [...ENDS, '<file_sep>', '</fim_middle>', '</code>', '/src/', '#- coding: utf-8', '```'].concat(
        Array.from({ length: 20 }, (_, i) => `\nkeyword${String(i)}`),
      ),
    };
    const headers = { authorization: 'Bearer none', 'api-key': 'none' };
    assert.equal(streamed(await ask('/v1/completions', body, headers)), plain);
  });

  test('twinny', async () => {
    const context = '<|file_sep|>sum.js\nconst sum = 1;\n<|file_sep|>add.js\n';
    const prompt = `${context}<|fim_prefix|>${PREFIX}<|fim_suffix|>${SUFFIX}<|fim_middle|>`;
    for (const own of [
      { model: 'infill', temperature: 0, max_tokens: 512, stop: ENDS },
      { model: 'infill', keep_alive: '5m', options: { temperature: 0.2, num_predict: 512, stop: ENDS } },
      { temperature: 0, n_predict: -1 },
    ]) {
      assert.equal(streamed(await ask('/v1/completions', { prompt, stream: true, ...own })), plain);
    }
  });

  test('llm.nvim', async () => {
    const body = {
      prompt: `<fim_prefix>${PREFIX}<fim_suffix>${SUFFIX}<fim_middle>`,
      model: 'infill',
      max_tokens: 60,
      temperature: 0,
      top_p: 0.949999988079071,
      stop: null,
    };
    assert.equal(llmLs.parse(JSON.parse(await ask('/v1/completions', body))).choices[0]?.text, plain);
  });

  test('llama.vscode: one completion, several, and the warming of its cache', async () => {
    const body = {
      id_slot: 0,
      input_prefix: 'function add(a, b) {\n',
      input_suffix: SUFFIX,
      input_extra: EXTRA,
      prompt: '  return ',
      n_predict: 128,
      n_cmpl: 1,
      top_k: 40,
      top_p: 0.99,
      stream: false,
      samplers: ['top_k', 'top_p', 'infill'],
      cache_prompt: true,
      n_indent: 2,
      t_max_prompt_ms: 500,
      t_max_predict_ms: 60_000,
      lora: [{ id: 0, scale: 0.5 }],
    };
    assert.equal(llamaVscode.parse(JSON.parse(await ask('/infill', body))).content, plain);
    const several = z.array(llamaVscode).parse(JSON.parse(await ask('/infill', { ...body, n_cmpl: 3 })));
    assert.equal(several[0]?.content, plain);
    const warm = { ...body, n_predict: 0, samplers: [], t_max_predict_ms: 1 };
    assert.equal(llamaVscode.parse(JSON.parse(await ask('/infill', warm))).content, '');
    assert.equal(
      z.object({ status: z.string() }).parse(await (await fetch(`${server.url}/health`)).json()).status,
      'ok',
    );
  });

  test('llama.vim looks for a brace and "content" before it reads the rest', async () => {
    const text = await ask('/infill', {
      input_prefix: 'function add(a, b) {\n',
      input_suffix: SUFFIX,
      input_extra: EXTRA,
      prompt: '  return ',
      stop: ['\n\n'],
      response_fields: ['content', 'timings/prompt_n', 'truncated', 'tokens_cached'],
    });
    assert.match(text, /^\{.*"content"\s*:\s*"/u);
    assert.ok(!text.includes('\n'), 'it reads line by line');
  });
});
