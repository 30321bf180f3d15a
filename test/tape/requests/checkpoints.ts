import { compareAt, denoiseAt, fillAt, fillLines, lineOf } from '../drawing.js';
import { checkpointPath, CHECKPOINTS } from '../../engine/fixtures.js';
import type { Call, Scenario } from '../scenario.js';
import { drawn, PLACES, selected } from './drawings.js';

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
      addCheckpoint(checkpointPath(family), 'fp32', ['--precision', 'fp32', '--license', 'MIT']),
      addCheckpoint(checkpointPath(family), 'int8', ['--precision', 'int8']),
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
        addCheckpoint(checkpointPath('llada'), kind, ['--precision', 'fp32', '--context-cache', kind]),
      ),
      ...kinds.map((kind) => fillLines(`${kind} lines`, ['--model', kind], lines)),
      fillAt(drawn('ts loop body'), 'dual trace', ['--model', 'dual', '--json', '--trace', '--steps', '12']),
      addCheckpoint(checkpointPath('dream'), 'int4', ['--precision', 'int4']),
      fillLines('int4 lines', ['--model', 'int4'], lines),
      addCheckpoint(checkpointPath('a2d-qwen3'), 'shifted', ['--shift', 'yes']),
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
  const expand = (name: string, model: string, length: string): Call =>
    fillAt(drawn('ts return'), name, ['--model', model, '--json', '--trace', '--steps', '12', '--length', length]);
  const manifest = 'home/models/grows/manifest.json';
  return {
    name: 'checkpoints that expand',
    copies: [{ from: checkpointPath('dream'), to: 'dreamon' }],
    calls: [
      {
        ...addCheckpoint('dreamon', 'expands', ['--precision', 'fp32']),
        edits: { 'dreamon/tokenizer.json': (text) => text.replaceAll('<|im_start|>', '<|expand|>') },
      },
      ...['expand', 'expand:from=3', 'auto'].map((length) => expand(length, 'expands', length)),
      addCheckpoint('dreamon', 'grows', ['--precision', 'fp32']),
      // Whose token for longer canvases is one that its random weights find likely.
      { ...expand('likely to grow', 'grows', 'expand'), edits: { [manifest]: withLikelyExpand } },
      expand('likely to grow, from 3', 'grows', 'expand:from=3'),
    ],
  };
}

function withLikelyExpand(text: string): string {
  const manifest = JSON.parse(text) as { readonly tokens: Record<string, number> };
  manifest.tokens['expand'] = 13;
  return JSON.stringify(manifest);
}
