/**
 * What begins and what ends a block that no bracket encloses: a tag, a word, a directive. Both are searched in code without its
 * strings and comments. What they capture is the block's name, which must agree. `open` may be rough: a beginning too many only
 * means that one more end is allowed.
 */
export interface BlockPair {
  readonly open: RegExp;
  readonly close: RegExp;
}

/** Words that are reserved everywhere, but not as a method, a key, a symbol or a range's end. */
function reserved(words: string): RegExp {
  return new RegExp(String.raw`(?<![\w.:@$=])(?:${words})\b(?![\w:?!=])`, 'gmu');
}

/** What stands first on its line; and what else counts, wherever it stands. */
function first(begin: string, anywhere?: string): RegExp {
  return new RegExp(String.raw`^[ \t]*(?:${begin})${anywhere === undefined ? '' : `|${anywhere}`}`, 'gmu');
}

/** Words where a command of a shell begins. */
function command(words: string): RegExp {
  const before = String.raw`(?:^|[;&|()!{}\x60]|\b(?:if|elif|while|until|then|else|do|and|or|not))[ \t]*`;
  return new RegExp(String.raw`(?<![\w$-])(?:${words})(?![\w=-])(?<=${before}(?:${words}))`, 'gmu');
}

const NAME = String.raw`[A-Za-z][\w:.-]*`;
/** A tag that does not end with `/>`. Elements without an end are never closed by name, so they do no harm. */
const TAG = String.raw`<(${NAME})(?![\w:.-])(?![^<>]*/>)`;

export const MARKUP_PAIRS: readonly BlockPair[] = [
  { open: new RegExp(TAG, 'gu'), close: new RegExp(`</(${NAME})`, 'gu') },
  // Jinja, Twig, Liquid, Django; Handlebars and Svelte.
  { open: /\{%[-~]?[ \t]*(?!end)(\w+)/gu, close: /\{%[-~]?[ \t]*end(\w+)/gu },
  { open: /\{\{?~?[#^]>?[ \t]*([\w.-]+)/gu, close: /\{\{?~?\/([\w.-]+)/gu },
];
/** In a script, `<` after a name compares or begins a list of types; and a fragment has no name. */
export const ELEMENT_PAIRS: readonly BlockPair[] = [
  {
    open: new RegExp(String.raw`(?<![\w$.)\]])(?:${TAG}|<(?=>))`, 'gu'),
    close: new RegExp(`</((?:${NAME})?)`, 'gu'),
  },
];
export const ENVIRONMENT_PAIRS: readonly BlockPair[] = [
  { open: /\\begin[ \t]*\{([^{}\n]+)\}/gu, close: /\\end[ \t]*\{([^{}\n]+)\}/gu },
];
export const DIRECTIVE_PAIRS: readonly BlockPair[] = [
  { open: first(String.raw`#[ \t]*if(?:n?def)?\b`), close: first(String.raw`#[ \t]*endif\b`) },
  { open: first(String.raw`#(?:pragma[ \t]+)?region\b`), close: first(String.raw`#(?:pragma[ \t]+)?endregion\b`) },
];
export const MAKE_PAIRS: readonly BlockPair[] = [
  { open: first(String.raw`if(?:n?def|n?eq)\b`), close: first(String.raw`endif\b`) },
  { open: first(String.raw`define\b`), close: first(String.raw`endef\b`) },
];

/** A value begins with the block. */
const ASSIGNED = String.raw`(?:[\w.@$[\]:]+[ \t]*(?:\|\||&&)?=[ \t]*)?`;
const MODIFIERS = String.raw`(?:(?:private|protected|public|private_class_method|abstract(?![ \t]+def))[ \t]+)*`;
/** A loop's `do` belongs to the loop; any other is the last on its line, but for parameters, and so is a value's `begin`. */
const LOOP = String.raw`(?:while|until|for)\b(?!.*\bdo[ \t]*$)`;
const DO = String.raw`\b(?:do|begin)\b(?=[ \t]*(?:\|[^|\n]*\|)?[ \t]*$)`;
/** `def one = 1` has no end. */
const ENDLESS = String.raw`(?!def[ \t]+[\w.?!]+(?:\([^\n()]*\))?[ \t]+=[ \t])`;
export const RUBY_PAIRS: readonly BlockPair[] = [
  {
    open: first(
      ASSIGNED +
        MODIFIERS +
        ENDLESS +
        String.raw`(?:(?:class|module|struct|enum|union|lib|macro|def|if|unless|case|select|begin)\b|${LOOP})`,
      DO,
    ),
    close: reserved(String.raw`end(?<!\{%[ \t-]*end)`),
  },
];
export const ELIXIR_PAIRS: readonly BlockPair[] = [{ open: reserved('do|fn'), close: reserved('end') }];
export const LUA_PAIRS: readonly BlockPair[] = [
  { open: reserved('function|if|do'), close: reserved('end') },
  { open: reserved('repeat'), close: reserved('until') },
];
export const JULIA_PAIRS: readonly BlockPair[] = [
  {
    open: first(
      String.raw`(?:@\w+[ \t]+)*${ASSIGNED}(?:mutable[ \t]+)?` +
        String.raw`(?:function|macro|if|for|while|let|begin|quote|try|module|baremodule|struct)\b`,
      String.raw`\bdo\b(?=[ \t\w,()]*$)`,
    ),
    // `end` is an array's last index, too.
    close: reserved(String.raw`end(?![ \t]*[\]+*/-])`),
  },
];
export const MATLAB_PAIRS: readonly BlockPair[] = [
  {
    open: first(
      String.raw`(?:if|for|parfor|while|switch|try|unwind_protect|function|classdef|methods|properties|events)\b`,
    ),
    close: first(String.raw`end(?:\w*)\b(?![ \t]*[(=.])`, String.raw`[;,][ \t]*end\b`),
  },
];
export const ERLANG_PAIRS: readonly BlockPair[] = [
  { open: reserved(String.raw`case|if|receive|begin|try|maybe|fun(?=[ \t]*(?:\w+[ \t]*)?\()`), close: reserved('end') },
];
export const PASCAL_PAIRS: readonly BlockPair[] = [
  { open: /\b(?:begin|case|record|try|asm|class(?=[ \t]*(?:\([^()\n]*\))?[ \t]*$))\b/gimu, close: /\bend\b/giu },
  { open: /\brepeat\b/giu, close: /\buntil\b/giu },
];
export const VERILOG_PAIRS: readonly BlockPair[] = [
  { open: reserved('begin'), close: reserved('end') },
  {
    open: first(String.raw`(module|function|task|case|generate|class|package|interface)\b`),
    close: first(String.raw`end(module|function|task|case|generate|class|package|interface)\b`),
  },
];
export const SQL_PAIRS: readonly BlockPair[] = [
  {
    open: /\b(?:case|begin(?![ \t]*(?:;|transaction|tran|work)))\b/giu,
    close: /\bend\b(?![ \t]+(?:if|loop|while|repeat|for)\b)/giu,
  },
  { open: /^[ \t]*(if)\b|\b(loop)[ \t]*$/gimu, close: /\bend[ \t]+(if|loop)\b/giu },
];
export const SHELL_PAIRS: readonly BlockPair[] = [
  { open: command('if'), close: command('fi') },
  { open: command('do'), close: command('done') },
  { open: command('case'), close: command('esac') },
  { open: /(?<![\w$])\{(?=[ \t]|$)/gmu, close: first(String.raw`\}`) },
];
export const FISH_PAIRS: readonly BlockPair[] = [
  { open: command('(?<!else )if|for|while|switch|function|begin'), close: command('end') },
];
export const CMAKE_PAIRS: readonly BlockPair[] = [
  {
    open: /^[ \t]*(if|foreach|while|function|macro|block)[ \t]*\(/gimu,
    close: /^[ \t]*end(if|foreach|while|function|macro|block)[ \t]*\(/gimu,
  },
];
export const VIM_PAIRS: readonly BlockPair[] = [
  {
    open: first(
      String.raw`(?:export[ \t]+)?(?:if|while|for|try|fu|func|function|def|class|enum|interface)\b!?(?![ \t]*=)`,
    ),
    close: first(String.raw`(?:en|end|endif|endw|endwhile|endfor|endtry|endf|endfu|endfunc|endfunction|enddef)\b`),
  },
];
