import { calibratedLength } from '../../diffusion/calibratedLength.js';
import type { InfillModel } from '../../contract/model.js';
import type { CanvasTask } from '../canvas/canvasTask.js';
import type { Pipeline } from '../run/pipeline.js';
import type { Decoding } from './decoding.js';
import { demandedSize } from './demandedSize.js';
import type { RunRecord } from '../run/runRecord.js';

/** Lengths on each side of the start that the first call of a search asks for. */
const REACH = 7;

/** A task whose canvas has the length that the decoding's policy chooses. `task.canvas` is as long as the text around says. */
export async function sizedTask(
  task: CanvasTask,
  decoding: Decoding,
  pipeline: Pipeline,
  record: RunRecord,
): Promise<CanvasTask> {
  const { tokens } = pipeline.model.manifest;
  const { length: policy, canvasSizes, encoderMix } = decoding;
  const { most } = canvasSizes;
  const { demands } = task;
  const fitting = (size: number): number => (demands ? demandedSize(size, demands, task.context, pipeline) : size);
  const masks = (size: number): number[] => new Array<number>(fitting(size)).fill(tokens.mask);
  switch (policy.kind) {
    case 'auto':
      return task;
    case 'fixed':
      return { ...task, canvas: masks(most), endsAt: 'canvas' };
    case 'cal': {
      const search = { from: policy.from, most, patience: policy.patience, reach: REACH };
      const size = await calibratedLength(search, (lengths) =>
        lengthConfidences(lengths, task, pipeline.model, encoderMix, record),
      );
      return { ...task, canvas: masks(size), endsAt: 'canvas' };
    }
    case 'expand':
      // What is demanded says how long the canvas is, so that what was counted stays where it is.
      if (demands) return { ...task, endsAt: 'either' };
      return { ...task, canvas: masks(Math.min(policy.from, most)), endsAt: 'either', growsTo: most };
  }
}

/**
 * How sure the model is of canvases that are all masks: for each length the mean over its positions of the most likely
 * token's probability, `<eom>` not counted, for the canvas is to be all text. One call for all lengths.
 */
async function lengthConfidences(
  lengths: readonly number[],
  task: CanvasTask,
  model: InfillModel,
  encoderMix: number,
  record: RunRecord,
): Promise<number[]> {
  const { mask, endOfMiddle } = model.manifest.tokens;
  const { allowedFirst } = task.context;
  const context = await model.openContext(task.context.ids, task.suffixIds);
  record.contextOpened(context);
  const queries = lengths.map((length) => ({
    canvas: new Array<number>(length).fill(mask),
    positions: Array.from({ length }, (_, position) => position),
    ...(allowedFirst ? { allowedFirst } : {}),
    noise: ALL_NOISE,
  }));
  const answers = await context.predict(queries, encoderMix);
  return answers.map((rows) => {
    const best = rows.map(({ ids, logProbs }) =>
      Math.exp(logProbs[ids.findIndex((id) => id !== endOfMiddle)] ?? -Infinity),
    );
    return best.reduce((sum, probability) => sum + probability, 0) / best.length;
  });
}

/** A canvas of masks, for networks that look at the time: log-linear noise at t = 1. */
const ALL_NOISE = { t: 1, sigma: -Math.log(1e-3) };
