/** How long a child may go on without an answer before it counts as stuck. None of this is time by the clock alone. */
export interface Patience {
  /** Computing time of each of its threads, milliseconds, in which its event loop did not turn once. */
  readonly computingMs: number;
  /** Milliseconds by the child's own beats in which it neither computed nor read anything, though it was given a processor. */
  readonly idleMs: number;
  /** Milliseconds by the host's beats without any sign. Such a child was stopped, or hardly ever gets a processor, and may come back. */
  readonly silentMs: number;
}

/** Nothing can interrupt one pass, and a cold context of a large model takes long. */
export const PATIENCE: Patience = { computingMs: 30_000, idleMs: 60_000, silentMs: 300_000 };

/** A load as such may take as long as it needs. One that gets on with nothing is noticed within half a minute. */
export const LOAD_PATIENCE: Patience = { computingMs: 28_000, idleMs: 28_000, silentMs: 300_000 };
