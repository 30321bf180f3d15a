import type { Span } from '../../shared/infillRequest.js';

export interface SpanChange {
  readonly span: Span;
  /** Length of the text that takes the span's place. */
  readonly newLength: number;
}

/** A place in a document that is still being edited: moves with changes around it, is lost by a change inside it. */
export class TrackedSpan {
  private current: Span | undefined;

  constructor(span: Span) {
    this.current = span;
  }

  /** Where the text stands now; undefined once it was changed. */
  get span(): Span | undefined {
    return this.current;
  }

  /** @param changes in the order in which they were made; each refers to the text as the former ones left it. */
  follow(changes: readonly SpanChange[]): void {
    for (const change of changes) {
      this.current = this.current === undefined ? undefined : moved(this.current, change);
    }
  }
}

function moved(span: Span, { span: changed, newLength }: SpanChange): Span | undefined {
  if (changed.end <= span.start) {
    const shift = newLength - (changed.end - changed.start);
    return { start: span.start + shift, end: span.end + shift };
  }
  return changed.start >= span.end ? span : undefined;
}
