import type { Commit } from '../diffusion/sampler.js';
import type { Canvas } from '../diffusion/projection.js';
import type { Random } from '../diffusion/random.js';

/** A token of the middle, with what the model thought of it when it was committed. */
export interface CommittedToken {
  readonly id: number;
  /** Probability, 0..1. */
  readonly confidence: number;
  /** Denoising step from 0; -1 for tokens that stood there from the start. */
  readonly step: number;
}

export interface LaneTokens {
  readonly mask: number;
  readonly endOfMiddle: number;
}

const KEPT = { confidence: 1, step: -1 };

/** One candidate while it is denoised: a canvas that may lose its left end to the context. */
export class Lane implements Canvas {
  /** The canvas as the model sees it: token ids, the mask id where unknown. */
  readonly ids: number[];
  /** `<eom>` may not stand left of this position of the first canvas: the last token kept from the start. */
  readonly endAllowedFrom: number;
  private readonly notes: ({ readonly confidence: number; readonly step: number } | undefined)[];
  private readonly absorbed: CommittedToken[] = [];

  /** @param canvas token ids, the mask id where unknown; other tokens are kept. */
  constructor(
    canvas: readonly number[],
    readonly tokens: LaneTokens,
    readonly random: Random,
  ) {
    this.ids = [...canvas];
    this.endAllowedFrom = canvas.findLastIndex((id) => id !== tokens.mask);
    this.notes = canvas.map((id) => (id === tokens.mask ? undefined : KEPT));
  }

  /** Positions of the first canvas that are now part of the context. */
  get offset(): number {
    return this.absorbed.length;
  }

  /** Masked positions of `ids`, ascending. */
  get masked(): number[] {
    return this.ids.flatMap((id, i) => (id === this.tokens.mask ? [i] : []));
  }

  get isOpen(): boolean {
    return this.ids.includes(this.tokens.mask);
  }

  write(commits: readonly Commit[], step: number): void {
    for (const { position, id, confidence } of commits) {
      this.ids[position] = id;
      this.notes[this.offset + position] = { confidence, step };
    }
  }

  /** Takes the committed tokens at the left end off the canvas, if something is still masked. */
  takeLeading(): number[] {
    if (!this.isOpen) return [];
    const open = this.ids.findIndex((id) => id === this.tokens.mask || id === this.tokens.endOfMiddle);
    const leading = this.middle(open);
    this.ids.splice(0, open);
    this.absorbed.push(...leading);
    return leading.map(({ id }) => id);
  }

  /** The middle so far: tokens from the start of the first canvas up to the first one that is masked or `<eom>`. */
  committed(): CommittedToken[] {
    const open = this.ids.findIndex((id) => id === this.tokens.mask || id === this.tokens.endOfMiddle);
    return [...this.absorbed, ...this.middle(open < 0 ? this.ids.length : open)];
  }

  /** The whole first canvas as it stands now: absorbed tokens, then `ids`. */
  wholeCanvas(): number[] {
    return [...this.absorbed.map(({ id }) => id), ...this.ids];
  }

  private middle(length: number): CommittedToken[] {
    return this.ids.slice(0, length).map((id, i) => ({ id, ...(this.notes[this.offset + i] ?? KEPT) }));
  }
}
