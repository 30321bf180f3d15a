import { undisturbed } from '../../src/engine/network/runtime/machineProbe.js';
import {
  addCommand,
  memoryOf,
  statedCosts,
  STATED_CANVAS,
  STATED_STEPS,
} from '../../src/modelStore/catalogue/availableModels.js';
import { draftedModel, parametersOf } from '../../src/modelStore/catalogue/draftedModel.js';
import { PUBLIC_CHECKPOINTS, type PublicCheckpoint } from '../../src/modelStore/catalogue/publicCheckpoints.js';
import { choosePrecision } from '../../src/modelStore/add/choosePrecision.js';
import { CONTEXT_CACHES, type ContextCacheMode } from '../../src/shared/modelImport.js';
import type { MeasuredShape, MeasuredShapes } from './measuredShapes.js';
import { speedOf } from './machineRates.js';
import type { LeastMs } from './measureShape.js';

type Precision = MeasuredShape['precision'];

/** The checkpoint of which each combination was measured. */
const SMALL_CODER = 'Open-dCoder';
/** What people wait for an answer at most. */
const PATIENCE_MS = 1500;

/** docs/models.md: the table of public checkpoints with what was measured, and what follows from the machine's speed where nothing was. */
export function modelsPage(measured: MeasuredShapes): string {
  return [
    '# Models',
    '',
    'Infill comes with a model of its own. `infill models add`, or *Infill: Manage Models* in the editor, makes models of the public checkpoints below. `infill models available` lists',
    'them with what each would cost on your machine. Licences and sizes are those of their pages; look there before you use one, above all where the licence is not a free one.',
    '',
    'They compute the whole context in every step, so they are much slower than the bundled model, which reads it once. In return the small coders have four times its weights.',
    'How well they write was not measured here.',
    '',
    tableOf([
      ['model', 'made for', 'licence', 'parameters', 'download', 'add it with'],
      ...PUBLIC_CHECKPOINTS.map((each) => [
        `[${each.title}](https://huggingface.co/${each.repository})`,
        each.about,
        each.license === 'unknown' ? 'none stated' : each.license,
        billions(parametersOf(each.architecture)),
        gigabytes(each.downloadBytes),
        `\`${addCommand(each)}\``,
      ]),
    ]),
    '',
    "`FOLDER` is a folder with the model's `config.json` and weights and GPT-2's `tokenizer.json`, which these repositories lack. What dLLM's scripts make of Llama, and other sizes and",
    'versions of these families, are added in the same way.',
    '',
    '## What they cost',
    '',
    `What memory the inference process needs, estimated as \`infill models list\` does, and time with the longest context (640 tokens) and ${STATED_CANVAS} positions to fill, on two cores: ${measured.machine}.`,
    'What has a ≈ follows from what this machine computes and reads; the rest was measured with random weights of exactly this shape.',
    '',
    tableOf([
      [
        'model',
        'memory, 8 bits',
        '4 bits',
        'a step, 8 bits',
        '4 bits',
        `${STATED_STEPS} steps as added`,
        `the same, \`dual\``,
      ],
      ...PUBLIC_CHECKPOINTS.map((each) => costsRow(each, measured)),
    ]),
    '',
    `"As added" is what \`--precision auto\` chooses: 8 bits below three billion parameters, 4 bits from there on, for memory's sake. 4 bits halve the memory of the weights and take twice the`,
    'time, because a step is bound by multiplications and not by reading weights.',
    '',
    '`dual` is `infill models add ... --context-cache dual`: the keys and values of the context are computed in the first of eight steps and kept for the others, and only the canvas is computed',
    'in these. That is an approximation, because the context would see the canvas change. How much it costs in quality depends on the trained weights and was not measured here. The paper that',
    'it is from (Fast-dLLM, arXiv 2505.22618) reports small losses for LLaDA and Dream. `prefix` keeps what stands before the canvas alone.',
    '',
    '## What to expect',
    '',
    '- **0.5 billion parameters (Open-dCoder, dLLM Qwen2.5-Coder).** The ones to try on a laptop. Exact, they answer in some seconds when you ask; with `dual`, in about one.',
    '- **1.7 billion (dQwen3, CoDA).** With `dual` an answer takes some seconds on two cores: for *Suggest* by key, not for suggestions as you type.',
    '- **7 billion and more (DreamOn, Dream-Coder, DiffuCoder, Dream, LLaDA, iLLaDA).** Minutes on a processor. They are for graphics cards with room for them (`infill.device`; not measured',
    '  here), or for a server that many ask (`infill serve`).',
    '- **DiffuGPT, MDLM, SEDD.** Text of the web, no code: there to try samplers out.',
    '',
    `## ${STATED_STEPS} steps in ${(PATIENCE_MS / 1000).toFixed(1)} seconds with half a billion weights`,
    '',
    `Milliseconds of the first step, of each step after it, and of ${STATED_STEPS}, by what is kept, the tokens of context and the positions to fill. **Bold** is what keeps within ${(PATIENCE_MS / 1000).toFixed(1)} s.`,
    'These are the most steps that the editor takes by itself (`infill.steps`), and they fill at most 16 positions, two each; the command line takes as many as a model recommends, 32 of these.',
    '',
    smallCoder(measured),
    '',
    'With a full context and nothing kept, half a billion weights do not keep to it on two cores, at 4 bits even less than at 8. What does:',
    '',
    '- `--context-cache dual`: at 8 bits with the full context; at 4 bits for the rest of a line, or with `--context 240`.',
    '- About so much without any approximation: `--context 240` at 8 bits for the rest of a line. A third of the text around the hole is read, for a third of the time.',
    '',
    '---',
    '',
    'This page is written by `npm run bench -- shapes --record` from the table in `publicCheckpoints.ts` and from `bench/shapes/measured.json`, and a test compares them. Times are those on the clock, or of the',
    'processor for each thread where other work disturbed.',
    '',
  ].join('\n');
}

function costsRow(checkpoint: PublicCheckpoint, measured: MeasuredShapes): string[] {
  const auto = choosePrecision('auto', parametersOf(checkpoint.architecture)) as Precision;
  const time = (precision: Precision, cache: 'exact' | 'dual', what: 'step' | 'request'): string => {
    const found = requestOf(measured, checkpoint, precision, cache);
    if (found !== undefined) return seconds(what === 'step' ? ms(found.later) : requestMs(found, cache));
    const cost = statedCosts(checkpoint, precision, speedOf(measured))[cache];
    return `≈ ${seconds(what === 'step' ? cost.stepMs : cost.requestMs)}`;
  };
  return [
    checkpoint.title,
    gigabytes(memoryOf(checkpoint, 'int8')),
    gigabytes(memoryOf(checkpoint, 'int4')),
    time('int8', 'exact', 'step'),
    time('int4', 'exact', 'step'),
    time(auto, 'exact', 'request'),
    time(auto, 'dual', 'request'),
  ];
}

/** What was measured of a checkpoint, or of another one whose products have the same sizes. */
function requestOf(
  { shapes }: MeasuredShapes,
  checkpoint: PublicCheckpoint,
  precision: Precision,
  contextCache: ContextCacheMode,
): MeasuredShape['requests'][number] | undefined {
  const found = shapes.find((shape) => {
    const of = PUBLIC_CHECKPOINTS.find(({ title }) => title === shape.title);
    return (
      of !== undefined &&
      sizesOf(of) === sizesOf(checkpoint) &&
      shape.precision === precision &&
      shape.contextCache === contextCache
    );
  });
  const { prefix, suffix } = draftedModel(checkpoint, { precision, contextCache }).limits;
  return found?.requests.find((each) => each.prefix + each.suffix === prefix + suffix && each.canvas === STATED_CANVAS);
}

function sizesOf({ architecture: a }: PublicCheckpoint): string {
  const sizes = [
    a.hiddenSize,
    a.layers,
    a.attentionHeads,
    a.keyValueHeads,
    a.headSize,
    a.feedForwardSize,
    a.vocabularySize,
  ];
  return `${a.network} ${sizes.join(' ')}`;
}

function smallCoder({ shapes }: MeasuredShapes): string {
  const canvases = [...new Set(shapes.flatMap(({ requests }) => requests.map(({ canvas }) => canvas)))].sort(
    (a, b) => a - b,
  );
  const rows = shapes
    .filter(({ title }) => title === SMALL_CODER)
    .sort((a, b) => orderOf(a) - orderOf(b))
    .flatMap(({ precision, contextCache, requests }) =>
      [...new Set(requests.map(({ prefix, suffix }) => prefix + suffix))].map((context) => [
        precision === 'int8' ? '8 bits' : '4 bits',
        contextCache,
        String(context),
        ...canvases.map((canvas) => {
          const found = requests.find((each) => each.prefix + each.suffix === context && each.canvas === canvas);
          if (found === undefined) return '';
          const all = requestMs(found, contextCache);
          const total = all <= PATIENCE_MS ? `**${whole(all)}**` : whole(all);
          return `${whole(ms(found.first))} + 7 × ${whole(ms(found.later))} = ${total}`;
        }),
      ]),
    );
  return tableOf([['weights', 'kept', 'context', ...canvases.map((canvas) => `${canvas} positions`)], ...rows]);
}

/** 8 bits before 4, what keeps least first. */
function orderOf({ precision, contextCache }: MeasuredShape): number {
  return (precision === 'int8' ? 0 : CONTEXT_CACHES.length) + CONTEXT_CACHES.indexOf(contextCache);
}

function ms({ clock, processor }: LeastMs): number {
  return undisturbed(clock, processor);
}

function requestMs({ first, later }: MeasuredShape['requests'][number], cache: ContextCacheMode): number {
  // Where nothing is kept the first step is one like any other.
  const whole = cache === 'exact' ? Math.min(ms(first), ms(later)) : ms(first);
  return whole + (STATED_STEPS - 1) * ms(later);
}

function tableOf(rows: readonly (readonly string[])[]): string {
  const [heading = [], ...body] = rows.map((row) => `| ${row.join(' | ')} |`);
  return [heading, `|${rows[0]!.map(() => '---').join('|')}|`, ...body].join('\n');
}

function whole(value: number): string {
  return value.toFixed(0);
}

function seconds(value: number): string {
  return value < 1000 ? `${Number(value.toPrecision(2))} ms` : `${Number((value / 1000).toPrecision(2))} s`;
}

function billions(count: number): string {
  return `${(count / 1e9).toFixed(count < 1e9 ? 2 : 1)} B`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
