import { oldestNode } from './requireNode.mjs';

/** VS Code runs what is made for it on its own Node. That of the oldest supported one is newer still: test/tooling/nodeVersions.test.ts. */
const IN_VSCODE = 'node20';

/** The Chromium of the oldest supported VS Code is newer: 1.104 has 138. */
const IN_PAGE = 'chrome120';

/** Entry file of each bundle, the modules it may leave to the host, and whose syntax it keeps to. */
export const BUNDLES = {
  extension: { entry: 'src/extension/extension.ts', external: ['vscode'], target: IN_VSCODE },
  worker: { entry: 'src/inference/child/worker.ts', external: ['onnxruntime-node'], target: IN_VSCODE },
  relay: { entry: 'src/inference/relay/relay.ts', external: [], target: IN_VSCODE },
  store: { entry: 'src/inference/child/workerStore.ts', external: ['onnxruntime-node'], target: IN_VSCODE },
  cli: { entry: 'src/cli/main.ts', external: ['onnxruntime-node'], target: `node${oldestNode}` },
};

/** The same of what runs in a page: it has no host, and leaves nothing outside. */
export const PAGE_BUNDLES = {
  denoiseView: { entry: 'src/webview/main.ts', target: IN_PAGE },
};
