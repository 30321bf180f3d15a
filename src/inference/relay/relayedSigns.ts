import { writeSync } from 'node:fs';
import type { Pulse } from '../../process/pulse.js';
import { BEAT_MS } from '../../process/pulse.js';
import { SIGNS_FD } from '../../process/signsFd.js';
import { type NumberedPulse, readSigns } from '../link/signsFile.js';

/** More data than an idle process reads in a beat. */
const WELL = 2 ** 20;

export interface RelayedSignsParts {
  /** The process's file of signs; undefined before there is one. */
  readonly file: () => string | undefined;
  /** What this window's host waits for: that a request of its own is computed, or that others end theirs. */
  readonly waitsFor: () => 'own' | 'others' | 'nothing';
  /** Told what the process does while others are waited for. */
  readonly onOthers: (pulse: Pulse) => void;
  readonly onBeat: () => void;
}

/**
 * Gives the host signs of life in the process's place. What the process does for this window is told as it is, for the host to judge; while
 * it computes for another one, the host is told that all is well.
 */
export class RelayedSigns {
  #beats: NodeJS.Timeout | undefined;
  #last: NumberedPulse | undefined;
  /** What the host was told so far. */
  #told: Pulse = { cpuMs: 0, bytes: 0, turns: 0 };

  constructor(private readonly parts: RelayedSignsParts) {}

  /** To be called whenever what is waited for may have changed. */
  look(): void {
    if (this.parts.waitsFor() === 'nothing') {
      clearInterval(this.#beats);
      this.#beats = undefined;
      this.#last = undefined; // what comes meanwhile is nobody's here
    } else {
      this.#beats ??= setInterval(() => this.#beat(), BEAT_MS / 2);
    }
  }

  #beat(): void {
    this.parts.onBeat();
    const file = this.parts.file();
    const pulse = file === undefined ? undefined : readSigns(file);
    const before = this.#last;
    const isNew = pulse !== undefined && pulse.number !== before?.number;
    this.#last = pulse ?? before;
    if (this.parts.waitsFor() === 'others') {
      this.#tell({ cpuMs: 0, bytes: WELL, turns: 1 });
      if (isNew) this.parts.onOthers(pulse);
    } else if (isNew) {
      const { cpuMs, bytes, turns } = before ?? pulse;
      this.#tell({ cpuMs: pulse.cpuMs - cpuMs, bytes: pulse.bytes - bytes, turns: pulse.turns - turns });
    }
  }

  #tell({ cpuMs, bytes, turns }: Pulse): void {
    const { cpuMs: cpu, bytes: read, turns: turned } = this.#told;
    this.#told = { cpuMs: cpu + cpuMs, bytes: read + bytes, turns: turned + turns };
    try {
      writeSync(SIGNS_FD, `${this.#told.cpuMs} ${this.#told.bytes} ${this.#told.turns}\n`);
    } catch {
      // Nobody listens, or nobody has read for long.
    }
  }
}
