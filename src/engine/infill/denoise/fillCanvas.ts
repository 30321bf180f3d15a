import { seededRandom } from '../../diffusion/random.js';
import { demandedOf, projectionFor, rulesFor } from '../rules/rules.js';
import type { CanvasTask } from '../canvas/canvasTask.js';
import { denoise } from './denoiseLoop.js';
import type { Pipeline } from '../run/pipeline.js';
import { Canvas } from '../canvas/canvas.js';
import { ModelDenoiser } from './modelDenoiser.js';
import type { RunRecord } from '../run/runRecord.js';
import type { Decoding } from '../plan/decoding.js';

/** What differs in a run of a request from the first; absent = as there. */
export interface OtherRun {
  readonly temperature?: number;
  /** Of all randomness. */
  readonly seed?: number;
  /** Whether its steps are told and counted. */
  readonly isFirst?: boolean;
  /** Whether all of the canvas is given to each pass, whatever part of it the model recommends. */
  readonly isWhole?: boolean;
  /** As in `CanvasSettings`. */
  readonly given?: readonly number[];
}

/** Denoises a task's canvas. It stays incomplete where the run was cancelled. */
export async function fillCanvas(
  task: CanvasTask,
  decoding: Decoding,
  pipeline: Pipeline,
  record: RunRecord,
  run: OtherRun = {},
): Promise<Canvas> {
  const { isFirst = true } = run;
  record.given = { ...record.given, healedBytes: task.context.healed.length };
  const { canvas, ...loop } = await openCanvas(task, decoding, pipeline, record, run);
  await denoise(canvas, {
    ...loop,
    sampler: decoding.sampler,
    steps: decoding.steps,
    allowedFirst: task.context.allowedFirst,
    goesOn: () => record.goesOn(),
    hasTimeFor: (kind) => record.hasTimeFor(kind),
    afterStep: (step) => (isFirst ? record.stepDone(step, canvas) : record.alternativeStepDone()),
  });
  return canvas;
}

/** A canvas before its first step, and what denoises it. */
export interface OpenedCanvas {
  readonly canvas: Canvas;
  readonly denoiser: ModelDenoiser;
  readonly project: (canvas: Canvas) => void;
}

/** Opens a task's context, with its canvas in it. */
export async function openCanvas(
  task: CanvasTask,
  decoding: Decoding,
  pipeline: Pipeline,
  record: RunRecord,
  run: OtherRun = {},
): Promise<OpenedCanvas> {
  const { model } = pipeline;
  const { options, sampler, stopEvidence, recommended } = decoding;
  const { temperature = options.temperature, seed = options.seed, isFirst = true, isWhole = false, given = [] } = run;
  const { mask, endOfMiddle } = model.manifest.tokens;
  // Noise that is no mask has no end either: every position is text.
  const endsAt = sampler.prior || endOfMiddle < 0 ? 'canvas' : (task.endsAt ?? 'token');
  const canvas = new Canvas(task.canvas, {
    mask,
    endOfMiddle,
    temperature,
    random: seededRandom(seed),
    endsAt,
    given,
  });
  const { allowedFirst } = task.context;
  const context = await model.openContext(task.context.ids, task.suffixIds);
  if (isFirst) record.contextOpened(context);
  const demanded = demandedOf(task, pipeline);
  const rules = rulesFor(task, pipeline, stopEvidence);
  const project = projectionFor(task, pipeline);
  demanded?.project(canvas);
  const denoiser = new ModelDenoiser(context, {
    ...decoding,
    manifest: model.manifest,
    topP: options.topP,
    allowedFirst,
    wantEncoder: stopEvidence > 0,
    rules: demanded ? [...rules, demanded.rule] : rules,
    ...(recommended.window === undefined || demanded || isWhole ? {} : { window: recommended.window }),
    ...(demanded ? { demanded } : {}),
    contextIds: task.context.ids,
    suffixIds: task.suffixIds,
  });
  return {
    canvas,
    denoiser,
    project: (of) => {
      demanded?.project(of);
      project(of);
    },
  };
}
