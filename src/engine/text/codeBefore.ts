import type { TextContext } from '../../shared/infillRequest.js';
import { type LanguageSyntax, syntaxOf } from './languageSyntax.js';
import { toLineFeeds } from './lineEnds.js';
import { indentOf } from './lines.js';
import { type CodeState, scanCode, START_OF_CODE } from './scanCode.js';

/** The code before a place, scanned once for all that ask about it. Line ends are `\n`. */
export interface CodeBefore {
  readonly syntax: LanguageSyntax;
  /** The document's last part before the place, bounded by CODE_REACH. */
  readonly text: string;
  /** The part of `text` that surely begins with code, and in which state. */
  readonly code: string;
  readonly start: CodeState;
  /** The state of the code at the place, and how many brackets are open where its line starts. */
  readonly cursor: CodeState;
  readonly depthAtLineStart: number;
  /** `text` does not start with the document, so brackets may be open that are not in `cursor`. */
  readonly isCut: boolean;
}

/** UTF-16 units looked at on each side. Enough for any block a person can see, and cheap in a 10 MB document. */
export const CODE_REACH = 12_000;

export function codeBefore({
  prefix,
  prefixOffset,
  languageId,
}: Pick<TextContext, 'prefix' | 'prefixOffset' | 'languageId'>): CodeBefore {
  const syntax = syntaxOf(languageId);
  const text = toLineFeeds(prefix.slice(-CODE_REACH));
  const isCut = prefixOffset > 0 || prefix.length > CODE_REACH;
  const code = isCut ? fromOutermostLine(text) : text;
  let depthAtLineStart = 0;
  const start = { ...START_OF_CODE, indent: indentOf(code).length };
  const cursor = scanCode(code, start, syntax, { line: (_, state) => (depthAtLineStart = state.open.length) });
  return { syntax, text, code, start, cursor, depthAtLineStart, isCut };
}

/** A prefix that does not start with the document may start inside a string: begin at a line that is surely code. */
function fromOutermostLine(prefix: string): string {
  const start = prefix.search(/\n(?=[\p{L}@#<])/u);
  return start < 0 ? prefix.slice(prefix.indexOf('\n') + 1) : prefix.slice(start + 1);
}
