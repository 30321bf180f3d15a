/** As much of a language's syntax as it takes to tell code from strings and comments, and where blocks end. */
export interface LanguageSyntax {
  /**
   * How blocks show. `braces`: as said. `colon`: indentation after a colon. `outline`: indentation alone. `words`: `end`,
   * `fi`, ... close them. `tags`: markup. `none`: prose and data, where neither indentation nor brackets mean anything.
   */
  readonly blocks: 'braces' | 'colon' | 'outline' | 'words' | 'tags' | 'none';
  /** Whether ( [ { have to be closed in order. */
  readonly brackets: boolean;
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

const BRACES: LanguageSyntax = {
  blocks: 'braces',
  brackets: true,
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
};
const STYLES: LanguageSyntax = { ...BRACES, strings: ['"', "'"], charLiterals: false };
const HASH: LanguageSyntax = { ...STYLES, lineComments: ['#'], blockComments: [] };
const PYTHON: LanguageSyntax = { ...HASH, blocks: 'colon', longStrings: ['"""', "'''"] };
const WORDS: LanguageSyntax = { ...HASH, blocks: 'words' };
const NONE: LanguageSyntax = { ...HASH, blocks: 'none', brackets: false, lineComments: [], strings: [] };
const TAGS: LanguageSyntax = { ...NONE, blocks: 'tags', blockComments: [['<!--', '-->']], strings: ['"'] };

/** VS Code language ids by syntax; `//` languages with braces that are not listed are found under `unknown`. */
const GROUPS: readonly (readonly [ids: string, syntax: LanguageSyntax])[] = [
  ['javascript javascriptreact typescript typescriptreact', SCRIPT],
  [
    'vue svelte astro',
    {
      ...SCRIPT,
      blocks: 'tags',
      blockComments: [
        ['/*', '*/'],
        ['<!--', '-->'],
      ],
    },
  ],
  ['c cpp cuda-cpp objective-c objective-cpp csharp rust zig glsl hlsl proto3 solidity verilog systemverilog', BRACES],
  ['java kotlin scala swift', { ...BRACES, longStrings: ['"""'] }],
  ['groovy dart', { ...BRACES, strings: ['"', "'"], longStrings: ['"""', "'''"], charLiterals: false }],
  ['go', { ...BRACES, longStrings: ['`'] }],
  ['php', { ...STYLES, lineComments: ['//', '#'] }],
  ['css', { ...STYLES, lineComments: [] }],
  ['scss less stylus json jsonc json5', STYLES],
  ['graphql prisma', { ...HASH, longStrings: ['"""'] }],
  ['terraform hcl nix', { ...HASH, blockComments: [['/*', '*/']] }],
  ['python', PYTHON],
  ['yaml dockercompose coffeescript sass', { ...HASH, blocks: 'outline' }],
  ['nim gdscript', PYTHON],
  ['fsharp', { ...BRACES, blocks: 'outline', longStrings: ['"""'], blockComments: [['(*', '*)']] }],
  ['haskell', { ...BRACES, blocks: 'outline', lineComments: ['--'], blockComments: [['{-', '-}']] }],
  ['ruby perl r', WORDS],
  ['julia elixir', { ...WORDS, longStrings: ['"""'] }],
  ['lua', { ...WORDS, lineComments: ['--'], blockComments: [['--[[', ']]']] }],
  ['matlab', { ...WORDS, lineComments: ['%'], charLiterals: true }],
  ['sql', { ...WORDS, lineComments: ['--'], blockComments: [['/*', '*/']] }],
  ['powershell', { ...HASH, blockComments: [['<#', '#>']] }],
  ['toml', { ...HASH, blocks: 'none', longStrings: ['"""', "'''"] }],
  // In shells `case x)` closes nothing, and strings go over lines.
  ['shellscript', { ...WORDS, brackets: false }],
  ['makefile dockerfile bat ini properties dotenv', { ...NONE, lineComments: ['#'] }],
  ['html xml xsl handlebars razor twig jinja jinja-html', TAGS],
  ['jade pug', { ...TAGS, blocks: 'outline' }],
  ['plaintext markdown mdx quarto rmd latex tex bibtex restructuredtext asciidoc', NONE],
  ['git-commit git-rebase scminput search-result log csv tsv diff', NONE],
];

const SYNTAXES = new Map(GROUPS.flatMap(([ids, syntax]) => ids.split(' ').map((id) => [id, syntax] as const)));

/** The syntax of a VS Code language id. An unknown language counts as one with braces, `//` comments and `"` strings. */
export function syntaxOf(languageId: string): LanguageSyntax {
  return SYNTAXES.get(languageId) ?? BRACES;
}
