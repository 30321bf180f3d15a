import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { FoundMiddle, ProjectPlace, ProjectTexts } from '../engine/project/foundMiddle.js';
import { ProjectIndex } from '../engine/project/projectIndex.js';
import { isSecretFile } from '../workspace/isSecretFile.js';
import { unusable } from '../workspace/usableText.js';
import { languageIdOf } from './languageIds.js';

/** UTF-16 units of open documents that are indexed at most. */
const LIMIT = 16 * 2 ** 20;
/** So long a request may have to wait for work on the index. */
const SLICE_MS = 5;
/** A document is indexed anew where it was left alone so long, in milliseconds. */
const REST_MS = 1000;

/** Patches and lists of changes show lines of other files, which may be secret. */
const LANGUAGES_OF_OTHERS = new Set(['diff', 'git-commit', 'gitcommit', 'git-rebase', 'gitrebase']);

/** Whether suggestions may be made in a document. */
export function isEligible({ uri }: Pick<TextDocument, 'uri'>): boolean {
  return !isSecretFile(pathOf(uri));
}

/** The texts of open documents, as suggestions are drawn from them. */
export class OpenDocuments implements ProjectTexts {
  private readonly index = new ProjectIndex({ limit: LIMIT });
  private readonly waiting = new Map<string, NodeJS.Timeout>();
  private isWorking = false;
  private isEnded = false;
  /** Whether anything is found. */
  isOn = true;

  /** @param isBusy whether a request computes or waits */
  constructor(private readonly isBusy: () => boolean) {}

  find(place: ProjectPlace, most: number): readonly FoundMiddle[] {
    return this.isOn ? this.index.find(place, most) : [];
  }

  /** A document was opened, or has changed. */
  changed(document: TextDocument): void {
    const { uri } = document;
    const isNew = !this.waiting.has(uri);
    clearTimeout(this.waiting.get(uri));
    const timer = setTimeout(() => this.take(document), isNew ? 0 : REST_MS).unref();
    this.waiting.set(uri, timer);
  }

  closed({ uri }: Pick<TextDocument, 'uri'>): void {
    clearTimeout(this.waiting.get(uri));
    this.waiting.delete(uri);
    this.index.remove([uri]);
  }

  dispose(): void {
    this.isEnded = true;
    for (const timer of this.waiting.values()) clearTimeout(timer);
    this.index.clear();
  }

  private take(document: TextDocument): void {
    const { uri } = document;
    const languageId = languageIdOf(document.languageId);
    const text = document.getText();
    if (!isEligible(document) || LANGUAGES_OF_OTHERS.has(languageId) || unusable(text, languageId) !== undefined) {
      this.index.remove([uri]);
      return;
    }
    this.index.replace([{ uri, path: pathOf(uri), languageId, text }]);
    void this.work();
  }

  private async work(): Promise<void> {
    if (this.isWorking) return;
    this.isWorking = true;
    // One slice in each turn of the event loop: a request that has come is seen before the next one.
    for (let isMore = true; isMore && !this.isEnded;) {
      await nextTurn();
      isMore = this.isBusy() ? true : this.index.work(SLICE_MS);
      if (this.isBusy()) await pause();
    }
    this.isWorking = false;
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20).unref());
}

/** The path of a document's uri, with `/`; of one that is no file, what stands in its place. */
function pathOf(uri: string): string {
  try {
    return decodeURIComponent(new URL(uri).pathname);
  } catch {
    return uri;
  }
}
