/** Entry file of each bundle, and the modules it may leave to the host. */
export const BUNDLES = {
  extension: { entry: 'src/extension/extension.ts', external: ['vscode'] },
  worker: { entry: 'src/inference/child/worker.ts', external: ['onnxruntime-node'] },
  store: { entry: 'src/inference/child/workerStore.ts', external: ['onnxruntime-node'] },
  cli: { entry: 'src/cli/main.ts', external: ['onnxruntime-node'] },
};
