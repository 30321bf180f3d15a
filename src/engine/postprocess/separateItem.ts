import { type Nothing } from './surroundings/filter.js';
import { isBlank } from '../text/lines.js';
import type { LanguageSyntax } from '../text/languageSyntax.js';
import { type CodeState, scanCode, START_OF_CODE } from '../text/scanCode.js';
import type { Surroundings } from './surroundings/surroundings.js';

/** The last character of a value, a type or a name. */
const VALUE_END = /[\p{L}\p{N}_)\]}"'`?!>%]/u;
/** Words after which a value is still to come. */
const OPEN_WORD =
  /\b(?:and|as|async|await|case|const|def|else|extends|fn|for|from|func|function|if|implements|import|in|is|lambda|let|mut|new|not|or|out|private|public|ref|return|static|typeof|var|where|yield)$/iu;
/** How an item may begin; an operator goes on with the one above. */
const ITEM = /^(?:[\p{L}\p{N}_$@"'`([#{]|\.{2,3}[\w({[$]|\*{1,2}[\w(]|[-&:!~+|][\w("'])/u;
/** Words that go on with the item above, unless they are a key. */
const GOES_ON =
  /^(?:and|as|async[ \t]+for|catch|do|else|end|for|from|if|in|instanceof|is|not|of|or|rescue|satisfies|then|unless|until|when|where|while)\b(?![ \t]*(?::|=(?!=)))/iu;
/** Clauses of SQL, which end a list; alone, some of these words are names. */
const CLAUSE =
  /^(?:delete|from|having|insert|into|join|on|returning|select|set|union|update|where|(?:group|order)[ \t]+by|(?:cross|full|inner|left|right)[ \t]+(?:outer[ \t]+)?join|(?:limit|offset)[ \t]+\d+|values)\b(?![ \t]*=)/iu;
/** Kinds whose items need no bracket around them. */
const TOP_LEVEL: ReadonlySet<string> = new Set(['clauses', 'declarations']);
/** Lines indented further are taken for lines with something on them. */
const MAX_INDENT = 200;
const DECLARATION = /^(?:[\w$-]+[ \t]*:[ \t]|@(?:extend|forward|import|include|return|use)\b[^{]*$)/u;
/** What follows a declaration; a value's second line is nothing of that. */
const AFTER_DECLARATION = /^(?:[@&.#>*~:[]|[\w$-]+[ \t]*:|[^;{}]+\{)/u;
/** An entry or a name, which may be the first item of a list in braces; a block does not begin so. */
const ENTRY = /^(?:["'[]?[\w$.-]+["'\]]?[ \t]*(?::(?!:)|=>|=(?!=))[ \t]*\S.*|(?:type[ \t]+)?[\w$]+)$/u;
/** What stands before an item rather than being one: `@Inject()`, `#[serde(default)]`, `#endif`. */
const ATTRIBUTE = /^(?:@[\w.]+(?:\(.*\))?|#.*|\[.*\])$/u;

/**
 * Ends the text as its neighbours need: with a comma where it stands among items that commas separate and another one follows on
 * a line below (a semicolon between declarations), and without one where the language has none before a closing bracket. Comes
 * once, after all filters, because it is the only step that may add a character.
 */
export function separateItem(text: string, around: Surroundings): string | Nothing {
  const { syntax } = around;
  const end = scanCode(text, around.cursor, syntax);
  const next = firstCode(around.suffix, syntax);
  if (end.inside !== '' || next === '') return text;
  if (end.last === ',' && /,\s*$/u.test(text) && forbidsComma(next, around)) {
    const kept = text.trimEnd().slice(0, -1).trimEnd();
    if (!isBlank(kept)) return kept;
    return { reason: 'out-of-scope', detail: 'There is nothing after the comma to separate.' };
  }
  if (!isBlank(around.restOfLine)) return text;
  return text + missingSeparator(text, end, next, around);
}

/** @param end the state of the code at the text's end */
function missingSeparator(text: string, end: CodeState, next: string, around: Surroundings): ',' | ';' | '' {
  const { syntax } = around;
  const { kind } = syntax.items;
  const { last, open } = end;
  const bracket = open.at(-1)?.mark ?? '';
  const line = text.slice(text.lastIndexOf('\n') + 1);
  const own = (line === text ? around.lineBefore + line : line).trim();
  // Data that begins out of sight has brackets that nobody has seen.
  const isListless = bracket === '' && !TOP_LEVEL.has(kind) && !(kind === 'data' && around.isCut);
  if (isListless || !VALUE_END.test(last) || OPEN_WORD.test(own)) return '';
  const nextLine = next.split('\n', 1)[0]!.trimEnd();
  if (kind === 'declarations' && bracket !== '(') {
    return DECLARATION.test(own) && last !== '}' && AFTER_DECLARATION.test(nextLine) ? ';' : '';
  }
  const before = itemBegin(text, open.length, around);
  const isFirst = before !== '' && before === bracket;
  const isListed =
    before === ',' ||
    (isFirst && (kind === 'data' || (endsInComma(nextLine, syntax) && (bracket !== '{' || ENTRY.test(own)))));
  if (!isListed) return '';
  if (')]}'.includes(next.charAt(0))) return kind === 'trailing' ? ',' : '';
  return followsAsItem(own, last, next, syntax) ? ',' : '';
}

/** Whether a line is an item and its comma. */
function endsInComma(line: string, syntax: LanguageSyntax): boolean {
  const { last, open } = scanCode(line, START_OF_CODE, syntax);
  return last === ',' && open.length === 0;
}

/**
 * The last character of code before the line on which the item begins that the text ends: a separator, or the bracket. '' where
 * lines of another kind stand between.
 */
function itemBegin(text: string, depth: number, { code, start, syntax }: Surroundings): string {
  const all = code + text;
  let begin = '';
  let indent = 0;
  scanCode(all, start, syntax, {
    closed: (_, after) => {
      if (after.open.length < depth) begin = '';
    },
    line: (index, state) => {
      if (
        state.open.length !== depth ||
        state.inside !== '' ||
        /^[ \t]*(?:\n|$)/u.test(all.slice(index, index + MAX_INDENT))
      )
        return;
      if (state.last !== '' && ',;{[('.includes(state.last)) [begin, indent] = [state.last, state.indent];
      else if (state.indent <= indent) begin = '';
    },
  });
  return begin;
}

function followsAsItem(own: string, last: string, next: string, syntax: LanguageSyntax): boolean {
  if (syntax.items.kind === 'data') return !',:;'.includes(next.charAt(0));
  if (!ITEM.test(next) || GOES_ON.test(next) || (syntax.items.kind === 'clauses' && CLAUSE.test(next))) return false;
  // A body begins, or a string goes on.
  if (next.startsWith('{') && last !== '}') return false;
  if (/["'`]/u.test(last) && /^["'`]/u.test(next) && !/^["'`]/u.test(own)) return false;
  return !ATTRIBUTE.test(own) || (own.startsWith('[') && next.startsWith('['));
}

/** Whether no comma may stand before `next`. */
function forbidsComma(next: string, { suffix, prefix, syntax }: Surroundings): boolean {
  if (syntax.items.kind === 'clauses' && CLAUSE.test(next)) return true;
  const closer = next.charAt(0);
  if (!syntax.items.noCommaBefore.includes(closer)) return false;
  return syntax.items.strict === true || ![prefix, suffix].some((part) => hasCommaBefore(part, closer));
}

function hasCommaBefore(code: string, closer: string): boolean {
  return Array.from(code.matchAll(/,[ \t]*\n[ \t]*([)\]}])/gu)).some(([, found]) => found === closer);
}

/** The code with which `suffix` begins, blanks and comments aside. */
function firstCode(suffix: string, { lineComments, blockComments }: LanguageSyntax): string {
  let rest = suffix.trimStart();
  for (;;) {
    const block = blockComments.find(([open]) => rest.startsWith(open));
    if (block === undefined && !lineComments.some((mark) => rest.startsWith(mark))) return rest;
    const close = block?.[1] ?? '\n';
    const end = rest.indexOf(close, block?.[0].length ?? 0);
    if (end < 0) return '';
    rest = rest.slice(end + close.length).trimStart();
  }
}
