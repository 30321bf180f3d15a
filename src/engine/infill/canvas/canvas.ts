import type { CanvasSource } from '../../../shared/outcome.js';
import type { Tokenizer } from '../../tokenizer/tokenizerContract.js';
import { tokenTexts } from '../../tokenizer/tokenTexts.js';
import type { CanvasTokens } from '../../diffusion/projection.js';
import type { Random } from '../../diffusion/random.js';
import {
  type Commit,
  type EarliestEnd,
  mayEndAt,
  type Needs,
  type Sampler,
  type SamplerState,
} from '../../diffusion/sampler.js';

/** A token of the middle, with what the model thought of it when it was committed. */
export interface CommittedToken {
  readonly id: number;
  /** Probability, 0..1. */
  readonly confidence: number;
  /** Denoising step from 0; -1 for tokens that stood there from the start. */
  readonly step: number;
}

export interface CanvasSettings {
  readonly mask: number;
  readonly endOfMiddle: number;
  readonly temperature: number;
  readonly random: Random;
  /** Whether a middle ends at its `<eom>`, with its canvas, or at what comes first; absent = at its `<eom>`. */
  readonly endsAt?: MiddleEnd;
  /** Probabilities, 0..1, of tokens that stand there from the start, from the first position on; 1 where absent. */
  readonly given?: readonly number[];
}

/** What is known of a position of the first canvas. */
export interface KnownPosition {
  /** The mask id where it is masked. */
  readonly id: number;
  /** Undefined where nobody wrote it: it is masked, or right of the end. */
  readonly note: Pick<Note, 'confidence' | 'step' | 'source' | 'isPinned'> | undefined;
}

/** Where a text is to stand that the canvas has to contain, as things are. */
export interface Place {
  /** Counted from the first canvas's start. */
  readonly at: number;
  readonly ids: readonly number[];
  /** Whether it stands there from the next step on, whatever is written. */
  readonly isFirm: boolean;
}

export type MiddleEnd = 'token' | 'canvas' | 'either';

/**
 * How a middle ended: by the model's `<eom>`, with the end of its only line, with its canvas, or because no token was likely enough.
 */
export type CanvasEnd = 'predicted' | 'line' | 'canvas' | 'gave up';

/** A commit, and whether it ends the middle because no token was likely enough; absent = no. */
export interface CanvasCommit extends Commit {
  readonly givesUp?: boolean;
}

/** What is known of a token on the canvas. */
interface Note {
  readonly confidence: number;
  readonly step: number;
  readonly source: CanvasSource;
  /** Whether it stood there from the start and stays. */
  readonly isPinned: boolean;
  readonly givesUp: boolean;
}

const PINNED: Note = { confidence: 1, step: -1, source: 'given', isPinned: true, givesUp: false };

/** One candidate while it is denoised: a canvas that may lose its left end to the context. */
export class Canvas implements CanvasTokens {
  /** The canvas as the model sees it: token ids, the mask id where unknown. */
  readonly ids: number[];
  /** Positions of the first canvas that are text at least; none where this is below 1. */
  leastText = -1;
  /** Undefined where no text has to come any more. */
  place: Place | undefined;
  private lastPinned: number;
  private isPlaceSettled = false;
  /** Of every position of the first canvas; undefined where nothing was committed. */
  private notes: (Note | undefined)[];
  private appended: CommittedToken[] = [];
  private times: readonly number[] = [];
  private revises = false;
  private stepsDone = 0;

  /** @param canvas token ids, the mask id where unknown; other tokens are kept. */
  constructor(
    canvas: readonly number[],
    readonly settings: CanvasSettings,
  ) {
    this.ids = [...canvas];
    this.lastPinned = canvas.findLastIndex((id) => id !== settings.mask);
    const { given = [] } = settings;
    this.notes = canvas.map((id, i) =>
      id === settings.mask ? undefined : { ...PINNED, confidence: given[i] ?? PINNED.confidence },
    );
  }

  /**
   * Starts a run: fixes its noise times, and where noise is no mask draws the tokens to start from.
   * @param allowedFirst the ids that position 0 may take.
   */
  begin(sampler: Sampler, steps: number, allowedFirst?: readonly number[]): void {
    const unknown = this.masked();
    this.revises = sampler.revises;
    this.times = sampler.times(steps, unknown.length, this.settings.random);
    if (!sampler.prior) return;
    for (const i of unknown) this.ids[i] = sampler.prior(this.settings.random, i === 0 ? allowedFirst : undefined);
  }

  /** Whether the next step has something to do. */
  get isRunning(): boolean {
    return this.stepsLeft > 0 && (this.revises || this.isOpen);
  }

  get stepsLeft(): number {
    return this.times.length - 1 - this.stepsDone;
  }

  /** Noise time before the next step. */
  get time(): number {
    return this.times[this.stepsDone] ?? 0;
  }

  /** What a sampler may know in the next step; see `SamplerState`. */
  state(leftFirst: boolean, restIsDrafted: boolean): SamplerState {
    const { mask, temperature, random } = this.settings;
    return {
      step: this.stepsDone,
      steps: this.times.length - 1,
      t: this.time,
      next: this.times[this.stepsDone + 1] ?? 0,
      canvas: this.ids,
      mask,
      offset: this.offset,
      variable: this.variable(),
      confidenceAt: (position) => this.notes[this.offset + position]?.confidence,
      leftFirst,
      earliestEnd: this.earliestEnd,
      restIsDrafted,
      temperature,
      random,
    };
  }

  /** The last `count` ids that left the canvas on the left. */
  appendedIds(count: number): number[] {
    return this.appended.slice(-count).map(({ id }) => id);
  }

  /** Positions of the first canvas that are now part of the context. */
  get offset(): number {
    return this.appended.length;
  }

  /** `<eom>` may not stand left of this position of `ids`: there is a token that was kept from the start. */
  get earliestEnd(): EarliestEnd {
    if (this.settings.endsAt === 'canvas') return 'never';
    const { lastPinned, leastText, place } = this;
    return Math.max(lastPinned, leastText, place ? place.at + place.ids.length : -1) - this.offset;
  }

  /** Whether the model may write from left to right as it likes: nothing is left on the canvas that stands or has to come there. */
  get isOpenEnded(): boolean {
    return this.settings.endsAt !== 'canvas' && this.lastPinned < this.offset && !this.place;
  }

  /** Whether `<eom>` may stand at this position of `ids`. */
  mayEndAt(position: number): boolean {
    return mayEndAt(position, this.earliestEnd);
  }

  /** Whether a position of `ids` is masked, and no text is to stand there. */
  isFree(position: number): boolean {
    const { place, offset } = this;
    const isTaken = place && offset + position >= place.at && offset + position < place.at + place.ids.length;
    return this.ids[position] === this.settings.mask && !isTaken;
  }

  /** Whether a token may yet come to a position of `ids`, or another one: it is masked, or it is noise that stands for no token. */
  isUnsettled(position: number): boolean {
    const { mask } = this.settings;
    return this.ids[position] === mask || (mask < 0 && position < this.ids.length && !this.isPinnedAt(position));
  }

  isPinnedAt(position: number): boolean {
    return this.notes[this.offset + position]?.isPinned === true;
  }

  /** Whether a text that had to come stands in its place. */
  get hasPlaced(): boolean {
    return this.isPlaceSettled;
  }

  /** Whether what is committed stays as it is. */
  get isFinalOnceCommitted(): boolean {
    return !this.revises;
  }

  /** Whether the middle is over only where its `<eom>` stands. */
  get endsWithToken(): boolean {
    return (this.settings.endsAt ?? 'token') === 'token';
  }

  get isOpen(): boolean {
    return this.ids.includes(this.settings.mask);
  }

  /** Masked positions of `ids`, ascending. */
  masked(): number[] {
    return this.ids.flatMap((id, i) => (id === this.settings.mask ? [i] : []));
  }

  /** Positions of `ids` that are not pinned and not right of the middle's end, ascending. */
  variable(): number[] {
    const end = this.ids.indexOf(this.settings.endOfMiddle);
    return this.ids.flatMap((_, i) => (this.notes[this.offset + i]?.isPinned || (end >= 0 && i > end) ? [] : [i]));
  }

  /** The positions whose predictions a sampler needs. */
  positionsFor({ rows }: Needs): number[] {
    return rows === 'masked' ? this.masked() : this.variable();
  }

  /** A canvas that goes on by itself from where this one stands; both draw from the same random numbers. */
  copy(): Canvas {
    const copy = new Canvas(this.ids, this.settings);
    copy.lastPinned = this.lastPinned;
    copy.leastText = this.leastText;
    copy.place = this.place;
    copy.isPlaceSettled = this.isPlaceSettled;
    copy.notes = [...this.notes];
    copy.appended = [...this.appended];
    copy.times = this.times;
    copy.revises = this.revises;
    copy.stepsDone = this.stepsDone;
    return copy;
  }

  /** `step` is over, whatever it committed. */
  endStep(step: number): void {
    this.stepsDone = step + 1;
  }

  /** Carries out what `step` decided. */
  write(commits: readonly CanvasCommit[], step: number, source: CanvasSource = 'denoiser'): void {
    this.stepsDone = step + 1;
    for (const { position, id, confidence, givesUp = false } of commits) {
      const isMasked = id === this.settings.mask;
      this.ids[position] = id;
      this.notes[this.offset + position] = isMasked
        ? undefined
        : { confidence, step, source, isPinned: false, givesUp };
    }
  }

  /** The text that has to come stands in its place from now on, as if it had from the start. */
  settlePlace(): void {
    if (!this.place) return;
    const { at, ids } = this.place;
    for (const [i, id] of ids.entries()) {
      this.ids[at + i - this.offset] = id;
      this.notes[at + i] = { ...PINNED, source: 'demanded', step: Math.max(0, this.stepsDone - 1) };
    }
    this.lastPinned = Math.max(this.lastPinned, at + ids.length - 1);
    this.isPlaceSettled = true;
    this.place = undefined;
  }

  /** Puts `ids`, which nobody has committed yet, in the place of one position. */
  replace(position: number, ids: readonly number[]): void {
    this.ids.splice(position, 1, ...ids);
    this.notes.splice(this.offset + position, 1, ...ids.map(() => undefined));
  }

  /** Takes the committed tokens at the left end off the canvas, if something is still masked. */
  takeLeading(): number[] {
    if (!this.isOpen) return [];
    const leading = this.leading();
    this.ids.splice(0, leading.length);
    this.appended.push(...leading);
    return leading.map(({ id }) => id);
  }

  /** The middle so far: tokens from the start of the first canvas up to the first one that is masked or `<eom>`. */
  committed(): CommittedToken[] {
    return [...this.appended, ...this.leading()];
  }

  /** How the middle ended; undefined where it has no end. */
  get end(): CanvasEnd | undefined {
    const end = this.ids.indexOf(this.settings.endOfMiddle);
    if (end < 0) return this.endsWithCanvas ? 'canvas' : undefined;
    const note = this.notes[this.offset + end];
    if (note === undefined) return 'line'; // nobody committed it: a projection closed the canvas
    return note.givesUp ? 'gave up' : 'predicted';
  }

  get hasEnd(): boolean {
    return this.end !== undefined;
  }

  /** The whole first canvas as it stands now. */
  wholeCanvas(): number[] {
    return [...this.appended.map(({ id }) => id), ...this.ids];
  }

  /** The whole first canvas, with what is known of each position. */
  knownPositions(): KnownPosition[] {
    return this.wholeCanvas().map((id, position) => ({ id, note: this.notes[position] }));
  }

  /** What `step` committed, up to the end of the middle; positions count from the first canvas's start. */
  committedIn(step: number): Commit[] {
    const canvas = this.wholeCanvas();
    const end = canvas.indexOf(this.settings.endOfMiddle);
    return canvas.flatMap((id, position) => {
      const note = this.notes[position];
      const counts = note?.step === step && (end < 0 || position <= end);
      return counts ? [{ position, id, confidence: note.confidence }] : [];
    });
  }

  private get endsWithCanvas(): boolean {
    return (this.settings.endsAt ?? 'token') !== 'token' && !this.isOpen;
  }

  private leading(): CommittedToken[] {
    const { mask, endOfMiddle } = this.settings;
    const open = this.ids.findIndex((id) => id === mask || id === endOfMiddle);
    const ids = open < 0 ? this.ids : this.ids.slice(0, open);
    return ids.map((id, i) => {
      const { confidence, step } = this.notes[this.offset + i] ?? PINNED;
      return { id, confidence, step };
    });
  }
}

/**
 * The middle that a canvas has written so far, up to the first masked position.
 * @param healedBytes bytes of the first tokens that stand in the prefix already.
 */
export function canvasText(canvas: Canvas, tokenizer: Tokenizer, healedBytes: number): string {
  const ids = canvas.committed().map(({ id }) => id);
  return tokenTexts(ids, tokenizer, healedBytes).join('');
}
