/** Two frames are never nearer to each other than this, so that each can be seen. */
const LEAST_BETWEEN_MS = 60;
/** Each pause between frames is so many times as long as the one before: the first drafts change most, and a long run is not all at once. */
const SLOWER = 1.5;
/** With the outcome there are six. */
const MOST_DRAFTS = 5;

/** Which drafts of a text become frames, and when. Pure but for the clock that it is told. */
export class FramePace {
  private text: string | undefined;
  private lastAt = Number.NEGATIVE_INFINITY;
  private drafts = 0;

  /** Milliseconds of a monotonic clock. */
  constructor(private readonly now: () => number) {}

  /** How many frames were shown. */
  get frames(): number {
    return this.drafts;
  }

  /** What is shown; undefined before the first frame. */
  get shown(): string | undefined {
    return this.text;
  }

  /**
   * @param isWhole whether the text comes to its end. Where it does not, one that is only the start of what is shown would take away what
   * a person reads, and bring nothing.
   * @returns milliseconds until it may be shown; undefined where it is no frame.
   */
  untilDraft(text: string, isWhole: boolean): number | undefined {
    const isPart = this.text?.startsWith(text) ?? false;
    if (this.drafts >= MOST_DRAFTS || text === this.text || (isPart && !isWhole)) {
      return undefined;
    }
    return this.left(LEAST_BETWEEN_MS * SLOWER ** Math.max(0, this.drafts - 1));
  }

  /** Milliseconds until the last frame may be shown, which always is one. */
  untilLast(): number {
    return this.left(LEAST_BETWEEN_MS);
  }

  /** A draft is shown now. */
  drew(text: string): void {
    this.text = text;
    this.lastAt = this.now();
    this.drafts++;
  }

  /** A person typed the start of what is shown: the rest of it stands there now. */
  typed(rest: string): void {
    this.text = rest;
  }

  private left(between: number): number {
    return Math.max(0, this.lastAt + between - this.now());
  }
}
