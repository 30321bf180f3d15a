import type { StepTrace } from '../../shared/outcome.js';
import { completionPiece, type HostedText } from './forms/answerForm.js';
import { HostedFailure } from './forms/hostedFailure.js';
import type { HostedPlace } from './hostedPlace.js';

/** Who is told of drafts. */
export interface DraftsTold {
  /** Told of drafts; absent = nobody wants to know. */
  readonly onStep?: (trace: StepTrace) => void;
  /** Before that nothing is told. */
  readonly from?: Promise<void>;
}

/** A draft is told so often at most. */
const DRAFT_MS = 100;

/** A text that comes piece by piece. */
export class HostedDrafts {
  private text = '';
  private isCut = false;
  private isEnded = false;
  private isWanted = true;
  private step = 0;
  private toldAt = -Infinity;

  constructor(
    private readonly place: HostedPlace,
    private readonly told: DraftsTold,
  ) {
    if (told.from !== undefined) {
      this.isWanted = false;
      void told.from.then(() => (this.isWanted = true));
    }
  }

  add(data: string): void {
    const piece = completionPiece(data);
    if (piece === undefined) {
      return;
    }
    this.text += piece.text;
    this.isCut ||= piece.isCut;
    this.isEnded ||= piece.isEnded;
    this.tell();
  }

  /** @throws HostedFailure where it did not come to its end */
  get whole(): HostedText {
    if (!this.isEnded) {
      throw new HostedFailure({ kind: 'cut' });
    }
    return { text: this.text, isCut: this.isCut, isEnded: true };
  }

  private tell(): void {
    const { onStep } = this.told;
    const now = performance.now();
    if (onStep === undefined || !this.isWanted || this.isEnded || now - this.toldAt < DRAFT_MS) {
      return;
    }
    this.toldAt = now;
    const fitted = this.place.fitted(this.text, true);
    if ('text' in fitted) {
      const { text, confidence } = fitted;
      const shown = { text, confidence, isWhole: false };
      onStep({ step: this.step++, kind: 'denoise', commits: [], canvas: [], draft: [], shown });
    }
  }
}
