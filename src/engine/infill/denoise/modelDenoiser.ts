import type { Rule, RuledPrediction } from '../canvas/rule.js';
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
  readonly appends: boolean;
  /** Weight of the encoder's own opinion in position 0, 0..1. */
  readonly encoderMix: number;
  /** The ids that the first canvas's position 0 may take. */
  readonly allowedFirst: readonly number[] | undefined;
  /** Whether rules need the encoder's own opinion of position 0. */
  readonly wantEncoder: boolean;
  readonly decodeAhead: DecodeAhead | undefined;
  /** What is sampled from, of full distributions. */
  readonly topP: number;
  readonly rules: readonly Rule[];
}

/** What was answered, and of which canvas. */
interface Answer {
  readonly canvas: readonly number[];
  readonly rows: readonly Prediction[];
}

/** What the encoder read after the tokens that a canvas had committed. */
interface Verified {
  readonly answers: readonly Prediction[];
  readonly proposals: readonly number[];
  /** The probability, 0..1, that the likeliest token of an answer needs to be committed. */
  readonly leastProbability: number;
}

/**
 * Denoises with an open model context. A canvas that is as it was when last asked is not asked again (MDLM's
 * caching, arXiv 2406.07524 section 4.2), unless the network also looks at the time.
 */
export class ModelDenoiser implements Denoiser {
  /** Passes of the network so far. */
  passes = 0;
  private readonly network;
  private readonly looksAtTime: boolean;
  private answer: Answer | undefined;

  constructor(
    private readonly context: ModelContext,
    private readonly options: ModelDenoiserOptions,
  ) {
    this.network = networkOf(options.manifest);
    this.looksAtTime = options.manifest.timeConditioned ?? this.network.parameterization === 'score';
  }

  async predict(canvas: Canvas): Promise<readonly RuledPrediction[]> {
    const query = this.query(canvas);
    if (query.positions.length > 0) {
      const [rows] = await this.context.predict([query], this.options.encoderMix);
      this.passes++;
      const { mask } = this.options.manifest.tokens;
      const sampling = { temperature: canvas.settings.temperature, topP: this.options.topP };
      const full = rows!.map((row) => fullDistribution(row, canvas.ids[row.position]!, mask, sampling, this.network));
      this.answer = { canvas: [...canvas.ids], rows: full };
    }
    return this.ruled(this.known(canvas)?.rows ?? [], canvas);
  }

  /**
   * The encoder decodes on from the tokens that were just committed, which the context needs to read anyway. After them it reads the
   * likeliest tokens of the denoiser (speculative decoding, arXiv 2211.17192), or none. The mixture of both decides the token of each
   * position that was read. The first one that differs from the denoiser's proposal still counts, because the encoder's part of it is
   * exact; the next pass reads it.
   *
   * This goes on up to the first token that is not likely enough, and after the last step up to the end.
   */
  async decodeAhead(
    canvas: Canvas,
    commit: (row: RuledPrediction) => void,
    goesOn: () => Promise<boolean>,
  ): Promise<void> {
    const { decodeAhead, encoderMix, wantEncoder } = this.options;
    const { encoder } = this.context;
    if (!encoder || !decodeAhead || !this.decodesAhead(canvas)) return;
    const asked = this.answer?.rows ?? [];
    const predicted = this.ruled(
      asked.filter(({ position }) => position > 0),
      canvas,
    );
    const isLast = canvas.stepsLeft === 0 && this.decodesRest(canvas);
    const leastProbability = isLast ? 0 : decodeAhead.leastProbability;
    let unread: readonly number[] = canvas.takeLeading();
    let at = unread.length;
    let left = decodeAhead.tokens;
    while (unread.length > 0 && (isLast || left > 0)) {
      const most = isLast ? decodeAhead.speculate : Math.min(decodeAhead.speculate, left - 1);
      const proposals = proposalsFrom(predicted, at, most, canvas.settings.endOfMiddle);
      const answers = await encoder.verify(unread, proposals, { encoderMix, wantEncoder });
      const { taken, isSure } = this.confirmed({ answers, proposals, leastProbability }, canvas, commit);
      unread = taken;
      if (!isSure || !(await goesOn())) break;
      at += taken.length;
      left -= taken.length;
    }
    if (unread.length > 0) await encoder.append(unread);
  }

  decodesRest(canvas: Canvas): boolean {
    return this.options.sampler.mayLeaveMasked === true && this.decodesAhead(canvas) && canvas.mayEndAnywhere;
  }

  private decodesAhead(canvas: Canvas): boolean {
    return decodesAhead(this.options, canvas.settings.temperature);
  }

  /**
   * Commits the tokens of the positions that were read, up to the first that is not likely enough or that the denoiser had
   * proposed wrongly.
   *
   * @returns the committed tokens, and whether each of them was likely enough.
   */
  private confirmed(
    { answers, proposals, leastProbability }: Verified,
    canvas: Canvas,
    commit: (row: RuledPrediction) => void,
  ): { readonly taken: readonly number[]; readonly isSure: boolean } {
    const taken: number[] = [];
    for (const [i, answer] of answers.entries()) {
      if (canvas.ids[0] !== canvas.settings.mask) break;
      const [row] = this.ruled([answer], canvas);
      const probability = row!.givesUp ? 0 : Math.exp(row!.logProbs[0]!);
      if (probability < leastProbability) return { taken, isSure: false };
      commit(row!);
      const leading = canvas.takeLeading();
      taken.push(...leading);
      if (leading.length !== 1 || leading[0] !== proposals[i]) break;
    }
    return { taken, isSure: true };
  }

  /** Appending grows the context from the left. Where nothing is appended, the healed token comes first, since all others depend on it. */
  leftFirst(step: number): boolean {
    return this.options.appends || (step === 0 && this.options.allowedFirst !== undefined);
  }

  async appendLeading(canvas: Canvas): Promise<void> {
    if (!this.options.appends) return;
    const tokens = canvas.takeLeading();
    if (tokens.length > 0) await this.context.encoder?.append(tokens);
  }

  private ruled(rows: readonly Prediction[], canvas: Canvas): readonly RuledPrediction[] {
    return this.options.rules.reduce<readonly RuledPrediction[]>((ruled, rule) => rule(ruled, canvas), rows);
  }

  private query(canvas: Canvas): CanvasQuery {
    const { allowedFirst, wantEncoder, sampler } = this.options;
    const needs = sampler.needs(canvas.settings.temperature);
    const positions = this.hasToAsk(canvas) ? canvas.positionsFor(needs) : [];
    const first = positions[0] === 0;
    const t = canvas.time;
    return {
      canvas: canvas.ids,
      positions,
      ...(first && canvas.offset === 0 && allowedFirst ? { allowedFirst } : {}),
      ...(first && wantEncoder ? { wantEncoder } : {}),
      ...(needs.ids === 'all' || this.network.parameterization === 'score' ? { wantDistribution: true } : {}),
      ...(this.looksAtTime ? { noise: { t, sigma: sampler.schedule.sigma(t) } } : {}),
    };
  }

  private hasToAsk(canvas: Canvas): boolean {
    return this.looksAtTime || this.known(canvas) === undefined;
  }

  /** What was answered of the canvas as it stands now. */
  private known(canvas: Canvas): Answer | undefined {
    const { answer } = this;
    const isOfThis =
      answer?.canvas.length === canvas.ids.length && answer.canvas.every((id, i) => id === canvas.ids[i]);
    return isOfThis ? answer : undefined;
  }
}

/** The likeliest token of each position from `start` on, up to an end or a position that was not asked. */
function proposalsFrom(rows: readonly Prediction[], start: number, most: number, endOfMiddle: number): number[] {
  const likeliest = new Map(rows.map(({ position, ids }) => [position, ids[0]]));
  const proposals: number[] = [];
  for (let at = start; proposals.length < most; at++) {
    const id = likeliest.get(at);
    if (id === undefined || id === endOfMiddle) break;
    proposals.push(id);
  }
  return proposals;
}
