// The walls between the top folders, for as long as src/ is not built as rooms.mjs says: which may reach which, and which may touch
// what is outside of Infill.
//
//   extension -> inference (client side), modelStore, shared       the only one with vscode
//   inference/worker* -> engine, modelStore, shared                child_process only in inference
//   inference (the rest, the client side) -> shared
//   cli -> engine, modelStore, shared
//   modelStore -> engine/model, engine/tokenizer/tokenizerFile, shared
//   engine -> shared                                               onnxruntime only in engine/model/ortRuntime.ts, no network
//   shared -> nothing
//
// They are restrictions on the text of an import. That a bundle really holds no native code is checked by esbuild.js.

const FOLDERS = ['extension', 'inference', 'cli', 'modelStore', 'engine', 'shared'];
const NETWORK = '^(node:)?(http|https|http2|net|tls|dgram|dns)(/|$)';

/**
 * @typedef {{ regex: string, message: string }} Wall an import whose text matches `regex` is an error
 * @typedef {import('eslint').Linter.Config} Config
 */

/** @type {Record<'vscode' | 'onnxruntime' | 'childProcess', Wall>} */
const OUTSIDE = {
  vscode: { regex: '^vscode$', message: 'Only src/extension may import vscode.' },
  onnxruntime: { regex: '^onnxruntime-', message: 'Only src/engine/model/ortRuntime.ts may import onnxruntime.' },
  childProcess: { regex: '^(node:)?child_process$', message: 'Only src/inference may start processes.' },
};
const { vscode, onnxruntime, childProcess } = OUTSIDE;

/**
 * The walls as ESLint configuration. Where several entries cover a file the last one counts, so each is complete.
 *
 * @returns {Config[]}
 */
export function wingWalls() {
  const network = { regex: NETWORK, message: 'The engine does not use the network.' };
  const workerSide = {
    regex: '^(\\.{1,2}/)+(inference/)?worker',
    message: 'The client side may not import the worker side.',
  };
  const engine = [...onlyFolders('engine', ['shared']), vscode, childProcess, network];
  return [
    zone(['src/**'], [vscode, onnxruntime, childProcess]),
    // That one file switches the runtime's telemetry off, so there must be no other way to it, in tests and benchmarks neither.
    zone(['test/**', 'bench/**', 'scripts/**', '*.js'], [onnxruntime]),
    zone(['src/shared/**'], [{ regex: '^(?!\\./)', message: 'src/shared imports nothing from outside.' }]),
    zone(['src/engine/**'], [...engine, onnxruntime]),
    zone(['src/engine/model/ortRuntime.ts'], engine),
    {
      files: ['src/engine/**'],
      rules: { 'no-restricted-globals': ['error', { name: 'fetch', message: network.message }] },
    },
    zone(
      ['src/modelStore/**'],
      [
        ...onlyFolders('modelStore', ['shared', 'engine']),
        {
          regex: '^(\\.\\./)+engine/(?!model/|tokenizer/tokenizerFile)',
          message: 'src/modelStore may only import model/ and tokenizer/tokenizerFile of src/engine.',
        },
        vscode,
        onnxruntime,
        childProcess,
      ],
    ),
    zone(
      ['src/cli/**'],
      [...onlyFolders('cli', ['engine', 'modelStore', 'shared']), vscode, onnxruntime, childProcess],
    ),
    zone(['src/inference/**'], [...onlyFolders('inference', ['shared']), workerSide, vscode, onnxruntime]),
    zone(
      ['src/inference/worker*.ts', 'src/inference/worker/**'],
      [...onlyFolders('inference', ['engine', 'modelStore', 'shared']), vscode, onnxruntime],
    ),
    zone(
      ['src/extension/**'],
      [...onlyFolders('extension', ['inference', 'modelStore', 'shared']), workerSide, onnxruntime, childProcess],
    ),
  ];
}

/**
 * One wall for each folder that `folder` may not reach.
 *
 * @param {string} folder
 * @param {readonly string[]} allowed
 * @returns {Wall[]}
 */
function onlyFolders(folder, allowed) {
  const may = allowed.map((name) => `src/${name}`).join(', ');
  return FOLDERS.filter((name) => name !== folder && !allowed.includes(name)).map((name) => ({
    regex: `^(\\.\\./)+${name}/`,
    message: `src/${folder} may only import ${may}, not src/${name}.`,
  }));
}

/**
 * @param {string[]} files
 * @param {Wall[]} walls
 * @returns {Config}
 */
function zone(files, walls) {
  return {
    files,
    rules: {
      'no-restricted-imports': ['error', { patterns: walls }],
      // The rule above does not look at import() expressions and import('...') types.
      'no-restricted-syntax': [
        'error',
        ...walls.flatMap(({ regex, message }) => {
          const text = `/${regex.replaceAll('/', '\\/')}/`;
          return [
            { selector: `ImportExpression[source.value=${text}]`, message },
            { selector: `TSImportType[source.value=${text}]`, message },
          ];
        }),
      ],
    },
  };
}
