/** Pauses between keys longer than this are pauses for thought, not typing. */
const LONGEST_KEY_INTERVAL_MS = 400;
const SHORTEST_KEY_INTERVAL_MS = 100;
const INTERVALS_KEPT = 50;
/** With fewer intervals the rhythm is not known yet. */
const INTERVALS_NEEDED = 10;

const SHORTEST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 1000;

/** How many key intervals of silence count as a pause: in the middle of a word, and where a suggestion is most welcome. */
const PAUSE_INSIDE_WORD = 3;
const PAUSE_AT_BEST_PLACE = 1.5;

/** How fast this person types, from the latest edits. */
export class TypingRhythm {
  private intervals: number[] = [];
  private lastEdit = Number.NEGATIVE_INFINITY;
  private lastKey = Number.NEGATIVE_INFINITY;
  private lastChange = '';

  /**
   * @param now milliseconds of a monotonic clock.
   * @param change says what the key did: the same again may be a key held down, whose repetitions are the keyboard's rhythm.
   */
  keyPressed(now: number, change = ''): void {
    const interval = now - this.lastKey;
    const isRepetition = change !== '' && change === this.lastChange;
    this.lastEdit = now;
    this.lastKey = now;
    this.lastChange = change;
    if (!isRepetition && interval > 0 && interval <= LONGEST_KEY_INTERVAL_MS) {
      this.intervals = [...this.intervals.slice(1 - INTERVALS_KEPT), interval];
    }
  }

  /** The text changed by a person's wish, but not by a key of typing: undo and redo. */
  edited(now: number): void {
    this.lastEdit = now;
    this.lastKey = Number.NEGATIVE_INFINITY;
    this.lastChange = '';
  }

  /** Mean milliseconds between two keys while typing, 100..400. */
  get interval(): number {
    if (this.intervals.length < INTERVALS_NEEDED) {
      return 200;
    }
    const mean = this.intervals.reduce((sum, each) => sum + each, 0) / this.intervals.length;
    return clamp(mean, SHORTEST_KEY_INTERVAL_MS, LONGEST_KEY_INTERVAL_MS);
  }

  /** Milliseconds since the last edit of any kind; large before the first one. */
  idle(now: number): number {
    return now - this.lastEdit;
  }
}

/**
 * How welcome a suggestion is at this place, 0..1: after a character that ends a word, at the end of a line and of the
 * text people usually wait for one; in the middle of a word they usually go on typing.
 */
export function placeWelcome(prefix: string, suffix: string): number {
  const afterWord = /[\p{L}\p{N}_]$/u.test(prefix.slice(-2)) ? 0 : 0.5;
  const atLineEnd = /^[^\S\r\n]*(\r|\n|$)/.test(suffix) ? 0.4 : 0;
  const atTextEnd = suffix.trim() === '' ? 0.1 : 0;
  return afterWord + atLineEnd + atTextEnd;
}

/**
 * Milliseconds of silence after the last key before a request is worth its computing time, 100..1000. An idea of Tabby's:
 * some key intervals of this person, fewer at welcome places, less what the model needs to answer.
 *
 * @param answerMs what an answer takes, as far as known.
 */
export function adaptiveDelay(interval: number, welcome: number, answerMs: number): number {
  const pause = interval * (PAUSE_INSIDE_WORD - (PAUSE_INSIDE_WORD - PAUSE_AT_BEST_PLACE) * welcome);
  return clamp(pause - answerMs, SHORTEST_DELAY_MS, LONGEST_DELAY_MS);
}

function clamp(value: number, minimum: number, maximum: number): number {
  return Math.min(maximum, Math.max(minimum, value));
}
