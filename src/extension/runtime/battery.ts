import type { PowerSource } from '../../inference/host/powerSource.js';

/** It is asked no more often than this. */
const EVERY_MS = 60_000;
/** While a person types it is not asked; then this long later is soon enough. */
const LATER_MS = 5000;

export interface BatteryParts {
  readonly read: () => Promise<PowerSource>;
  /** Whether a person is typing just now. */
  readonly isTyping: () => boolean;
  /** Told when it is known that the computer runs on another source. */
  readonly onChange: () => void;
}

/** Whether the computer runs on its battery. Nothing is read before somebody wants to know. */
export class Battery {
  private source: PowerSource;
  private readAt = Number.NEGATIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;
  private isWanted = false;

  constructor(private readonly parts: BatteryParts) {}

  /** What was read last. */
  get isUsed(): boolean {
    return this.source === 'battery';
  }

  /** To be called whenever it may have changed whether somebody wants to know. */
  want(isWanted: boolean): void {
    if (isWanted !== this.isWanted) {
      this.isWanted = isWanted;
      clearTimeout(this.timer);
      if (isWanted) {
        this.schedule(Math.max(0, this.readAt + EVERY_MS - Date.now()));
      }
    }
  }

  dispose(): void {
    this.want(false);
  }

  private schedule(ms: number): void {
    this.timer = setTimeout(() => void this.look(), ms);
    this.timer.unref();
  }

  private async look(): Promise<void> {
    if (this.parts.isTyping()) {
      this.schedule(LATER_MS);
      return;
    }
    this.readAt = Date.now();
    const source = await this.parts.read();
    const isChange = source !== this.source;
    this.source = source;
    if (this.isWanted) {
      clearTimeout(this.timer);
      this.schedule(EVERY_MS);
    }
    if (isChange) {
      this.parts.onChange();
    }
  }
}
