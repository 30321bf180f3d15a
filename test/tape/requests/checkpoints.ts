import path from 'node:path';
import { compareAt, denoiseAt, fillAt, fillLines, lineOf } from '../drawing.js';
import { type Call, ROOT, type Scenario } from '../scenario.js';
import { drawn, PLACES, selected } from './drawings.js';

const CHECKPOINTS = [
  'llada',
  'dream',
  'open-dcoder',
  'a2d-qwen2',
  'a2d-qwen3',
  'diffugpt',
  'sedd',
  'sedd-uniform',
  'mdlm',
];

export function checkpointFolder(name: string): string {
  return path.join(ROOT, 'test/fixtures/checkpoints', name);
}

/** Imports a checkpoint as `as`; every file that is written belongs to the tape. */
export function addCheckpoint(source: string, as: string, options: readonly string[]): Call {
  const args = ['models', 'add', source, '--name', as, '--json', ...options];
  return { name: `add ${as}`, args, written: [`home/models/${as}`] };
}

/** Every family of checkpoints: imported, and asked. */
export function checkpoints(): Scenario[] {
  return [...CHECKPOINTS.map(ofFamily), caches(), expanding()];
}

function ofFamily(family: string): Scenario {
  const uniform = family === 'sedd-uniform';
  const model = ['--model', 'fp32'];
  const own = uniform ? 'sedd-euler' : 'mdlm-ancestral';
  return {
    name: `checkpoints ${family}`,
    calls: [
      addCheckpoint(checkpointFolder(family), 'fp32', ['--precision', 'fp32', '--license', 'MIT']),
      addCheckpoint(checkpointFolder(family), 'int8', ['--precision', 'int8']),
      fillAt(drawn('ts return'), 'trace', [...model, '--json', '--trace', '--candidates', '2', '--steps', '6']),
      fillAt(drawn('py block'), 'sampled', [
        ...[...model, '--json', '--trace', '--temperature', '0.7', '--seed', '3', '--sampler', own, '--steps', '5'],
      ]),
      fillLines(
        'fp32 lines',
        model,
        PLACES.slice(0, 4).map((place) => lineOf(place, { steps: 5 })),
      ),
      fillLines(
        'int8 lines',
        ['--model', 'int8'],
        PLACES.slice(0, 4).map((place) => lineOf(place, { steps: 5 })),
      ),
      compareAt(drawn('ts return'), 'every sampler', [...model, '--samplers', 'all', '--steps', '2,8', '--json']),
      denoiseAt(selected('pins'), 'denoise', [...model, '--json', '--strength', '0.7']),
      denoiseAt(selected('several windows'), 'denoise several windows', [...model, '--json', '--strength', '0.3']),
    ],
  };
}

/** Keys and values that are kept between steps, and 4-bit weights. */
function caches(): Scenario {
  const kinds = ['prefix', 'dual'];
  const lines = PLACES.slice(0, 4).map((place) => lineOf(place, { steps: 12 }));
  return {
    name: 'checkpoints with other choices',
    calls: [
      ...kinds.map((kind) =>
        addCheckpoint(checkpointFolder('llada'), kind, ['--precision', 'fp32', '--context-cache', kind]),
      ),
      ...kinds.map((kind) => fillLines(`${kind} lines`, ['--model', kind], lines)),
      fillAt(drawn('ts loop body'), 'dual trace', ['--model', 'dual', '--json', '--trace', '--steps', '12']),
      addCheckpoint(checkpointFolder('dream'), 'int4', ['--precision', 'int4']),
      fillLines('int4 lines', ['--model', 'int4'], lines),
      addCheckpoint(checkpointFolder('a2d-qwen3'), 'shifted', ['--shift', 'yes']),
      fillLines('shifted lines', ['--model', 'shifted'], lines),
      { name: 'list', args: ['models', 'list', '--json'] },
      { name: 'use', args: ['models', 'use', 'dual'] },
      { name: 'verify', args: ['models', 'verify', 'dual'] },
      { name: 'remove', args: ['models', 'remove', 'dual', '--yes'] },
      { name: 'remove what is not there', args: ['models', 'remove', 'dual', '--yes'] },
      { name: 'list where the default is gone', args: ['models', 'list', '--json'], written: ['home/models'] },
    ],
  };
}

/** A checkpoint with tokens for longer and shorter canvases (DreamOn): none of the tiny ones has them. */
function expanding(): Scenario {
  const model = ['--model', 'expands', '--json', '--trace', '--length'];
  return {
    name: 'checkpoints that expand',
    copies: [
      {
        from: checkpointFolder('dream'),
        to: 'dreamon',
        file: 'tokenizer.json',
        change: withExpand,
      },
    ],
    calls: [
      addCheckpoint('dreamon', 'expands', ['--precision', 'fp32']),
      ...[1, 2, 3, 4].map((seed) =>
        fillAt(drawn('ts return'), `expand, seed ${seed}`, [
          ...[...model, 'expand:from=3', '--temperature', '2', '--top-p', '1', '--seed', String(seed), '--steps', '12'],
        ]),
      ),
      fillAt(drawn('ts return'), 'expand, likeliest', [...model, 'expand', '--steps', '12']),
      fillAt(drawn('ts return'), 'auto', [...model, 'auto', '--steps', '12']),
    ],
  };
}

/** Dream's tokenizer with a token for longer canvases, whose id is one that random weights find likely. */
function withExpand(text: string): string {
  const tokenizer = JSON.parse(text) as {
    readonly added_tokens: { id: number; content: string }[];
    readonly model: { readonly vocab: Record<string, number> };
  };
  const { vocab } = tokenizer.model;
  const token = tokenizer.added_tokens.find(({ content }) => content === '<|im_start|>')!;
  [token.content, token.id, vocab['>']] = ['<|expand|>', vocab['>']!, token.id];
  return JSON.stringify(tokenizer);
}
