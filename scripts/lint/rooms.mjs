// The floor plan: every folder under src/ that holds files is a room, and each room names the rooms that it may import.
//
// The plan has no circle, so no two folders can import each other. importWalls.mjs makes it a lint rule,
// test/tooling/importWalls.test.ts proves each wall by breaking it, and test/tooling/rooms.test.ts compares the plan with src/.

/** A room with fewer files is none, one with more is several. */
export const FILES_IN_A_ROOM = { least: 2, most: 20 };

/**
 * What each room may import, besides its own files: rooms, or single files of a room (without `.ts`). Paths start below src/.
 *
 * @type {ReadonlyMap<string, readonly string[]>}
 */
export const ROOMS = new Map([
  ['shared', []],
  // What the processes of one model agree on: pure.
  ['process', ['shared']],
  // Which files of a folder suggestions may draw from: pure.
  ['workspace', ['shared']],
  // The text around a cursor, and what of known answers may be shown there: pure.
  ['atCursor', ['shared']],
  // A language server for other editors.
  ['languageServer', ['shared', 'atCursor', 'workspace', 'engine', 'engine/project']],
  // Pictures of runs, and what the denoise view is: pure. Then the view in its page.
  ['picture', ['shared']],
  ['view', ['shared', 'picture']],
  ['webview', ['shared', 'view', 'picture']],

  ...wing('engine', {
    // What everything else is made of.
    text: 'shared',
    files: 'shared',
    tokenizer: 'shared files',
    contract: 'shared files',
    // What stands in the project's texts; pure.
    project: 'shared text',
    // What the last edits say of a place; pure.
    edits: 'shared text project',
    // Noise, samplers and randomness: pure.
    'diffusion/schedules': 'shared',
    diffusion: 'shared contract diffusion/schedules',
    'diffusion/samplers': 'shared contract diffusion diffusion/schedules',
    // From a model's folder to sessions that compute.
    'network/onnx': '',
    'network/runtime': 'shared process network/onnx',
    'network/folder': 'shared contract files network/onnx',
    'network/graph': 'shared network/folder network/runtime network/onnx',
    'network/output': 'shared contract network/graph network/runtime network/onnx',
    // What the kinds with cached keys and values share: the caches, and the tied embedding and output layer.
    'network/cache': 'network/runtime',
    'network/vocabulary':
      'shared contract network/folder network/graph network/output network/runtime network/cache network/onnx',
    'network/encoderDenoiser/graph': 'network/folder network/graph network/onnx',
    'network/encoderDenoiser':
      'shared contract network/folder network/graph network/runtime network/output network/cache network/vocabulary network/encoderDenoiser/graph',
    'network/oneNetwork/graph': 'network/folder network/graph network/onnx',
    'network/oneNetwork':
      'shared contract network/folder network/graph network/runtime network/output network/cache network/vocabulary network/oneNetwork/graph',
    'network/fullSequence/graph': 'network/folder network/graph network/output network/onnx',
    'network/fullSequence':
      'shared contract network/folder network/graph network/runtime network/output network/fullSequence/graph',
    network:
      'shared contract network/folder network/runtime network/encoderDenoiser network/fullSequence network/oneNetwork',
    // From a request to a text.
    'infill/context': 'shared contract text tokenizer',
    'infill/canvas': 'shared contract text tokenizer diffusion infill/context',
    'infill/run': 'shared contract tokenizer project infill/canvas',
    'infill/rules': 'shared contract text tokenizer diffusion infill/context infill/canvas infill/run',
    'infill/plan': 'shared contract text diffusion diffusion/samplers infill/context infill/canvas infill/run',
    'infill/denoise': 'shared contract diffusion infill/canvas infill/run infill/rules infill/plan',
    // What a request demands of its text.
    'infill/conditions': 'shared text tokenizer infill/context infill/run',
    // Canvases that a request brings along.
    'infill/given':
      'shared text infill/context infill/canvas infill/conditions infill/run infill/rules infill/plan infill/denoise',
    // Texts that are not like known ones.
    'infill/alternatives': 'contract text tokenizer diffusion infill/canvas infill/run infill/rules infill/plan',
    'infill/ending': 'shared contract text tokenizer infill/context infill/canvas infill/run',
    'infill/found':
      'shared contract text tokenizer project edits infill/context infill/canvas infill/run infill/plan infill/alternatives infill/ending postprocess',
    'infill/selection':
      'shared contract text tokenizer diffusion/schedules infill/context infill/canvas infill/run infill/plan infill/denoise',
    'infill/improve':
      'shared contract text tokenizer infill/context infill/canvas infill/run infill/plan infill/denoise infill/ending',
    'postprocess/surroundings': 'shared text',
    'postprocess/filters': 'shared text postprocess/surroundings',
    'postprocess/indentation': 'shared text postprocess/surroundings',
    postprocess: 'shared text postprocess/surroundings postprocess/filters postprocess/indentation',
    infill:
      'shared contract text project infill/context infill/canvas infill/run infill/conditions infill/given infill/plan infill/denoise infill/alternatives infill/ending infill/found infill/selection infill/improve postprocess',
    '.': 'shared contract tokenizer project network infill infill/run',
  }),

  // Models on this machine. Of the engine what reads a model's folder, nothing that computes.
  ...wing('modelStore', {
    files: 'shared engine/files',
    '.': 'shared engine/files engine/network/folder files',
    hub: 'shared engine/files engine/network/folder convert/checkpoint files .',
    'convert/checkpoint': 'shared engine/files engine/network/folder',
    'convert/families': 'shared engine/files convert/checkpoint',
    convert:
      'shared engine/files engine/network/folder engine/network/onnx engine/tokenizer files convert/checkpoint convert/families',
    add: 'shared engine/files engine/network/folder . files hub convert/checkpoint convert/families',
    // The public checkpoints, and what they would cost.
    catalogue:
      'shared engine/network/folder engine/network/onnx . modelStore/add/choosePrecision convert/checkpoint modelStore/convert/draftManifest',
  }),

  // The two sides of the process boundary meet in shared only, and in how windows find the process that they share.
  ...wing('inference', {
    host: 'shared process',
    // Which of several places answers.
    choice: 'shared host',
    // Models on machines of others: how each provider writes requests and answers; pure. Their texts are fitted to their places by the engine's
    // rules, without its networks.
    'hosted/forms': 'shared process',
    hosted:
      'shared host choice hosted/forms engine/text engine/postprocess engine/infill/context/hole engine/infill/context/lineAbove engine/infill/plan/canvasPlan',
    // An `infill serve` that a person named. Which characters come into nobody's text the engine knows.
    remote: 'shared process host choice engine/text',
    link: 'shared process',
    relay: 'shared process link',
    child:
      'shared process link engine engine/project engine/network/folder engine/network/measuredMachine modelStore modelStore/add modelStore/catalogue modelStore/convert modelStore/hub',
  }),

  // Answers over HTTP. What it knows of a document it finds out as the command line does.
  ...wing('server', {
    turns: 'shared process',
    service: 'shared process engine engine/project turns',
    requests: 'shared engine/contract cli/input/documentContext',
    openai: 'shared engine/contract requests service',
    llama: 'shared engine/contract engine/project requests service',
    native: 'shared process engine engine/contract requests service',
    '.': 'shared process engine turns service requests openai llama native',
  }),

  ...wing('cli', {
    input: 'shared atCursor workspace engine/contract modelStore/files',
    output: 'shared input',
    commands:
      'shared atCursor picture workspace engine engine/contract engine/network/folder engine/network/runtime engine/project modelStore input output',
    'commands/models':
      'shared engine engine/network/folder engine/network/measuredMachine modelStore modelStore/add modelStore/catalogue modelStore/convert modelStore/hub commands input output',
    'commands/demo': 'shared engine commands input output',
    // Commands that other programs talk to as long as they run.
    'commands/serving':
      'shared engine engine/network/folder engine/project languageServer server server/service commands input output',
    '.': 'shared modelStore commands commands/models commands/demo commands/serving input output',
  }),

  ...wing('extension', {
    ui: 'shared',
    settings: 'shared workspace',
    editor: 'shared atCursor settings ui',
    runtime: 'shared inference/host inference/choice modelStore editor server settings',
    // An `infill serve` that is asked in this machine's stead.
    server: 'shared inference/choice inference/remote settings ui',
    project: 'shared workspace inference/host editor settings ui',
    names: 'shared editor',
    log: 'shared inference/host modelStore project runtime settings ui',
    status: 'shared inference/host editor log project runtime settings ui',
    // Whether a hosted model is asked, and all that people are asked about it.
    hosted: 'shared inference/host inference/choice inference/hosted inference/hosted/forms settings ui',
    // Drafts that are shown while they are computed.
    live: 'atCursor editor log',
    suggest: 'shared atCursor editor live log names project runtime settings ui',
    denoise: 'shared inference/host editor log settings ui',
    holes: 'shared inference/host editor log settings ui denoise',
    denoiseView: 'shared inference/host view editor log settings ui denoise holes',
    modelManager: 'shared inference/host modelStore modelStore/hub/hubId editor runtime settings ui',
    commands:
      'shared inference/host denoise denoiseView editor hosted log modelManager project runtime settings status ui',
    '.': 'inference/host modelStore commands denoise denoiseView hosted log modelManager project runtime settings status suggest ui',
  }),
]);

const NETWORK =
  'Only src/modelStore/hub, src/inference/remote and src/inference/hosted/hostedPost.ts use the network, and src/server/startServer.ts answers there.';

/**
 * @typedef {object} OutsideWall
 * @property {RegExp} modules
 * @property {readonly string[]} only the folders below src/, or single files, that may import them
 * @property {boolean} everywhere whether tests, benchmarks and scripts are kept from them too
 * @property {string} message
 */

/**
 * Modules from outside. src/shared imports none at all.
 *
 * @type {readonly OutsideWall[]}
 */
export const OUTSIDE = [
  {
    modules: /^vscode$/u,
    only: ['extension'],
    everywhere: false,
    message: 'Only src/extension may import vscode.',
  },
  {
    // That one file switches the runtime's telemetry off, so there must be no other way to it.
    modules: /^onnxruntime-/u,
    only: ['engine/network/runtime/ortRuntime'],
    everywhere: true,
    message: 'Only src/engine/network/runtime/ortRuntime.ts may import onnxruntime.',
  },
  {
    modules: /^child_process$/u,
    only: ['inference/host', 'inference/relay/startedProcess'],
    everywhere: false,
    message: 'Only src/inference/host and startedProcess.ts may start processes.',
  },
  {
    // For sockets of the file system and named pipes.
    modules: /^net$/u,
    only: ['inference/link/localSocket'],
    everywhere: false,
    message: 'Only src/inference/link/localSocket.ts may import node:net.',
  },
  {
    modules: /^(?:https?|http2|tls|dgram|dns|undici|@huggingface\/hub)(?:\/|$)/u,
    only: ['modelStore/hub', 'inference/remote', 'inference/hosted/hostedPost', 'server/startServer'],
    everywhere: false,
    message: NETWORK,
  },
];

/** What else reaches the network: names that stand everywhere. */
export const NETWORK_GLOBALS = {
  names: ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest'],
  only: ['src/modelStore/hub/**', 'src/inference/remote/**', 'src/inference/hosted/hostedPost.ts'],
  message: NETWORK,
};

/**
 * The rooms of a top folder. Names are looked up in the wing first and below src/ otherwise; `.` is the wing's own folder.
 *
 * @param {string} folder
 * @param {Readonly<Record<string, string>>} plan what each room may import, separated by spaces
 * @returns {[string, string[]][]}
 */
function wing(folder, plan) {
  const pathOf = (/** @type {string} */ name) => (name === '.' ? folder : `${folder}/${name}`);
  return Object.entries(plan).map(([room, allowed]) => [
    pathOf(room),
    allowed
      .split(' ')
      .filter((name) => name !== '')
      .map((name) => (Object.hasOwn(plan, name) ? pathOf(name) : name)),
  ]);
}
