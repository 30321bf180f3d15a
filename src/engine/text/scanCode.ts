import type { LanguageSyntax } from './languageSyntax.js';

/** A bracket that is not closed yet (`$` stands for the `${` of a template literal), or a block without brackets. */
export interface OpenBracket {
  readonly mark: string;
  /** Length of the indentation of the line it stands on. */
  readonly indent: number;
}

/** Where a place in code stands. */
export interface CodeState {
  /** '' in code; in a string or comment the delimiter that ends it (`\n` for a line comment). */
  readonly inside: string;
  /** Brackets open at this place, outermost first. */
  readonly open: readonly OpenBracket[];
  /** The last character of code before this place that is not blank, '' if there is none. */
  readonly last: string;
  /** Length of the indentation of this place's line. */
  readonly indent: number;
}

export const START_OF_CODE: CodeState = { inside: '', open: [], last: '', indent: 0 };

/** Told what the scan passes. The states are live: copy what is needed later. */
export interface CodeVisitor {
  /** A bracket, or a delimiter of a string or block comment, opens something at `index`; `after` is the state behind it. */
  readonly opened?: (index: number, after: CodeState) => void;
  /**
   * A closing bracket at `index`, or a delimiter there that ends a string or comment. `after` is the state behind it;
   * `found` says whether there was something to close.
   */
  readonly closed?: (index: number, after: CodeState, found: boolean) => void;
  /** A line starts at `index`. Not called for the first line. */
  readonly line?: (index: number, state: CodeState) => void;
}

/**
 * Goes through `code` from `start` and gives the state at its end. A rough lexer, meant to be right on ordinary code and to
 * recover at the next line elsewhere: a closing bracket closes the nearest opening one of its kind, whatever stands between;
 * a quote that is not closed on its line is an apostrophe, unless `code` itself ends on that line. Linear in the length.
 */
export function scanCode(code: string, start: CodeState, syntax: LanguageSyntax, visitor: CodeVisitor = {}): CodeState {
  const scanner = new Scanner(code, start, syntax);
  while (scanner.index < code.length) scanner.step(visitor);
  return scanner;
}

/** `code` with blanks in the place of strings and comments: as long, and with the same lines. */
export function withoutText(code: string, start: CodeState, syntax: LanguageSyntax): string {
  const scanner = new Scanner(code, start, syntax);
  let left = '';
  while (scanner.index < code.length) {
    const { index, inside } = scanner;
    scanner.step({});
    const part = code.slice(index, scanner.index);
    const isLiteral = part.length > 1 && "'/".includes(part.charAt(0)); // a character or a regular expression
    const isText = inside !== '' || scanner.inside !== '' || isLiteral;
    left += isText && part !== '\n' ? ' '.repeat(part.length) : part;
  }
  return left;
}

/** Whether `closer` closes `opener`: the bracket of its kind, or the end of a block of the same mark. */
export function closes(closer: string, opener: OpenBracket): boolean {
  return (CLOSER_OF.get(opener.mark) ?? opener.mark) === closer;
}

const CLOSER_OF: ReadonlyMap<string, string> = new Map(Object.entries({ '(': ')', '[': ']', '{': '}', $: '}' }));
/** Deeper nesting is not code; the limit keeps the time linear. */
const MAX_DEPTH = 200;
const CHARACTER = /'(?:\\[^\n']{1,10}|[^'\\\n])'/uy;
const REGEXP = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\//uy;
const BLANKS = /[ \t]+/uy;
const WORD = /[A-Za-z0-9_]+/uy;
/** Characters that no delimiter or escape of any language begins with. */
const PLAIN = /[A-Za-z0-9_ \t.,;:=+]+/uy;
const BEFORE_REGEXP = '(,=:[!&|?{};+-*%~^';

function isWord(char: string): boolean {
  return (char >= 'a' && char <= 'z') || (char >= 'A' && char <= 'Z') || (char >= '0' && char <= '9') || char === '_';
}

class Scanner implements CodeState {
  index = 0;
  inside: string;
  last: string;
  indent: number;
  readonly open: OpenBracket[];
  /** End of the line up to which a delimiter is a mere apostrophe. */
  private readonly looseUntil = new Map<string, number>();

  constructor(
    private readonly code: string,
    start: CodeState,
    private readonly syntax: LanguageSyntax,
  ) {
    this.inside = start.inside;
    this.last = start.last;
    this.indent = start.indent;
    this.open = [...start.open];
  }

  step(visitor: CodeVisitor): void {
    const char = this.code.charAt(this.index);
    if (char === '\n') {
      if (this.inside === '\n' || this.syntax.strings.includes(this.inside)) this.inside = '';
      this.index += 1;
      this.indent = this.matchLength(BLANKS);
      visitor.line?.(this.index, this);
    } else if (this.inside !== '') {
      this.stepInside(char, visitor);
    } else if (char === ' ' || char === '\t') {
      this.index += 1;
    } else if (isWord(char)) {
      this.index += this.matchLength(WORD);
      this.last = this.code.charAt(this.index - 1);
    } else if (!this.enterComment(visitor) && !this.enterString(visitor)) {
      this.stepInCode(char, visitor);
    }
  }

  private stepInside(char: string, visitor: CodeVisitor): void {
    const { inside, index } = this;
    const isComment = inside === '\n' || this.syntax.blockComments.some(([, close]) => close === inside);
    const isRaw = inside === '`' && !this.syntax.script;
    if (char === '\\' && !isComment && !isRaw) {
      // An escaped line end still ends a line.
      this.index += this.code.charAt(index + 1) === '\n' ? 1 : 2;
    } else if (this.code.startsWith(inside, index)) {
      this.index += inside.length;
      this.inside = '';
      if (!isComment) this.last = inside.charAt(0);
      visitor.closed?.(index, this, true);
    } else if (this.syntax.script && inside === '`' && this.code.startsWith('${', index)) {
      this.index += 2;
      this.inside = '';
      this.last = '{';
      this.open.push({ mark: '$', indent: this.indent });
      visitor.opened?.(index, this);
    } else {
      this.index += Math.max(1, this.matchLength(PLAIN));
    }
  }

  private stepInCode(char: string, visitor: CodeVisitor): void {
    const index = this.index;
    const literal = this.literalLength(char);
    this.last = char;
    this.index += Math.max(1, literal);
    if (literal > 0 || !this.syntax.brackets) return;
    if (char === '(' || char === '[' || char === '{') {
      if (this.open.length === MAX_DEPTH) return;
      this.open.push({ mark: char, indent: this.indent });
      visitor.opened?.(index, this);
    } else if (char === ')' || char === ']' || char === '}') {
      const opener = this.open.findLastIndex((bracket) => closes(char, bracket));
      if (this.open[opener]?.mark === '$') this.inside = '`';
      if (opener >= 0) this.open.length = opener;
      visitor.closed?.(index, this, opener >= 0);
    }
  }

  /** Length of a character literal or regular expression that starts here, or 0. */
  private literalLength(char: string): number {
    const { syntax, last } = this;
    if (char === "'" && syntax.charLiterals) return this.matchLength(CHARACTER);
    const isRegExp = char === '/' && syntax.script && (last === '' || BEFORE_REGEXP.includes(last));
    return isRegExp ? this.matchLength(REGEXP) : 0;
  }

  private enterComment(visitor: CodeVisitor): boolean {
    const block = this.syntax.blockComments.find(([open]) => this.code.startsWith(open, this.index));
    const line = this.syntax.lineComments.find((mark) => this.code.startsWith(mark, this.index));
    const before = this.code.charAt(this.index - 1);
    if (block !== undefined) {
      this.inside = block[1];
      this.index += block[0].length;
      visitor.opened?.(this.index - block[0].length, this);
    } else if (line !== undefined && (line.startsWith('#') ? !/[$\w]/u.test(before) : before !== ':')) {
      // Not the `//` of a URL, nor the number sign of `$#` or `a#b`.
      this.inside = '\n';
      this.index += line.length;
    } else {
      return false;
    }
    return true;
  }

  private enterString(visitor: CodeVisitor): boolean {
    const { code, index, syntax } = this;
    const long = syntax.longStrings.find((delimiter) => code.startsWith(delimiter, index));
    const quote = long ?? syntax.strings.find((delimiter) => code.startsWith(delimiter, index));
    if (quote === undefined || (long === undefined && this.isLoose(quote))) return false;
    this.inside = quote;
    this.index += quote.length;
    visitor.opened?.(index, this);
    return true;
  }

  /** Whether a quote here is an apostrophe or inch mark in a text rather than the start of a string. */
  private isLoose(quote: string): boolean {
    const { code, index } = this;
    if (index < (this.looseUntil.get(quote) ?? 0)) return true;
    // `Don't`, but not the string prefixes of `f'x'`.
    if (quote === "'" && /[\p{L}\d]$/u.test(code.slice(Math.max(0, index - 2), index))) {
      if (!/(?:^|[^\p{L}\d])[rbfu]{1,2}$/iu.test(code.slice(Math.max(0, index - 3), index))) return true;
    }
    const lineEnd = code.indexOf('\n', index);
    if (lineEnd < 0) return false;
    let end = index + 1;
    while (end < lineEnd && code[end] !== quote) end += code[end] === '\\' ? 2 : 1;
    if (end < lineEnd) return false;
    this.looseUntil.set(quote, lineEnd);
    return true;
  }

  private matchLength(sticky: RegExp): number {
    sticky.lastIndex = this.index;
    return sticky.test(this.code) ? sticky.lastIndex - this.index : 0;
  }
}
