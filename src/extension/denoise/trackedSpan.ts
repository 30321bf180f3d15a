import type { Span } from '../../shared/infillRequest.js';

export interface SpanChange {
  readonly span: Span;
  /** Length of the text that takes the span's place. */
  readonly newLength: number;
}

/** A place in a document that is still being edited: moves with changes around it, is lost by a change inside it. */
export class TrackedSpan {
  private current: Span | undefined;
  private ownEdits = 0;

  /** @param edges what a change does that only touches the span: is it outside of it, or inside */
  constructor(
    span: Span,
    private readonly edges: 'outside' | 'inside' = 'outside',
  ) {
    this.current = span;
  }

  /** Where the text stands now; undefined once it was changed. */
  get span(): Span | undefined {
    return this.current;
  }

  /**
   * Changes inside are the owner's while `edit` runs: the span grows and shrinks with them, also with what is put in at its start or
   * end. Whatever else was edited meanwhile shows in the text, so whoever relies on the text compares it.
   */
  async whileEdited<T>(edit: () => PromiseLike<T>): Promise<T> {
    this.ownEdits++;
    try {
      return await edit();
    } finally {
      this.ownEdits--;
    }
  }

  /** @param changes in the order in which they were made; each refers to the text as the former ones left it. */
  follow(changes: readonly SpanChange[]): void {
    for (const change of changes) {
      this.current = this.current === undefined ? undefined : this.followed(this.current, change);
    }
  }

  private followed(span: Span, change: SpanChange): Span | undefined {
    if (this.ownEdits > 0) {
      return resized(span, change);
    }
    const touches = change.span.end === span.start || change.span.start === span.end;
    return touches && this.edges === 'inside' ? undefined : moved(span, change);
  }
}

function resized(span: Span, change: SpanChange): Span | undefined {
  const { span: changed, newLength } = change;
  const isInside = changed.start >= span.start && changed.end <= span.end;
  return isInside
    ? { start: span.start, end: span.end + newLength - (changed.end - changed.start) }
    : moved(span, change);
}

function moved(span: Span, { span: changed, newLength }: SpanChange): Span | undefined {
  if (changed.end <= span.start) {
    const shift = newLength - (changed.end - changed.start);
    return { start: span.start + shift, end: span.end + shift };
  }
  return changed.start >= span.end ? span : undefined;
}
