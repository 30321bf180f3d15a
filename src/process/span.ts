import { BEAT_MS, type Pulse } from './pulse.js';
import type { Patience } from './patience.js';

/**
 * Less computing time in a beat is what a process uses that waits: 0.15 ms for the pulse alone, 0.8 ms where the event loop turns too. One
 * that wants to compute gets more even at the lowest priority of a crowded machine.
 */
const IDLE_CPU_MS = 2;
/** Where the event loop turned in every beat, the process was given what it wanted, so this is as little as nothing. */
const IDLE_TURNING_CPU_MS = 20;
/** Less data is what any idle process uses. */
const IDLE_BYTES = 256 * 1024;
/** Computing time that shows progress of a load while the event loop turns. */
const PROGRESS_CPU_MS = 100;

/** What a child has done since something was expected of it, by its pulses. */
export class Span {
  readonly startedAt = performance.now();
  #first: Pulse | undefined;
  #last: Pulse | undefined;
  /** Those of the last `idleMs`, oldest first. */
  readonly #latest: Pulse[] = [];

  constructor(
    /** What would be said of it, such as "it". */
    readonly what: string,
    private readonly patience: Patience,
  ) {}

  add(pulse: Pulse): void {
    this.#first ??= pulse;
    this.#last = pulse;
    this.#latest.push(pulse);
    if (this.#latest.length > this.#idleLimit + 1) {
      this.#latest.shift();
    }
  }

  /** Computing time so far, milliseconds. */
  get computedMs(): number {
    return this.#last === undefined || this.#first === undefined ? 0 : this.#last.cpuMs - this.#first.cpuMs;
  }

  /** Whether the event loop turned. */
  get hasTurned(): boolean {
    return this.#last?.turns !== this.#first?.turns;
  }

  /** Whether memory was filled or data was read, or computed with while the event loop turned. */
  get hasProgressed(): boolean {
    const bytes = (this.#last?.bytes ?? 0) - (this.#first?.bytes ?? 0);
    return bytes >= IDLE_BYTES || (this.hasTurned && this.computedMs >= PROGRESS_CPU_MS);
  }

  /**
   * Why the child counts as stuck; undefined while it does not.
   *
   * @param threads that compute at once
   */
  verdict(threads: number): string | undefined {
    const { computingMs, idleMs } = this.patience;
    if (this.computedMs >= computingMs * threads) {
      return `${this.what} though it computed for ${inSeconds(this.computedMs)}`;
    }
    return this.#isIdle ? `${this.what} and it did nothing for ${inSeconds(idleMs)}` : undefined;
  }

  /** So many beats it may do nothing. */
  get #idleLimit(): number {
    return Math.ceil(this.patience.idleMs / BEAT_MS);
  }

  get #isIdle(): boolean {
    const beats = this.#latest.length - 1;
    const [then] = this.#latest;
    const now = this.#last;
    if (then === undefined || now === undefined || beats < this.#idleLimit) {
      return false;
    }
    const little = now.turns - then.turns >= beats ? IDLE_TURNING_CPU_MS : IDLE_CPU_MS;
    return now.cpuMs - then.cpuMs < beats * little && now.bytes - then.bytes < IDLE_BYTES;
  }
}

/** "800 ms", "1.5 s", "5 min" */
export function inSeconds(ms: number): string {
  if (ms < 1000) {
    return `${Math.round(ms)} ms`;
  }
  return ms >= 120_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 100) / 10} s`;
}
