import type { LaneQuery, ModelContext, RowPrediction } from '../model/modelContract.js';
import type { Denoiser } from './denoiseLoop.js';
import type { Lane } from './lane.js';

/** Changes what the model predicted by what is known besides it. `rows` are a lane's masked positions, ascending. */
export type Refinement = (rows: readonly RowPrediction[], lane: Lane) => readonly RowPrediction[];

export interface ModelDenoiserOptions {
  /** Whether committed tokens at the left end move into the encoder's context. */
  readonly absorb: boolean;
  /** Weight of the encoder's own opinion in position 0, 0..1. */
  readonly encoderMix: number;
  /** The ids that the first canvas's position 0 may take. */
  readonly allowedFirst: readonly number[] | undefined;
  /** Whether refinements need the encoder's own opinion of position 0. */
  readonly wantEncoder: boolean;
  readonly refinements: readonly Refinement[];
}

/** Denoises with an open model context. */
export class ModelDenoiser implements Denoiser {
  constructor(
    private readonly context: ModelContext,
    private readonly options: ModelDenoiserOptions,
  ) {}

  async predict(lanes: readonly Lane[]): Promise<readonly (readonly RowPrediction[])[]> {
    const queries = lanes.map((lane) => this.query(lane));
    const predictions = await this.context.predict(queries, this.options.encoderMix);
    return lanes.map((lane, i) =>
      this.options.refinements.reduce((rows, refine) => refine(rows, lane), predictions[i]!),
    );
  }

  /** Absorbing grows the context from the left; a healed token is what makes all others likely. */
  firstPositionFirst(step: number): boolean {
    return this.options.absorb || (step === 0 && this.options.allowedFirst !== undefined);
  }

  async settle(lanes: readonly Lane[]): Promise<void> {
    if (!this.options.absorb) return;
    const tokens = lanes.map((lane) => lane.takeLeading());
    if (tokens.some((ids) => ids.length > 0)) await this.context.absorb(tokens);
  }

  private query(lane: Lane): LaneQuery {
    const { allowedFirst, wantEncoder } = this.options;
    const positions = lane.masked();
    const first = positions[0] === 0;
    return {
      canvas: lane.ids,
      positions,
      ...(first && lane.offset === 0 && allowedFirst ? { allowedFirst } : {}),
      ...(first && wantEncoder ? { wantEncoder } : {}),
    };
  }
}
