import * as z from 'zod';
import type { Engine } from '../../engine/engine.js';
import type { InfillOptions } from '../../shared/infillOptions.js';
import {
  type CanvasPart,
  type CanvasRequest,
  MOST_ALTERNATIVES,
  MOST_CANVAS_PARTS,
  type TextContext,
} from '../../shared/infillRequest.js';
import { noText } from '../output/noText.js';
import { roundedWork } from '../output/roundedWork.js';

const settled = {
  isPinned: z.boolean().exactOptional(),
  confidence: z.number().min(0).max(1).exactOptional(),
};
const id = z.int().nonnegative();
const text = z.string().min(1);

const part = z.union([z.null(), text, id, z.strictObject({ id, ...settled }), z.strictObject({ text, ...settled })]);

/** Members of a line that brings a canvas along. */
export const CANVAS_MEMBERS = {
  /** From left to right: null = masked, a text, a token's id, or either with what is known of it. */
  canvas: z.array(part).min(1).max(MOST_CANVAS_PARTS).optional(),
  alternatives: z
    .strictObject({
      position: z.int().nonnegative(),
      most: z.int().min(1).max(MOST_ALTERNATIVES).default(MOST_ALTERNATIVES),
    })
    .optional(),
  scores: z.literal(true).optional(),
};

export interface CanvasMembers {
  readonly canvas?: readonly z.infer<typeof part>[] | undefined;
  readonly alternatives?: z.infer<(typeof CANVAS_MEMBERS)['alternatives']>;
  readonly scores?: true | undefined;
}

/** Denoises the canvas of a line, or tells what could stand at one of its positions, or how likely its tokens are. */
export async function canvasLine(
  { canvas = [], alternatives, scores, conditions }: CanvasMembers & Pick<CanvasRequest, 'conditions'>,
  context: TextContext,
  options: InfillOptions,
  engine: Pick<Engine, 'canvas'>,
  signal: AbortSignal,
): Promise<object> {
  const request: CanvasRequest = {
    context,
    canvas: canvas.map(partOf),
    options,
    ...(alternatives === undefined ? {} : { alternatives }),
    ...(scores === undefined ? {} : { scores }),
    ...(conditions === undefined ? {} : { conditions }),
  };
  const outcome = await engine.canvas(request, { signal });
  const { ms, steps, ...work } = roundedWork(outcome.report);
  if (outcome.kind === 'alternatives') {
    const { position, alternatives: found, canvas: asked } = outcome;
    return { position, alternatives: found, ms, ...work, canvas: asked };
  }
  if (outcome.kind === 'scores') return { ms, ...work, canvas: outcome.canvas };
  const { trace } = outcome.report;
  const done = { canvas: outcome.canvas, trace };
  const best = outcome.kind === 'infill' ? outcome.candidates[0] : undefined;
  if (outcome.kind === 'none' || best === undefined) {
    return { ...noText(outcome, { ms, steps }), ...work, ...done };
  }
  const { confidence, tokens } = best;
  return { text: best.text, ms, steps, tokens: tokens.length, confidence, ...work, ...done };
}

function partOf(given: z.infer<typeof part>): CanvasPart {
  if (given === null) return { kind: 'mask' };
  if (typeof given === 'string') return { kind: 'text', text: given };
  if (typeof given === 'number') return { kind: 'token', id: given };
  return 'id' in given ? { kind: 'token', ...given } : { kind: 'text', ...given };
}
