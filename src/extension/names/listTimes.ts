const KEPT = 5;
const TIMEOUTS_IN_ROW = 3;
/** How long a language whose lists take too long is left alone. */
const REST_MS = 5 * 60_000;

interface Times {
  /** Of the latest lists, newest last; Infinity where one did not come in time. */
  latest: readonly number[];
  restsUntil: number;
}

/** How long the lists of names take, by language: where they take too long they are not asked for a while. */
export class ListTimes {
  private readonly byLanguage = new Map<string, Times>();

  /** @param tooLong milliseconds that nobody waits beyond */
  constructor(private readonly tooLong: number) {}

  /** @param now milliseconds of a monotonic clock, as in `add` */
  rests(languageId: string, now: number): boolean {
    return now < (this.byLanguage.get(languageId)?.restsUntil ?? -Infinity);
  }

  /** @param ms that the list took; more than nobody waits for counts as never */
  add(languageId: string, ms: number, now: number): void {
    const before = this.byLanguage.get(languageId)?.latest ?? [];
    const latest = [...before, ms].slice(-KEPT);
    const isSlow =
      (latest.length >= TIMEOUTS_IN_ROW && latest.slice(-TIMEOUTS_IN_ROW).every((each) => each > this.tooLong)) ||
      (latest.length === KEPT && median(latest) > this.tooLong);
    // After the rest it begins anew: a server may have been starting.
    this.byLanguage.set(
      languageId,
      isSlow ? { latest: [], restsUntil: now + REST_MS } : { latest, restsUntil: -Infinity },
    );
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
