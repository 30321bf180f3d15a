/** Suggestions while typing are put off: until a time, or for as long as the window is open. Nothing of it is written down. */
export class Snooze {
  private until: number | undefined;
  private timer: NodeJS.Timeout | undefined;

  /** @param onChange told when it begins and when it ends */
  constructor(private readonly onChange: () => void) {}

  /** When it ends, in milliseconds since 1970; `Infinity` = with the window; undefined = it is awake. */
  get end(): number | undefined {
    return this.until;
  }

  /** @param minutes `Infinity` = as long as the window is open */
  start(minutes: number): void {
    clearTimeout(this.timer);
    this.until = Date.now() + minutes * 60_000;
    if (Number.isFinite(minutes)) {
      this.timer = setTimeout(() => this.wake(), minutes * 60_000);
      this.timer.unref();
    }
    this.onChange();
  }

  wake(): void {
    clearTimeout(this.timer);
    this.until = undefined;
    this.onChange();
  }

  dispose(): void {
    clearTimeout(this.timer);
  }
}
