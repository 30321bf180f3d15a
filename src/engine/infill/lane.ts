import type { Canvas } from '../diffusion/projection.js';
import type { Random } from '../diffusion/random.js';
import type { Commit } from '../diffusion/sampler.js';

/** A token of the middle, with what the model thought of it when it was committed. */
export interface CommittedToken {
  readonly id: number;
  /** Probability, 0..1. */
  readonly confidence: number;
  /** Denoising step from 0; -1 for tokens that stood there from the start. */
  readonly step: number;
}

export interface LaneSettings {
  readonly mask: number;
  readonly endOfMiddle: number;
  readonly temperature: number;
  readonly random: Random;
}

const KEPT = { confidence: 1, step: -1 };

/** One candidate while it is denoised: a canvas that may lose its left end to the context. */
export class Lane implements Canvas {
  /** The canvas as the model sees it: token ids, the mask id where unknown. */
  readonly ids: number[];
  private readonly lastKept: number;
  private readonly notes: ({ readonly confidence: number; readonly step: number } | undefined)[];
  private readonly absorbed: CommittedToken[] = [];

  /** @param canvas token ids, the mask id where unknown; other tokens are kept. */
  constructor(
    canvas: readonly number[],
    readonly settings: LaneSettings,
  ) {
    this.ids = [...canvas];
    this.lastKept = canvas.findLastIndex((id) => id !== settings.mask);
    this.notes = canvas.map((id) => (id === settings.mask ? undefined : KEPT));
  }

  /** The last `count` ids that left the canvas on the left. */
  absorbedIds(count: number): number[] {
    return this.absorbed.slice(-count).map(({ id }) => id);
  }

  /** Positions of the first canvas that are now part of the context. */
  get offset(): number {
    return this.absorbed.length;
  }

  /** `<eom>` may not stand left of this position of `ids`: there is a token that was kept from the start. */
  get endAllowedFrom(): number {
    return this.lastKept - this.offset;
  }

  get isOpen(): boolean {
    return this.ids.includes(this.settings.mask);
  }

  /** Masked positions of `ids`, ascending. */
  masked(): number[] {
    return this.ids.flatMap((id, i) => (id === this.settings.mask ? [i] : []));
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
    const leading = this.leading();
    this.ids.splice(0, leading.length);
    this.absorbed.push(...leading);
    return leading.map(({ id }) => id);
  }

  /** The middle so far: tokens from the start of the first canvas up to the first one that is masked or `<eom>`. */
  committed(): CommittedToken[] {
    return [...this.absorbed, ...this.leading()];
  }

  /** Whether the middle has an end: an `<eom>` after its last token. */
  get hasEnd(): boolean {
    return this.ids.includes(this.settings.endOfMiddle);
  }

  /** Probability of the `<eom>` after the middle's last token; 0 where there is none. */
  get endConfidence(): number {
    const end = this.ids.indexOf(this.settings.endOfMiddle);
    return end < 0 ? 0 : (this.notes[this.offset + end]?.confidence ?? 0);
  }

  /** The whole first canvas as it stands now. */
  wholeCanvas(): number[] {
    return [...this.absorbed.map(({ id }) => id), ...this.ids];
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

  private leading(): CommittedToken[] {
    const { mask, endOfMiddle } = this.settings;
    const open = this.ids.findIndex((id) => id === mask || id === endOfMiddle);
    const ids = open < 0 ? this.ids : this.ids.slice(0, open);
    return ids.map((id, i) => ({ id, ...(this.notes[this.offset + i] ?? KEPT) }));
  }
}
