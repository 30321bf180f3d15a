import type { Rule } from '../canvas/rule.js';
import type { Sampler } from '../../diffusion/sampler.js';
import {
  type CanvasQuery,
  type ModelContext,
  type ModelManifestView,
  networkOf,
  type Prediction,
} from '../../contract/model.js';
import type { Denoiser } from './denoiseLoop.js';
import type { Canvas } from '../canvas/canvas.js';
import { type DecodeAhead, decodesAhead } from '../plan/decoding.js';
import { fullDistribution } from './fullDistribution.js';

export interface ModelDenoiserOptions {
  readonly manifest: ModelManifestView;
  /** Whose questions are asked. */
  readonly sampler: Sampler;
  /** Whether committed tokens at the left end move into the encoder's context, where they are final. */
  readonly absorb: boolean;
  /** Weight of the encoder's own opinion in position 0, 0..1. */
  readonly encoderMix: number;
  /** The ids that the first canvas's position 0 may take. */
  readonly allowedFirst: readonly number[] | undefined;
  /** Whether refinements need the encoder's own opinion of position 0. */
  readonly wantEncoder: boolean;
  readonly decodeAhead: DecodeAhead | undefined;
  /** What is sampled from, of whole distributions. */
  readonly topP: number;
  readonly rules: readonly Rule[];
}

/** What a lane was told, and of which canvas. */
interface Answer {
  readonly canvas: readonly number[];
  readonly rows: readonly Prediction[];
}

/** What the encoder read after the tokens that a lane had committed. */
interface ReadAhead {
  readonly answers: readonly Prediction[];
  readonly drafts: readonly number[];
  /** The probability, 0..1, that the likeliest token of an answer needs to be committed. */
  readonly leastProbability: number;
}

/**
 * Denoises with an open model context. A lane whose canvas is as it was when last asked is not asked again (MDLM's
 * caching, arXiv 2406.07524 section 4.2), unless the network also looks at the time.
 */
export class ModelDenoiser implements Denoiser {
  /** Passes of the network so far. */
  passes = 0;
  private readonly network;
  private readonly looksAtTime: boolean;
  private readonly answers = new Map<Canvas, Answer>();

  constructor(
    private readonly context: ModelContext,
    private readonly options: ModelDenoiserOptions,
  ) {
    this.network = networkOf(options.manifest);
    this.looksAtTime = options.manifest.timeConditioned ?? this.network.parameterization === 'score';
  }

  async predict(lanes: readonly Canvas[]): Promise<readonly (readonly Prediction[])[]> {
    const { mask } = this.options.manifest.tokens;
    const queries = lanes.map((lane) => this.query(lane));
    if (queries.some(({ positions }) => positions.length > 0)) {
      const rows = await this.context.predict(queries, this.options.encoderMix);
      this.passes++;
      for (const [i, lane] of lanes.entries()) {
        if (queries[i]!.positions.length === 0) continue;
        const sampling = { temperature: lane.settings.temperature, topP: this.options.topP };
        const whole = rows[i]!.map((row) =>
          fullDistribution(row, lane.ids[row.position]!, mask, sampling, this.network),
        );
        this.answers.set(lane, { canvas: [...lane.ids], rows: whole });
      }
    }
    return lanes.map((lane) => {
      const rows = lane.isRunning ? (this.known(lane)?.rows ?? []) : [];
      return this.ruled(rows, lane);
    });
  }

  /**
   * The encoder decodes on from the tokens that were just committed, which the context needs to read anyway. After them it reads the
   * likeliest tokens of the denoiser (speculative decoding, arXiv 2211.17192), or none. The mixture of both decides the token of each
   * position that was read. The first one that differs from the denoiser's proposal still counts, because the encoder's part of it is
   * exact; the next pass reads it.
   *
   * This goes on up to the first token that is not likely enough, and after the last step up to the end.
   */
  async draft(
    lanes: readonly Canvas[],
    commit: (row: Prediction, lane: Canvas) => void,
    goesOn: () => Promise<boolean>,
  ): Promise<void> {
    const { decodeAhead, encoderMix, wantEncoder } = this.options;
    const [lane] = lanes;
    if (!lane || !decodeAhead || !this.context.readAhead || !this.drafts(lanes)) return;
    const asked = this.answers.get(lane)?.rows ?? [];
    const predicted = this.ruled(
      asked.filter(({ position }) => position > 0),
      lane,
    );
    const isLast = lane.stepsLeft === 0 && this.finishes(lanes);
    const leastProbability = isLast ? 0 : decodeAhead.leastProbability;
    let unread: readonly number[] = lane.takeLeading();
    let at = unread.length;
    for (
      let left = isLast ? Infinity : decodeAhead.tokens;
      left > 0 && unread.length > 0;
      left -= unread.length, at += unread.length
    ) {
      const drafts = draftsFrom(predicted, at, Math.min(decodeAhead.speculate, left - 1), lane.settings.endOfMiddle);
      const answers = await this.context.readAhead(unread, drafts, { encoderMix, wantEncoder });
      const { taken, isSure } = this.confirmed({ answers, drafts, leastProbability }, lane, commit);
      unread = taken;
      if (!isSure || !(await goesOn())) break;
    }
    if (unread.length > 0) await this.context.absorb([unread]);
  }

  finishes(lanes: readonly Canvas[]): boolean {
    const [lane] = lanes;
    const leavesRest = this.options.sampler.leavesRest === true;
    return leavesRest && lane !== undefined && this.drafts(lanes) && lane.endAllowedFrom < 0;
  }

  private drafts(lanes: readonly Canvas[]): boolean {
    const [lane, ...others] = lanes;
    if (lane === undefined || others.length > 0 || this.context.readAhead === undefined) return false;
    return decodesAhead(this.options, lane.settings.temperature);
  }

  /**
   * Commits the tokens of the positions that were read ahead, up to the first that is not likely enough or that the denoiser had
   * proposed wrongly.
   *
   * @returns the committed tokens, and whether each of them was likely enough.
   */
  private confirmed(
    { answers, drafts, leastProbability }: ReadAhead,
    lane: Canvas,
    commit: (row: Prediction, lane: Canvas) => void,
  ): { readonly taken: readonly number[]; readonly isSure: boolean } {
    const taken: number[] = [];
    for (const [i, answer] of answers.entries()) {
      if (lane.ids[0] !== lane.settings.mask) break;
      const [row] = this.ruled([answer], lane);
      if (Math.exp(row!.logProbs[0]!) < leastProbability) return { taken, isSure: false };
      commit(row!, lane);
      const leading = lane.takeLeading();
      taken.push(...leading);
      if (leading.length !== 1 || leading[0] !== drafts[i]) break;
    }
    return { taken, isSure: true };
  }

  /** Absorbing grows the context from the left. Where nothing is absorbed, the healed token comes first, since all others depend on it. */
  firstPositionFirst(step: number): boolean {
    return this.options.absorb || (step === 0 && this.options.allowedFirst !== undefined);
  }

  async settle(lanes: readonly Canvas[]): Promise<void> {
    if (!this.options.absorb) return;
    const tokens = lanes.map((lane) => lane.takeLeading());
    if (tokens.some((ids) => ids.length > 0)) await this.context.absorb(tokens);
  }

  private ruled(rows: readonly Prediction[], lane: Canvas): readonly Prediction[] {
    return this.options.rules.reduce((refined, refine) => refine(refined, lane), rows);
  }

  private query(lane: Canvas): CanvasQuery {
    const { allowedFirst, wantEncoder, sampler } = this.options;
    const reads = sampler.reads(lane.settings.temperature);
    const positions = this.hasToAsk(lane) ? lane.positionsFor(reads) : [];
    const first = positions[0] === 0;
    const t = lane.time;
    return {
      canvas: lane.ids,
      positions,
      ...(first && lane.offset === 0 && allowedFirst ? { allowedFirst } : {}),
      ...(first && wantEncoder ? { wantEncoder } : {}),
      ...(reads.ids === 'all' || this.network.parameterization === 'score' ? { wantDistribution: true } : {}),
      ...(this.looksAtTime ? { noise: { t, sigma: sampler.schedule.sigma(t) } } : {}),
    };
  }

  private hasToAsk(lane: Canvas): boolean {
    return lane.isRunning && (this.looksAtTime || this.known(lane) === undefined);
  }

  /** What was answered of a lane's canvas as it stands now. */
  private known(lane: Canvas): Answer | undefined {
    const answer = this.answers.get(lane);
    const isOfThis = answer?.canvas.length === lane.ids.length && answer.canvas.every((id, i) => id === lane.ids[i]);
    return isOfThis ? answer : undefined;
  }
}

/** The likeliest token of each position from `start` on, up to an end or a position that was not asked. */
function draftsFrom(rows: readonly Prediction[], start: number, most: number, endOfMiddle: number): number[] {
  const likeliest = new Map(rows.map(({ position, ids }) => [position, ids[0]]));
  const drafts: number[] = [];
  for (let at = start; drafts.length < most; at++) {
    const id = likeliest.get(at);
    if (id === undefined || id === endOfMiddle) break;
    drafts.push(id);
  }
  return drafts;
}
