import type { Suggestion } from '../../atCursor/suggestion.js';

/** A change of a text, as an editor tells. */
export interface TextChange {
  readonly rangeOffset: number;
  readonly rangeLength: number;
  readonly text: string;
}

/** What is left of a shown suggestion while a person types along with it, as far as changes of the text tell. */
export class ShownRest {
  private suggestion: Suggestion | undefined;
  /** What was shown before it, and may still be on the screen: VS Code has the new one, and draws it a moment later. */
  private before: Suggestion | undefined;
  /** Where what is left begins; undefined where a person typed something else, or the editor closed a bracket. */
  private at: number | undefined;

  /** @param offset of the cursor in its document. */
  constructor(private readonly offset: number) {
    this.at = offset;
  }

  /** What is left; undefined before anything is shown. */
  get text(): string | undefined {
    return this.suggestion?.text;
  }

  shows(suggestion: Suggestion): void {
    this.before = this.suggestion;
    this.suggestion = suggestion;
    this.at = this.offset;
  }

  /** @returns whether all of it is there now, a part, or something else. */
  typed(changes: readonly TextChange[]): 'all' | 'part' | 'else' {
    const [change, ...others] = changes;
    const { suggestion, before, at } = this;
    if (change === undefined || others.length > 0 || change.rangeOffset !== at || change.text === '') {
      this.at = undefined;
      return 'else';
    }
    if (before !== undefined && before.text === change.text && before.replaceAfter === change.rangeLength) {
      return 'all';
    }
    const replaces = change.rangeLength === 0 || change.rangeLength === suggestion?.replaceAfter;
    if (suggestion === undefined || !replaces || !suggestion.text.startsWith(change.text)) {
      this.at = undefined;
      return 'else';
    }
    this.suggestion = { ...suggestion, text: suggestion.text.slice(change.text.length) };
    this.before = undefined;
    this.at = change.rangeOffset + change.text.length;
    return this.suggestion.text === '' ? 'all' : 'part';
  }

  /** Whether a cursor at an offset may be the one of a person who types along; also where that cannot be told. */
  reaches(offset: number): boolean {
    return this.at === undefined || (offset >= this.offset && offset <= this.at);
  }
}
