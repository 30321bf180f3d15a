import type { Rule, RuledPrediction } from '../canvas/rule.js';
import type { Sampler } from '../../diffusion/sampler.js';
import {
  type CanvasQuery,
  type ModelContext,
  type ModelManifestView,
  networkOf,
  type Prediction,
} from '../../contract/model.js';
import type { Denoiser, Pace } from './denoiseLoop.js';
import type { Canvas } from '../canvas/canvas.js';
import { type DecodeAhead, decodesAhead } from '../plan/decoding.js';
import { fullDistribution } from './fullDistribution.js';
import type { Demanded } from '../rules/demanded.js';
import { lookedUp } from './lookedUp.js';

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
  /** Canvas positions that a denoising pass is given at most, where all are masked and what is committed leaves the canvas. */
  readonly window?: number;
  /** What is sampled from, of full distributions. */
  readonly topP: number;
  readonly rules: readonly Rule[];
  /** What chooses where a demanded text stands; absent = none is demanded. */
  readonly demanded?: Pick<Demanded, 'needsPlace' | 'choosePlace'>;
  /** Token ids of the context: where proposals are looked up. */
  readonly contextIds: readonly number[];
  readonly suffixIds: readonly number[];
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
  private readonly network;
  private readonly looksAtTime: boolean;
  private answer: Answer | undefined;
  /** What was last predicted of each position of the first canvas, and how long the whole canvas was then. */
  private latest = new Map<number, Prediction>();
  private latestLength = 0;
  /** Tokens that have left the canvas and are not part of the context yet. */
  private unread: readonly number[] = [];

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
      const { mask } = this.options.manifest.tokens;
      const sampling = { temperature: canvas.settings.temperature, topP: this.options.topP };
      const full = this.placed(rows!, canvas).map((row) =>
        fullDistribution(row, canvas.ids[row.position]!, mask, sampling, this.network),
      );
      this.answer = { canvas: [...canvas.ids], rows: full };
      this.latest = new Map(full.map((row) => [canvas.offset + row.position, row]));
      this.latestLength = canvas.offset + canvas.ids.length;
    }
    return this.ruled(this.known(canvas)?.rows ?? [], canvas);
  }

  /** What was predicted, once it has told where a demanded text is likeliest to stand. */
  private placed(rows: readonly Prediction[], canvas: Canvas): readonly Prediction[] {
    const { demanded } = this.options;
    if (demanded === undefined) return rows;
    demanded.choosePlace(rows, canvas);
    return this.wantsAll(canvas) ? rows : rows.map(({ distribution: _, ...row }) => row);
  }

  draft(canvas: Canvas): readonly RuledPrediction[] {
    if (canvas.offset + canvas.ids.length !== this.latestLength) return []; // it grew or shrank since
    if (this.options.appends) canvas.takeLeading();
    const rowAt = (position: number): readonly Prediction[] => {
      const row = this.latest.get(canvas.offset + position);
      return row ? [{ ...row, position }] : [];
    };
    const open = this.options.appends ? canvas.masked().slice(0, 1) : canvas.masked();
    return this.ruled(open.flatMap(rowAt), canvas);
  }

  /**
   * The encoder decodes on from the tokens that were just committed, which the context needs to read anyway. After them it reads
   * proposals (speculative decoding, arXiv 2211.17192), or none: what followed the same tokens where they stand in the context
   * already, or else the likeliest tokens of the denoiser. The mixture of both decides the token of each position that was read. The
   * first one that differs from its proposal still counts, because the encoder's part of it is exact; the next pass reads it.
   *
   * This goes on up to the first token that is not likely enough, or as long as `pace` allows.
   */
  async decodeAhead(canvas: Canvas, commit: (row: RuledPrediction) => void, pace: Pace): Promise<void> {
    const { decodeAhead, encoderMix, wantEncoder } = this.options;
    const { encoder } = this.context;
    if (!encoder || !decodeAhead || !this.decodesAhead(canvas)) return;
    this.takeLeading(canvas);
    let left = decodeAhead.tokens;
    while (this.unread.length > 0 && left > 0 && pace.mayVerify()) {
      const proposals = this.proposals(canvas, decodeAhead, left - 1);
      const answers = await encoder.verify(this.unread, proposals, { encoderMix, wantEncoder });
      this.unread = [];
      const leastProbability = decodeAhead.leastProbability;
      const { taken, isSure } = this.confirmed({ answers, proposals, leastProbability }, canvas, commit);
      this.unread = taken;
      left -= taken.length;
      if (!(await pace.verified()) || !isSure) break;
    }
  }

  draftsRest(canvas: Canvas): boolean {
    return this.options.sampler.mayLeaveMasked === true && this.decodesAhead(canvas) && canvas.isOpenEnded;
  }

  private decodesAhead(canvas: Canvas): boolean {
    return decodesAhead(this.options, canvas.settings.temperature);
  }

  private takeLeading(canvas: Canvas): void {
    this.unread = [...this.unread, ...canvas.takeLeading()];
  }

  /** At most `most` tokens that may follow those that left the canvas. */
  private proposals(canvas: Canvas, { speculate, lookUp }: DecodeAhead, most: number): readonly number[] {
    if (lookUp > 0) {
      const { contextIds, suffixIds } = this.options;
      const before = [...contextIds, ...canvas.appendedIds(canvas.offset)];
      const found = lookedUp(before, suffixIds, Math.min(lookUp, most));
      if (found.length > 0) return found;
    }
    return this.likeliest(canvas, Math.min(speculate, most));
  }

  /** The likeliest token of each position, from the first one that is masked, up to an end or one that nothing was predicted of. */
  private likeliest(canvas: Canvas, most: number): readonly number[] {
    const proposals: number[] = [];
    for (let at = canvas.offset; proposals.length < most; at++) {
      const row = this.latest.get(at);
      // A row that is read after others is none that ends the canvas by a rule of its first position.
      const [ruled] = row ? this.ruled([{ ...row, position: at - canvas.offset }], canvas) : [];
      const id = ruled?.ids[0];
      if (id === undefined || id === canvas.settings.endOfMiddle) break;
      proposals.push(id);
    }
    return proposals;
  }

  /**
   * Commits the tokens of the positions that were read, up to the first that is not likely enough or that was proposed wrongly.
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
      this.latest.set(canvas.offset, answer);
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
    this.takeLeading(canvas);
    if (this.unread.length > 0) await this.context.encoder?.append(this.unread);
    this.unread = [];
  }

  private ruled(rows: readonly Prediction[], canvas: Canvas): readonly RuledPrediction[] {
    return this.options.rules.reduce<readonly RuledPrediction[]>((ruled, rule) => rule(ruled, canvas), rows);
  }

  /** Whether the sampler and the rules work with predictions of all ids. */
  private wantsAll(canvas: Canvas): boolean {
    const needs = this.options.sampler.needs(canvas.settings.temperature);
    return needs.ids === 'all' || this.network.parameterization === 'score';
  }

  private query(canvas: Canvas): CanvasQuery {
    const { allowedFirst, wantEncoder, sampler, demanded } = this.options;
    const needs = sampler.needs(canvas.settings.temperature);
    const ids = this.window(canvas);
    const positions = this.hasToAsk(canvas) ? canvas.positionsFor(needs).filter((each) => each < ids.length) : [];
    const first = positions[0] === 0;
    const t = canvas.time;
    return {
      canvas: ids,
      positions,
      ...(first && canvas.offset === 0 && allowedFirst ? { allowedFirst } : {}),
      ...(first && wantEncoder ? { wantEncoder } : {}),
      ...(this.wantsAll(canvas) || demanded?.needsPlace(canvas) ? { wantDistribution: true } : {}),
      ...(this.looksAtTime ? { noise: { t, sigma: sampler.schedule.sigma(t) } } : {}),
    };
  }

  /** The part of the canvas that a denoising pass is given: it may end early where nothing is known of what follows, and grows along. */
  private window({ ids, settings }: Canvas): readonly number[] {
    const { appends, window = ids.length } = this.options;
    return appends && ids.every((id) => id === settings.mask) ? ids.slice(0, window) : ids;
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
