import type { Pulse } from './pulse.js';
import type { Patience } from './patience.js';
import { inSeconds, Span } from './span.js';

/**
 * A busy host sees pulses and timers before the answers that came in meanwhile. So a verdict is looked at again after this time, when
 * waiting messages have been read.
 */
const SETTLE_MS = 100;
const TICK_MS = 1000;
/** After so long without an answer the log says what is going on. */
const SLOW_MS = 15_000;

export interface WatchdogParts {
  /** It has to be ended, for this reason. */
  readonly onStuck: (detail: string) => void;
  /** It takes long, but gets on or may yet; told once for each time. */
  readonly onSlow: (detail: string) => void;
}

/**
 * Notices a child that no longer gets anywhere. On a busy machine a healthy one may take a multiple of its usual time by the clock, so
 * what counts is what the child itself did: computing time without a turn of its event loop, or beats of its own in which it did
 * nothing. Of one that gives no sign at all nothing is known; it is waited for very long.
 */
export class Watchdog {
  /** How many threads of the child compute at once. */
  threads = 1;
  #patience: Patience | undefined;
  #isLoad = false;
  /** Since the last message or turn of the event loop; of a load, since its last progress. */
  #quiet: Span | undefined;
  /** Cancelled requests: to look at the cancel is owed, to turn the event loop is not enough. */
  readonly #owed = new Map<number, Span>();
  #tick: NodeJS.Timeout | undefined;
  #silentTicks = 0;
  #slow = new WeakSet<Span>();

  constructor(private readonly parts: WatchdogParts) {}

  /**
   * Starts to watch, or goes on with another patience.
   *
   * @param isLoad in which the event loop need not turn while memory is filled or data is read
   */
  watch(patience: Patience, isLoad: boolean): void {
    this.#patience = patience;
    this.#isLoad = isLoad;
    this.alive();
    this.#tick ??= setInterval(() => this.#count(), Math.min(TICK_MS, patience.silentMs / 4));
  }

  /** A message came: all is well. */
  alive(): void {
    this.#silentTicks = 0;
    if (this.#patience !== undefined) {
      this.#quiet = new Span('it did not look at messages', this.#patience);
    }
  }

  /** The child told what it has done so far. */
  pulse(pulse: Pulse): void {
    this.#silentTicks = 0;
    for (const span of this.#spans()) {
      span.add(pulse);
    }
    if (this.#quiet !== undefined && (this.#isLoad ? this.#quiet.hasProgressed : this.#quiet.hasTurned)) {
      this.alive();
      this.#quiet.add(pulse);
    }
    for (const span of this.#spans()) {
      const detail = span.verdict(this.threads);
      if (detail !== undefined) {
        this.#suspect(detail, () => this.#spans().includes(span));
      }
    }
  }

  /** The answer to the cancelled request `id` is owed. */
  expect(id: number): void {
    if (this.#patience !== undefined && !this.#owed.has(id)) {
      this.#owed.set(id, new Span('a cancelled request was not answered', this.#patience));
    }
  }

  answered(id: number): void {
    this.#owed.delete(id);
  }

  /** Nothing is expected any more. */
  rest(): void {
    this.#patience = undefined;
    this.#quiet = undefined;
    this.#owed.clear();
    clearInterval(this.#tick);
    this.#tick = undefined;
  }

  #spans(): readonly Span[] {
    return [...(this.#quiet === undefined ? [] : [this.#quiet]), ...this.#owed.values()];
  }

  /** Ticks are counted, not time: those of a host that was stopped or asleep itself do not come. */
  #count(): void {
    const { silentMs = Infinity } = this.#patience ?? {};
    this.#silentTicks++;
    if (this.#silentTicks * Math.min(TICK_MS, silentMs / 4) >= silentMs) {
      this.#suspect(`it gave no sign of life for ${inSeconds(silentMs)}`, () => this.#silentTicks > 0);
    }
    this.#tellSlow();
  }

  #tellSlow(): void {
    for (const span of this.#spans()) {
      const ms = performance.now() - span.startedAt;
      if (ms >= SLOW_MS && !this.#slow.has(span)) {
        this.#slow.add(span);
        this.parts.onSlow(
          `${span.what} for ${inSeconds(ms)}, in which it computed for ${inSeconds(span.computedMs)}; it is waited for`,
        );
      }
    }
  }

  #suspect(detail: string, isStillSo: () => boolean): void {
    setTimeout(() => {
      if (isStillSo()) {
        this.parts.onStuck(detail);
      }
    }, SETTLE_MS);
  }
}
