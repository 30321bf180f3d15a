import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** Where Linux tells of power supplies. */
const SUPPLIES = '/sys/class/power_supply';
/** So old an answer is still good enough; what it decides is worth little. */
const GOOD_MS = 30_000;

/** Whether the computer runs on its battery, as far as the system tells by files: that is Linux. Elsewhere it counts as plugged in. */
export class PowerSaving {
  private isDischarging = false;
  private readAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly folder = SUPPLIES,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** As it was when last looked at, for nobody waits for it; looks again in the background where that was long ago. */
  isOn(): boolean {
    if (this.now() - this.readAt > GOOD_MS) {
      this.readAt = this.now();
      void this.look();
    }
    return this.isDischarging;
  }

  /** Looks now. */
  async look(): Promise<boolean> {
    try {
      const names = await readdir(this.folder);
      const states = await Promise.all(names.map((name) => isDischarging(path.join(this.folder, name))));
      this.isDischarging = states.includes(true);
    } catch {
      this.isDischarging = false; // another system, or a container
    }
    return this.isDischarging;
  }
}

/** Whether a supply is a battery of the computer itself, not of a mouse, that is being used up. */
async function isDischarging(supply: string): Promise<boolean> {
  const read = (name: string): Promise<string> => readFile(path.join(supply, name), 'utf8').catch(() => '');
  const [type, scope, status] = await Promise.all([read('type'), read('scope'), read('status')]);
  return type.trim() === 'Battery' && scope.trim() !== 'Device' && status.trim() === 'Discharging';
}
