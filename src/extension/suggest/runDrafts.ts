import type { ShownDraft } from '../../shared/outcome.js';
import type { Draft } from '../live/draft.js';
import { type Asker, type Question, welcomeTo } from '../../atCursor/suggestionCache.js';
import { continueSuggestion } from '../../atCursor/typingThrough.js';

interface Watcher {
  readonly question: Question;
  readonly asker: Asker;
  readonly onDraft: (draft: Draft) => void;
}

/** The drafts of a request under way, and who is shown them. */
export class RunDrafts {
  private readonly drafts: ShownDraft[] = [];
  private readonly watchers = new Set<Watcher>();
  private shown: ShownDraft | undefined;

  /** @param origin what was asked. */
  constructor(private readonly origin: Question) {}

  /** Whether what was typed since agrees with a draft, so that the request may be of use there. */
  agree(now: Question): boolean {
    return this.drafts.some(({ text }) => continueSuggestion(text, this.origin, now) !== undefined);
  }

  add(draft: ShownDraft): void {
    this.drafts.push(draft);
    this.watchers.forEach((watcher) => this.tell(draft, watcher));
  }

  /**
   * Tells of each draft what of it may be shown, beginning with what is left of the one that is shown, or else of the newest.
   *
   * @returns ends it
   */
  watch(watcher: Watcher): () => void {
    this.watchers.add(watcher);
    const latest = this.drafts.at(-1);
    if (this.shown !== undefined && this.shown !== latest) {
      this.tell(this.shown, watcher);
    }
    if (latest !== undefined) {
      this.tell(latest, watcher);
    }
    return () => this.watchers.delete(watcher);
  }

  private tell(draft: ShownDraft, { question, asker, onDraft }: Watcher): void {
    const { isWhole, ...text } = draft;
    const welcome = welcomeTo(text, asker);
    const suggestion = welcome && continueSuggestion(welcome.text, this.origin, question);
    if (suggestion !== undefined) {
      onDraft({ suggestion, isWhole, drew: () => (this.shown = draft) });
    }
  }
}
