import { compareAt, denoiseAt, fillAt, fillLines, lineOf } from '../drawing.js';
import { type Scenario, TINY, TINY_ONE } from '../scenario.js';
import { checkpointPath } from '../../engine/fixtures.js';
import { addCheckpoint } from './checkpoints.js';
import { drawn, PLACES, selected, SPECIAL } from './drawings.js';

/** Where the bundled model is so sure that every processor's rounding says the same. */
const SURE = ['ts return', 'rust call', 'json array end', 'middle of a word'];

/** Some of everything, for the unit tests: 32-bit weights, as other processors round 8-bit products differently. */
export function shortScenarios(): Scenario[] {
  const tiny = ['--model', TINY.fp32];
  const one = ['--model', TINY_ONE.fp32];
  const llada = ['--model', 'llada'];
  return [
    {
      name: 'bundled',
      calls: [
        fillLines(
          'lines',
          [],
          SURE.map((name) => lineOf(drawn(name))),
        ),
      ],
    },
    {
      name: 'tiny',
      calls: [
        fillLines(
          'lines',
          tiny,
          [...PLACES.slice(0, 6), ...SPECIAL.slice(10, 18)].map((place) => lineOf(place)),
        ),
        compareAt(drawn('ts return'), 'every sampler', [...tiny, '--samplers', 'all', '--steps', '5', '--json']),
        fillAt(drawn('py block'), 'trace', [
          ...[...tiny, '--json', '--trace', '--candidates', '2', '--temperature', '0.7', '--seed', '3', '--steps', '4'],
        ]),
        denoiseAt(selected('pins'), 'denoise', [...tiny, '--json', '--strength', '0.8']),
        denoiseAt(selected('crlf'), 'denoise crlf', [...tiny, '--strength', '1']),
        fillAt(drawn('ts return'), 'refused', [...tiny, '--sampler', 'p2', '--remask', 'cap']),
      ],
    },
    {
      name: 'one network',
      calls: [
        fillLines(
          'lines',
          one,
          [...PLACES.slice(0, 6), ...SPECIAL.slice(10, 18)].map((place) => lineOf(place)),
        ),
        compareAt(drawn('ts return'), 'every sampler', [...one, '--samplers', 'all', '--steps', '5', '--json']),
        denoiseAt(selected('pins'), 'denoise', [...one, '--json', '--strength', '0.8']),
        fillAt(drawn('ts return'), 'refused', [...one, '--length', 'expand']),
      ],
    },
    {
      name: 'checkpoints',
      calls: [
        addCheckpoint(checkpointPath('llada'), 'llada', ['--precision', 'fp32', '--context-cache', 'dual']),
        addCheckpoint(checkpointPath('sedd'), 'sedd', ['--precision', 'fp32']),
        fillLines(
          'llada lines',
          llada,
          PLACES.slice(0, 4).map((place) => lineOf(place, { steps: 12 })),
        ),
        compareAt(drawn('ts return'), 'sedd, every sampler', [
          ...['--model', 'sedd', '--samplers', 'all', '--steps', '3', '--json'],
        ]),
      ],
    },
  ];
}
