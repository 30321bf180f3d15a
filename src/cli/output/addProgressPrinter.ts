import type { AddProgress } from '../../shared/modelImport.js';
import { visibleLine } from '../../shared/visibleText.js';
import type { OutputStream } from './cliIo.js';
import { CLEAR_LINE } from './style.js';

const VERBS: Readonly<Record<AddProgress['phase'], string>> = {
  wait: 'Waiting for another import of',
  download: 'Downloading',
  convert: 'Converting',
  copy: 'Copying',
  verify: 'Verifying',
  compare: 'Comparing with 32-bit floating point',
};
/** How often a terminal's line is drawn anew. */
const EVERY_MS = 100;

/** Shows how far an import is: one line that changes on a terminal; elsewhere one line for each tenth of a phase. */
export class AddProgressPrinter {
  #drawnAt = -Infinity;
  #last = '';
  #isOpen = false;

  constructor(
    private readonly output: OutputStream,
    private readonly now: () => number = () => performance.now(),
  ) {}

  show(progress: AddProgress): void {
    const { phase, done, total, detail } = progress;
    const share = total > 0 ? done / total : undefined;
    if (this.output.isTTY === true) {
      const isNews = `${phase} ${detail}` !== this.#last || done === total;
      if (isNews || this.now() - this.#drawnAt >= EVERY_MS) {
        this.#drawnAt = this.now();
        this.#last = `${phase} ${detail}`;
        this.#isOpen = true;
        this.output.write(`${CLEAR_LINE}${line(progress, share)}`);
      }
      return;
    }
    const step = `${phase} ${detail} ${share === undefined ? '' : Math.floor(share * 10)}`;
    if (step !== this.#last) {
      this.#last = step;
      this.output.write(`${line(progress, share)}\n`);
    }
  }

  /** The line is done: what is written next starts a new one. */
  end(): void {
    if (this.#isOpen) {
      this.#isOpen = false;
      this.output.write(CLEAR_LINE);
    }
  }
}

function line({ phase, done, total, detail }: AddProgress, share: number | undefined): string {
  const what = `${VERBS[phase]}${detail === '' ? '' : ` ${visibleLine(detail)}`}`;
  if (share === undefined) {
    return `${what} ...`;
  }
  const amount = phase === 'compare' ? '' : ` (${megabytes(done)} of ${megabytes(total)} MB)`;
  return `${what}: ${Math.floor(share * 100)}%${amount}`;
}

function megabytes(bytes: number): string {
  return String(Math.round(bytes / 1e6));
}
