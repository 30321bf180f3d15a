import path from 'node:path';

/** VS Code language ids of file name endings, for the languages that post-processing and prompts know about. */
const LANGUAGES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    bash: 'shellscript',
    c: 'c',
    cc: 'cpp',
    cjs: 'javascript',
    cpp: 'cpp',
    cs: 'csharp',
    css: 'css',
    cts: 'typescript',
    dart: 'dart',
    ex: 'elixir',
    exs: 'elixir',
    go: 'go',
    h: 'c',
    hpp: 'cpp',
    hs: 'haskell',
    htm: 'html',
    html: 'html',
    java: 'java',
    jl: 'julia',
    js: 'javascript',
    json: 'json',
    jsonc: 'jsonc',
    jsx: 'javascriptreact',
    kt: 'kotlin',
    kts: 'kotlin',
    less: 'less',
    lua: 'lua',
    markdown: 'markdown',
    md: 'markdown',
    mjs: 'javascript',
    mts: 'typescript',
    php: 'php',
    pl: 'perl',
    ps1: 'powershell',
    py: 'python',
    pyi: 'python',
    r: 'r',
    rb: 'ruby',
    rs: 'rust',
    scala: 'scala',
    scss: 'scss',
    sh: 'shellscript',
    sql: 'sql',
    svelte: 'svelte',
    swift: 'swift',
    toml: 'toml',
    ts: 'typescript',
    tsx: 'typescriptreact',
    txt: 'plaintext',
    vue: 'vue',
    xml: 'xml',
    yaml: 'yaml',
    yml: 'yaml',
    zsh: 'shellscript',
  }),
);

const FILE_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    dockerfile: 'dockerfile',
    gemfile: 'ruby',
    makefile: 'makefile',
    rakefile: 'ruby',
  }),
);

/** The VS Code language id of a file by its name; `plaintext` when it is unknown. */
export function languageOfFile(file: string): string {
  const name = path.basename(file).toLowerCase();
  return FILE_NAMES.get(name) ?? LANGUAGES.get(path.extname(name).slice(1)) ?? 'plaintext';
}
