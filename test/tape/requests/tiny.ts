import { compareAt, denoiseAt, fillAt, fillLines, lineOf } from '../drawing.js';
import { ONE_THREAD, type Call, type Scenario, TINY, TINY_ONE } from '../scenario.js';
import { drawn, PLACES, selected, SELECTIONS, SPECIAL } from './drawings.js';

export const SAMPLERS = [
  'entropy-bound',
  'entropy-bound:bound=3',
  'sedd-analytic',
  'sedd-analytic:schedule=geometric',
  'sedd-euler',
  'mdlm-ancestral',
  'mdlm-ancestral:schedule=cosine',
  'first-hitting',
  'llada-low-confidence',
  'llada-low-confidence:block=4',
  'llada-low-confidence:end-last=true',
  'llada-random',
  'dream-origin',
  'dream-maskgit-plus',
  'dream-maskgit-plus:alg-temp=0.5',
  'dream-topk-margin',
  'dream-entropy',
  'fast-dllm-threshold',
  'fast-dllm-threshold:threshold=0.3,block=8',
  'fast-dllm-factor',
  'fast-dllm-factor:factor=2',
  'p2',
];
export const REMASKINGS = [
  'none',
  'cap',
  'cap:eta=0.3',
  'rescale:eta=0.3',
  'conf',
  'loop',
  'loop:eta=0.2,on=0.7,off=0.2',
];
export const LENGTHS = ['auto', 'fixed', 'cal', 'cal:from=3,patience=2', 'expand', 'expand:from=3'];
const TRACE = ['--json', '--trace', '--steps', '6', '--seed', '2'];

/** The tiny models with everything that the command line accepts. Their weights are random, so their texts mean nothing. */
export function tiny(): Scenario[] {
  const models = { ...TINY, 'one network fp32': TINY_ONE.fp32, 'one network int8': TINY_ONE.int8 };
  return Object.entries(models).flatMap(([precision, folder]) => {
    const model = ['--model', folder];
    return [
      {
        name: `tiny ${precision} traces`,
        calls: [
          ...SAMPLERS.map((sampler) =>
            fillAt(drawn('ts loop body'), `sampler ${sampler}`, [...model, ...TRACE, '--sampler', sampler]),
          ),
          ...REMASKINGS.map((remask) =>
            fillAt(drawn('py block'), `remask ${remask}`, [
              ...model,
              ...TRACE,
              '--sampler',
              'mdlm-ancestral',
              '--remask',
              remask,
            ]),
          ),
          ...LENGTHS.map((length) =>
            fillAt(drawn('ts return'), `length ${length}`, [
              ...model,
              ...TRACE,
              '--length',
              length,
              '--max-tokens',
              '16',
            ]),
          ),
        ],
      },
      {
        name: `tiny ${precision} lines`,
        calls: [
          fillLines(
            'every place',
            model,
            [...PLACES, ...SPECIAL].map((place) => lineOf(place)),
          ),
          fillLines(
            'every place, three, sampled',
            [...model, '--candidates', '3', '--temperature', '0.7', '--seed', '9'],
            [...PLACES, ...SPECIAL].map((place) => lineOf(place, { steps: 5 })),
          ),
          compareAt(drawn('ts return'), 'every sampler', [
            ...model,
            '--samplers',
            'all',
            '--steps',
            '1,4,16',
            '--json',
          ]),
          compareAt(drawn('py return'), 'every sampler, sampled', [
            ...[...model, '--samplers', `all`, '--steps', '5', '--temperature', '0.7', '--seed', '3', '--json'],
          ]),
          compareAt(drawn('py return'), 'for a person', [
            ...[
              ...model,
              '--samplers',
              'p2,mdlm-ancestral+cap:eta=0.02,llada-low-confidence:block=8',
              '--steps',
              '4,8',
            ],
          ]),
          fillAt(drawn('crlf block'), 'crlf', [...model, '--json', '--multiline', 'always']),
          fillAt(drawn('crlf'), 'write', [...model, '--write', '--candidates', '2']),
          { name: 'models where none was added', args: ['models', 'list', '--json'], written: ['crlf.ts'] },
        ],
      },
      denoised(precision, model),
    ];
  });
}

function denoised(precision: string, model: readonly string[]): Scenario {
  const calls: Call[] = [
    ...SELECTIONS.map((selection) => denoiseAt(selection, selection.name, [...model, '--json', '--trace'])),
    ...['0.05', '0.3', '1'].flatMap((strength) =>
      ['several windows', 'crlf'].map((name) =>
        denoiseAt(selected(name), `${name}, strength ${strength}`, [...model, '--json', '--strength', strength]),
      ),
    ),
    denoiseAt(selected('pins'), 'sampled', [
      ...model,
      '--json',
      '--temperature',
      '0.9',
      '--seed',
      '8',
      '--strength',
      '1',
    ]),
    ...['p2', 'sedd-euler', 'dream-entropy', 'llada-low-confidence:block=4'].map((sampler) =>
      denoiseAt(selected('block'), `sampler ${sampler}`, [
        ...model,
        '--json',
        '--sampler',
        sampler,
        '--strength',
        '0.9',
      ]),
    ),
    denoiseAt(selected('block'), 'remask', [
      ...model,
      '--json',
      '--sampler',
      'mdlm-ancestral',
      '--remask',
      'cap:eta=0.2',
    ]),
    denoiseAt(selected('block'), 'length cal', [...model, '--json', '--length', 'cal']),
    denoiseAt(selected('emoji and cjk'), 'steps for a person', [...model, '--trace', '--strength', '1']),
    { ...denoiseAt(selected('crlf'), 'write', [...model, '--write', '--strength', '1']), written: ['crlf.ts'] },
  ];
  return { name: `tiny ${precision} denoise`, calls };
}

type Recommended = Readonly<Record<string, unknown>>;

/** Copies of a tiny model whose manifest recommends something else: what no option of the command line can say. */
const RECOMMENDED: Readonly<Record<string, Recommended>> = {
  drafts: { draftTokens: 4, draftAhead: 2, draftConfidence: 0.1 },
  'ranked ends': { rankEnds: true, missingPrior: 8, characterPrior: 0.4 },
  preamble: { preamble: 24 },
  canvases: { lineCanvas: 8, blockCanvas: 16, positionsPerStep: 2 },
  calibrated: { calibration: { joint: 1.5, end: 0.08, constant: 1.02 }, minConfidence: 0.2 },
  'stop early': { stopEvidence: 0.8, stopBelow: 0.02, entropyBound: 0 },
  'no mix': { absorb: false, encoderMix: 0, entropyBound: 5 },
  'by steps': { bySteps: [{ upTo: 4, entropyBound: 2, absorb: false, preamble: 16 }] },
  names: { sampler: 'mdlm-ancestral', remask: 'cap:eta=0.2', length: 'fixed' },
};

export function recommendations(): Scenario[] {
  return Object.entries(RECOMMENDED).map(([name, recommended]) => {
    const model = ['--model', 'model'];
    return {
      name: `tiny recommends ${name}`,
      copies: [{ from: TINY.fp32, to: 'model' }],
      calls: [
        {
          ...fillAt(drawn('ts loop body'), 'trace', [...model, '--json', '--trace', '--candidates', '2']),
          edits: { 'model/manifest.json': (text) => changed(text, recommended) },
        },
        fillLines(
          'lines',
          model,
          PLACES.slice(0, 6).map((place, i) => lineOf(place, { steps: [1, 4, 8][i % 3]! })),
        ),
        denoiseAt(selected('pins'), 'denoise', [...model, '--json']),
        ...(name === 'names' ? [{ name: 'demo', args: ['demo', ...model, ...ONE_THREAD] }] : []),
      ],
    };
  });
}

function changed(text: string, recommended: Recommended): string {
  const manifest = JSON.parse(text) as { readonly recommended: Recommended };
  return JSON.stringify({ ...manifest, recommended: { ...manifest.recommended, ...recommended } });
}
