/** A token as a frame shows it. */
export interface FrameToken {
  readonly text: string;
  /** `masked`: nothing was predicted yet; `draft`: what was last thought likeliest; `settled`: it stays. */
  readonly state: 'masked' | 'draft' | 'settled';
  /** Whether this step settled it. */
  readonly fresh: boolean;
  /** Probability when it was settled, 0..1; absent for what is not settled. */
  readonly confidence?: number;
}

/** What the canvas of a run looked like after a step; the first frame is before all of them. */
export interface RunFrame {
  /** From 1; 0 before the first. */
  readonly step: number;
  readonly tokens: readonly FrameToken[];
  /** Milliseconds of the step, where they were measured. */
  readonly ms?: number;
}
