import type { CanvasPart, TextContext } from '../../shared/infillRequest.js';
import type { InfillOptions } from '../../shared/infillOptions.js';
import type { Canvas } from './canvas/canvas.js';
import type { CanvasTask } from './canvas/canvasTask.js';
import { assembleContext, textBeforeCursor } from './context/assembleContext.js';
import { type Hole, holeOf } from './context/hole.js';
import { denoise, drafted } from './denoise/denoiseLoop.js';
import { openCanvas } from './denoise/fillCanvas.js';
import { geometricMean } from './ending/candidates.js';
import { middleOf } from './ending/middleOf.js';
import { givenTokens } from './given/givenTokens.js';
import type { Decoding } from './plan/decoding.js';
import { holeTask } from './plan/holeTask.js';
import { filtersAt, type PlaceFilters } from './presentMiddles.js';
import type { Pipeline } from './run/pipeline.js';
import type { RunRecord } from './run/runRecord.js';

/** Where one of several holes is, with what is drafted in the others. */
export interface HolePlace {
  readonly context: TextContext;
  readonly options: InfillOptions;
  /** UTF-16 units at the prefix's start that are not read. */
  readonly skipped: number;
  /** Text of which lines are read before the prefix: the same for all holes near by, so that one's prefix is read as the start of the next one's. */
  readonly ahead: string;
}

/** One of several holes, between what is drafted in the others. */
export interface HoleBetween {
  readonly hole: Hole;
  readonly task: CanvasTask;
  readonly filters: PlaceFilters;
  /** Probabilities of the tokens that the canvas has already. */
  readonly given: readonly number[];
}

/** What a turn left of a hole's canvas. */
export interface HoleTurn {
  /** With what is still masked. */
  readonly canvas: Canvas;
  /** With its draft written. */
  readonly draft: Canvas;
  /** The draft as a text that fits the place, with the document's line ends; '' where there is none. */
  readonly text: string;
  /** The geometric mean of the draft's probabilities, 0..1. */
  readonly settled: number;
}

/**
 * A hole as the others' drafts leave it.
 *
 * @param earlier what the last turn made of it, between other drafts; undefined before the first. Where these have changed the tokens that
 *   its canvas begins with, it begins anew.
 */
export async function holeBetween(
  { context, options, skipped, ahead }: HolePlace,
  earlier: { readonly turn: HoleTurn; readonly between: HoleBetween } | undefined,
  decoding: Decoding,
  pipeline: Pipeline,
  record: RunRecord,
): Promise<HoleBetween> {
  const hole = holeOf({ context, options });
  const after = hole.lineOpened ? context.eol + ahead : ahead;
  const read = { ...hole, context: { ...hole.context, prefix: hole.context.prefix.slice(skipped), suffix: after } };
  const before = textBeforeCursor(read, decoding.recommended.preamble, pipeline);
  const between = assembleContext(before, hole.context.suffix, hole.code, pipeline);
  const task = await holeTask(hole, between, decoding, pipeline, record);
  const filters = filtersAt(hole, task.multiline);
  const isSame = earlier && Buffer.from(earlier.between.task.context.healed).equals(between.context.healed);
  if (!isSame) return { hole, task, filters, given: [] };
  const { ids, parts } = givenTokens(partsAfter(earlier.turn.canvas), between.context, pipeline);
  const given = parts.map(({ confidence = 1 }) => confidence);
  return { hole, task: { ...task, canvas: ids }, filters, given };
}

/** How far a turn goes. */
export interface TurnLength {
  /** Steps of the hole, at least one. */
  readonly stepsLeft: number;
  /** Whether it takes all of them, or one denoising pass and what the encoder reads on from there. */
  readonly isLast: boolean;
}

/** One turn over a hole's canvas. */
export async function takeTurn(
  { task, filters, given }: HoleBetween,
  { stepsLeft, isLast }: TurnLength,
  decoding: Decoding,
  pipeline: Pipeline,
  record: RunRecord,
): Promise<HoleTurn> {
  record.given = { healedBytes: task.context.healed.length };
  const { canvas, ...loop } = await openCanvas(task, decoding, pipeline, record, { given });
  const steps = await denoise(canvas, {
    ...loop,
    sampler: decoding.sampler,
    steps: stepsLeft,
    allowedFirst: task.context.allowedFirst,
    goesOn: () => record.goesOn(),
    hasTimeFor: (kind) => (isLast || kind === 'verify') && record.hasTimeFor(kind),
    afterStep: (step) => record.stepDone(step, canvas),
    keepsOpen: !isLast,
  });
  const draft = drafted(canvas.copy(), loop, Math.max(0, steps - 1));
  const middle = middleOf(draft, {
    ...task,
    tokenizer: pipeline.tokenizer,
    healedBytes: task.context.healed.length,
  });
  const fitting = filters.fit(middle.text);
  return {
    canvas,
    draft,
    text: fitting.kind === 'text' ? fitting.text : '',
    settled: geometricMean(middle.tokens.map(({ confidence }) => confidence)),
  };
}

/** A canvas as the parts with which the next turn begins. */
function partsAfter(canvas: Canvas): readonly CanvasPart[] {
  const { mask } = canvas.settings;
  return canvas
    .knownPositions()
    .map(({ id, note }): CanvasPart =>
      id === mask ? { kind: 'mask' } : { kind: 'token', id, confidence: note?.confidence ?? 1 },
    );
}
