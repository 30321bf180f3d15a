import type { ProjectDocument } from '../../shared/projectDocument.js';

/** Where texts lie: how much of it is still alive. */
export interface TextHome {
  liveTexts: number;
  liveUnits: number;
}

/** One version of a document in the index. */
export class IndexedText {
  /** The segment that answers for it; undefined = it is still to be indexed. */
  home: TextHome | undefined;
  /** UTF-16 units. */
  readonly length: number;
  /** Whether its characters take two bytes. */
  isWide = false;
  private kept: ProjectDocument | undefined;

  constructor(document: ProjectDocument) {
    this.kept = document;
    this.length = document.text.length;
  }

  /** Undefined once it was taken out: nothing of it may be answered, or kept in memory. */
  get document(): ProjectDocument | undefined {
    return this.kept;
  }

  get bytes(): number {
    return this.kept === undefined ? 0 : this.length * (this.isWide ? 2 : 1);
  }

  takeOut(): void {
    this.kept = undefined;
  }
}
