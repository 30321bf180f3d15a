import type { ProjectDocument } from '../../shared/projectDocument.js';

/** Where texts lie: how much of it is still alive. */
export interface TextHome {
  liveTexts: number;
  liveUnits: number;
}

/** Units of a block whose line breaks are counted together. */
const BLOCK = 4096;

/** One version of a document in the index. */
export class IndexedText {
  /** The segment that answers for it; undefined = it is still to be indexed. */
  home: TextHome | undefined;
  /** UTF-16 units. */
  readonly length: number;
  /** Whether its characters take two bytes. */
  isWide = false;
  private kept: ProjectDocument | undefined;
  /** Line breaks by the block that their last unit is in, once a line was asked for. */
  private lineBreaks: Uint16Array | undefined;

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

  /** The line that a unit lies in, from 1. */
  lineOf(at: number): number {
    const text = this.kept?.text ?? '';
    this.lineBreaks ??= countedLineBreaks(text);
    const block = Math.floor(at / BLOCK);
    let line = 1;
    for (let i = 0; i < block; i++) line += this.lineBreaks[i]!;
    return line + countLineBreaks(text, block * BLOCK, at);
  }

  takeOut(): void {
    this.kept = undefined;
  }
}

function countedLineBreaks(text: string): Uint16Array {
  const counts = new Uint16Array(Math.ceil(text.length / BLOCK));
  for (let i = 0; i < counts.length; i++) counts[i] = countLineBreaks(text, i * BLOCK, (i + 1) * BLOCK);
  return counts;
}

/** Line breaks whose last unit is in `text[from, to)`. */
function countLineBreaks(text: string, from: number, to: number): number {
  let count = 0;
  const end = Math.min(to, text.length);
  for (let i = from; i < end; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 10 || (unit === 13 && text.charCodeAt(i + 1) !== 10)) count++;
  }
  return count;
}
