import {
  type BlockPair,
  CMAKE_PAIRS,
  DIRECTIVE_PAIRS,
  ELEMENT_PAIRS,
  ELIXIR_PAIRS,
  ENVIRONMENT_PAIRS,
  ERLANG_PAIRS,
  FISH_PAIRS,
  JULIA_PAIRS,
  LUA_PAIRS,
  MAKE_PAIRS,
  MARKUP_PAIRS,
  MATLAB_PAIRS,
  PASCAL_PAIRS,
  RUBY_PAIRS,
  SHELL_PAIRS,
  SQL_PAIRS,
  VERILOG_PAIRS,
  VIM_PAIRS,
} from './blockPairs.js';

export interface ItemSyntax {
  /**
   * `code`: by commas, where they show. `data`: by commas, whatever the item is. `trailing`: by commas, also before a closing
   * bracket on the next line. `clauses`: without brackets, too, up to the next clause. `declarations`: by semicolons.
   */
  readonly kind: 'code' | 'data' | 'trailing' | 'clauses' | 'declarations';
  /** Closing brackets before which no comma may stand; a document that has some nevertheless may go on so, unless `strict`. */
  readonly noCommaBefore: string;
  readonly strict?: boolean;
}

/** As much of a language's syntax as it takes to tell code from strings and comments, and where blocks end. */
export interface LanguageSyntax {
  /**
   * How blocks show. `braces`: as said. `colon`: indentation after a colon. `outline`: indentation alone. `words`: `end`,
   * `fi`, ... close them. `tags`: markup. `none`: prose and data, where neither indentation nor brackets mean anything.
   */
  readonly blocks: 'braces' | 'colon' | 'outline' | 'words' | 'tags' | 'none';
  /** Whether ( [ { have to be closed in order. */
  readonly brackets: boolean;
  /** Blocks that no bracket encloses. */
  readonly pairs: readonly BlockPair[];
  /** How items of a list are separated. */
  readonly items: ItemSyntax;
  /** Whether a Markdown fence may stand in it, outside of comments and strings. */
  readonly prose: boolean;
  readonly lineComments: readonly string[];
  readonly blockComments: readonly (readonly [open: string, close: string])[];
  /** Delimiters of strings that end on their line. */
  readonly strings: readonly string[];
  /** Delimiters of strings that may go over lines, longest first. */
  readonly longStrings: readonly string[];
  /** A `'` is a delimiter only around a single character; elsewhere it is a lifetime, a label, a digit separator. */
  readonly charLiterals: boolean;
  /** `/` may begin a regular expression, and `${` in a backquoted string begins code. */
  readonly script: boolean;
}

const CODE_ITEMS: ItemSyntax = { kind: 'code', noCommaBefore: '' };
/** A comma may be the last of an initializer's values, not of arguments. */
const C_ITEMS: ItemSyntax = { kind: 'code', noCommaBefore: ')' };
const STRICT_ITEMS: ItemSyntax = { kind: 'code', noCommaBefore: ')]}' };
const STYLE_ITEMS: ItemSyntax = { kind: 'declarations', noCommaBefore: ')' };
const DATA_ITEMS: ItemSyntax = { kind: 'data', noCommaBefore: ']}' };

const BRACES: LanguageSyntax = {
  blocks: 'braces',
  brackets: true,
  pairs: [],
  items: CODE_ITEMS,
  prose: false,
  lineComments: ['//'],
  blockComments: [['/*', '*/']],
  strings: ['"'],
  longStrings: [],
  charLiterals: true,
  script: false,
};
const SCRIPT: LanguageSyntax = {
  ...BRACES,
  strings: ['"', "'"],
  longStrings: ['`'],
  charLiterals: false,
  script: true,
  pairs: ELEMENT_PAIRS,
};
const STYLES: LanguageSyntax = { ...BRACES, strings: ['"', "'"], charLiterals: false };
const HASH: LanguageSyntax = { ...STYLES, lineComments: ['#'], blockComments: [] };
const PYTHON: LanguageSyntax = { ...HASH, blocks: 'colon', longStrings: ['"""', "'''"] };
const WORDS: LanguageSyntax = { ...HASH, blocks: 'words' };
const NONE: LanguageSyntax = { ...HASH, blocks: 'none', brackets: false, lineComments: [], strings: [] };
const PROSE: LanguageSyntax = { ...NONE, prose: true };
const TAGS: LanguageSyntax = {
  ...NONE,
  blocks: 'tags',
  pairs: MARKUP_PAIRS,
  blockComments: [['<!--', '-->']],
  strings: ['"'],
};

/** VS Code language ids by syntax; `//` languages with braces that are not listed are found under `unknown`. */
const GROUPS: readonly (readonly [ids: string, syntax: LanguageSyntax])[] = [
  ['javascript javascriptreact typescript typescriptreact', SCRIPT],
  [
    'vue svelte astro',
    {
      ...SCRIPT,
      blocks: 'tags',
      pairs: MARKUP_PAIRS,
      blockComments: [
        ['/*', '*/'],
        ['<!--', '-->'],
      ],
    },
  ],
  ['c cpp cuda-cpp objective-c objective-cpp csharp glsl hlsl', { ...BRACES, pairs: DIRECTIVE_PAIRS, items: C_ITEMS }],
  ['rust zig', BRACES],
  ['proto3 solidity', { ...BRACES, items: STRICT_ITEMS }],
  ['verilog systemverilog', { ...BRACES, pairs: VERILOG_PAIRS, items: STRICT_ITEMS }],
  ['java', { ...BRACES, longStrings: ['"""'], items: C_ITEMS }],
  ['kotlin scala', { ...BRACES, longStrings: ['"""'] }],
  ['swift', { ...BRACES, longStrings: ['"""'], pairs: DIRECTIVE_PAIRS, items: C_ITEMS }],
  ['groovy dart', { ...BRACES, strings: ['"', "'"], longStrings: ['"""', "'''"], charLiterals: false }],
  ['go', { ...BRACES, longStrings: ['`'], items: { kind: 'trailing', noCommaBefore: '' } }],
  ['php', { ...STYLES, lineComments: ['//', '#'] }],
  ['css', { ...STYLES, lineComments: [], items: STYLE_ITEMS }],
  ['scss less', { ...STYLES, items: STYLE_ITEMS }],
  ['stylus', STYLES],
  ['json', { ...STYLES, items: { ...DATA_ITEMS, strict: true } }],
  ['jsonc json5', { ...STYLES, items: DATA_ITEMS }],
  ['graphql prisma', { ...HASH, longStrings: ['"""'] }],
  ['terraform hcl nix', { ...HASH, blockComments: [['/*', '*/']] }],
  ['python', PYTHON],
  ['yaml dockercompose coffeescript sass', { ...HASH, blocks: 'outline' }],
  ['nim gdscript', PYTHON],
  ['fsharp', { ...BRACES, blocks: 'outline', longStrings: ['"""'], blockComments: [['(*', '*)']] }],
  [
    'haskell',
    { ...BRACES, blocks: 'outline', lineComments: ['--'], blockComments: [['{-', '-}']], items: STRICT_ITEMS },
  ],
  ['perl', WORDS],
  ['r', { ...WORDS, items: STRICT_ITEMS }],
  ['ruby crystal', { ...WORDS, pairs: RUBY_PAIRS }],
  ['julia', { ...WORDS, pairs: JULIA_PAIRS, longStrings: ['"""'] }],
  ['elixir', { ...WORDS, pairs: ELIXIR_PAIRS, items: C_ITEMS, longStrings: ['"""', "'''"] }],
  ['erlang', { ...WORDS, pairs: ERLANG_PAIRS, items: STRICT_ITEMS, lineComments: ['%'] }],
  ['lua', { ...WORDS, pairs: LUA_PAIRS, items: C_ITEMS, lineComments: ['--'], blockComments: [['--[[', ']]']] }],
  ['matlab octave', { ...WORDS, pairs: MATLAB_PAIRS, lineComments: ['%'], charLiterals: true }],
  [
    'sql',
    {
      ...WORDS,
      pairs: SQL_PAIRS,
      items: { kind: 'clauses', noCommaBefore: ')' },
      lineComments: ['--'],
      blockComments: [['/*', '*/']],
    },
  ],
  [
    'pascal objectpascal',
    { ...WORDS, pairs: PASCAL_PAIRS, items: STRICT_ITEMS, lineComments: ['//'], blockComments: [['(*', '*)']] },
  ],
  ['cmake', { ...WORDS, pairs: CMAKE_PAIRS, strings: ['"'] }],
  ['vim viml', { ...WORDS, pairs: VIM_PAIRS, lineComments: [], strings: ["'"] }],
  ['powershell', { ...HASH, blockComments: [['<#', '#>']] }],
  ['toml', { ...HASH, blocks: 'none', longStrings: ['"""', "'''"] }],
  // In shells `case x)` closes nothing, and strings go over lines.
  ['shellscript', { ...WORDS, pairs: SHELL_PAIRS, brackets: false }],
  ['fish', { ...WORDS, pairs: FISH_PAIRS, brackets: false }],
  ['makefile', { ...NONE, pairs: MAKE_PAIRS, lineComments: ['#'] }],
  ['dockerfile bat ini properties dotenv ignore', { ...NONE, lineComments: ['#'] }],
  ['html xml xsl handlebars razor twig jinja jinja-html django-html liquid erb ejs blade', TAGS],
  ['jade pug', { ...TAGS, pairs: [], blocks: 'outline' }],
  ['plaintext markdown mdx quarto rmd asciidoc git-commit scminput prompt instructions chatagent', PROSE],
  ['restructuredtext git-rebase search-result log csv tsv diff', NONE],
  ['latex tex bibtex', { ...NONE, pairs: ENVIRONMENT_PAIRS }],
];

const SYNTAXES = new Map(GROUPS.flatMap(([ids, syntax]) => ids.split(' ').map((id) => [id, syntax] as const)));

/** Data whose syntax is that of an outline. */
const OUTLINED_DATA = new Set(['yaml', 'dockercompose']);

/** Whether a text in a VS Code language is instructions rather than prose, data or markup. */
export function isProgram(languageId: string): boolean {
  const { blocks, items, script } = syntaxOf(languageId);
  const isText = blocks === 'none' || blocks === 'tags' || items.kind === 'data' || OUTLINED_DATA.has(languageId);
  return script || !isText;
}

/** The syntax of a VS Code language id. An unknown language counts as one with braces, `//` comments and `"` strings. */
export function syntaxOf(languageId: string): LanguageSyntax {
  return SYNTAXES.get(languageId) ?? BRACES;
}
