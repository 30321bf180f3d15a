import type { StepTrace } from '../../../shared/outcome.js';
import type { Canvas } from '../canvas/canvas.js';

/** What a step's pass computes. */
export type StepKind = StepTrace['kind'];

/** A step that is over, as the loop tells it. */
export interface LoopStep {
  /** From 0. */
  readonly index: number;
  readonly kind: StepKind;
  /** What the canvas would be if the run ended here: a copy with its draft written, made when it is asked for. */
  readonly draft: () => Canvas;
}
