import type { ProjectStats } from '../../shared/projectDocument.js';
import type { ProjectChange } from '../../shared/protocol.js';
import type { ProjectIndex } from './projectIndex.js';

/** So long a request may have to wait for work on the index. */
const SLICE_MS = 5;
/** Statistics go through all documents. */
const STATS_MS = 1000;

export interface ProjectWorkParts {
  readonly index: Pick<ProjectIndex, 'clear' | 'setLimit' | 'remove' | 'replace' | 'work' | 'stats'>;
  /** Whether a request computes or waits. */
  readonly isBusy: () => boolean;
  readonly tell: (stats: ProjectStats) => void;
}

/** Keeps the index up to date in the time that requests leave. */
export class ProjectWork {
  #slice: NodeJS.Immediate | undefined;
  #stats: NodeJS.Timeout | undefined;
  #isTold = true;
  #toldAt = -Infinity;

  constructor(private readonly parts: ProjectWorkParts) {}

  /** What is removed is gone at once; what is new is found as soon as there was time to index it. */
  change({ clear, limit, remove, replace }: ProjectChange): void {
    const { index } = this.parts;
    if (clear === true) index.clear();
    if (limit !== undefined) index.setLimit(limit);
    if (remove !== undefined) index.remove(remove);
    if (replace !== undefined) index.replace(replace);
    this.#isTold = false;
    this.resume();
  }

  /** To be called whenever a request has ended. */
  resume(): void {
    if (this.#isTold || this.#slice !== undefined) {
      return;
    }
    // One slice in each turn of the event loop: a request that has come is seen before the next one.
    this.#slice = setImmediate(() => {
      this.#slice = undefined;
      if (this.parts.isBusy()) {
        return;
      }
      if (this.parts.index.work(SLICE_MS)) {
        this.resume();
      }
      this.#tellSoon();
    });
  }

  #tellSoon(): void {
    if (this.#stats !== undefined) {
      return;
    }
    const wait = Math.max(0, this.#toldAt + STATS_MS - performance.now());
    this.#stats = setTimeout(() => {
      this.#stats = undefined;
      if (this.parts.isBusy()) {
        return; // told when that is over
      }
      const { stats } = this.parts.index;
      this.#toldAt = performance.now();
      this.#isTold = stats.waiting === 0;
      this.parts.tell(stats);
    }, wait).unref();
  }
}
