import { compareAt, denoiseAt, fillAt, fillLines, lineOf } from '../drawing.js';
import { ONE_THREAD, type Scenario } from '../scenario.js';
import { drawn, PLACES, selected, SELECTIONS, SPECIAL } from './drawings.js';

/** The bundled model, which is the one where none is named. */
export function bundled(): Scenario[] {
  const some = PLACES.slice(0, 3);
  const every = (steps: readonly number[], places = PLACES) =>
    places.flatMap((place) => steps.map((count) => lineOf(place, { steps: count })));
  return [
    {
      name: 'bundled lines',
      calls: [
        fillLines('one, temperature 0', [], [...every([8]), ...SPECIAL.map((place) => lineOf(place))]),
        fillLines('one, temperature 0, other steps', [], every([1, 64], PLACES.slice(0, 8))),
        fillLines(
          'lengths',
          [],
          [1, 5, 16, 96].map((maxTokens) => lineOf(drawn('ts loop body'), { maxTokens })),
        ),
      ],
    },
    {
      name: 'bundled alternatives',
      calls: [
        fillLines('three, temperature 0', ['--candidates', '3'], every([8], PLACES.slice(0, 8))),
        fillLines('three, temperature 0, other steps', ['--candidates', '3'], every([1, 64], some)),
        fillLines(
          'three, temperature 0.7',
          ['--candidates', '3', '--temperature', '0.7', '--seed', '7'],
          every([1, 8, 64], some),
        ),
      ],
    },
    {
      name: 'bundled sampled',
      calls: [
        fillLines('one, temperature 0.7', ['--temperature', '0.7', '--seed', '5'], every([8], PLACES.slice(0, 8))),
        fillLines('one, temperature 0.7, other steps', ['--temperature', '0.7', '--seed', '6'], every([1, 64], some)),
        fillLines('one, hot and narrow', ['--temperature', '1.3', '--top-p', '0.6', '--seed', '1'], every([8], some)),
      ],
    },
    {
      name: 'bundled options',
      calls: [
        fillLines('sure only', ['--min-confidence', '0.8'], every([8], PLACES.slice(0, 5))),
        fillLines('ends early', ['--stop-below', '0.9'], every([8], PLACES.slice(1, 5))),
        fillLines('one line', ['--multiline', 'never'], every([8], PLACES.slice(1, 5))),
        fillLines('a block', ['--multiline', 'always'], every([8], PLACES.slice(1, 5))),
        fillLines('length cal', ['--length', 'cal'], every([8], some)),
        fillLines('length fixed', ['--length', 'fixed', '--max-tokens', '12'], every([8], some)),
        fillLines('p2', ['--sampler', 'p2'], every([8], some)),
        fillLines('remasking', ['--sampler', 'mdlm-ancestral', '--remask', 'conf', '--seed', '3'], every([8], some)),
      ],
    },
    {
      name: 'bundled files',
      calls: [
        fillAt(drawn('ts return'), 'trace', ['--json', '--trace', '--candidates', '3']),
        fillAt(drawn('py block'), 'trace of 64 steps', ['--json', '--trace', '--steps', '64']),
        fillAt(drawn('py return'), 'steps for a person', ['--trace']),
        fillAt(drawn('far from both ends'), 'far from both ends', ['--json']),
        compareAt(drawn('py return'), 'every sampler', ['--samplers', 'all', '--steps', '6', '--json']),
        { name: 'demo', args: ['demo', ...ONE_THREAD] },
      ],
    },
    {
      name: 'bundled denoise',
      calls: [
        ...SELECTIONS.map((selection) => denoiseAt(selection, selection.name, ['--json'])),
        denoiseAt(selected('several windows'), 'several windows, all', ['--json', '--strength', '1', '--steps', '16']),
        denoiseAt(selected('block'), 'sampled', ['--json', '--temperature', '0.7', '--seed', '4', '--strength', '0.8']),
      ],
    },
  ];
}
