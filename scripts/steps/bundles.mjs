/** Entry file of each bundle, and the modules it may leave to the host. */
export const BUNDLES = {
  extension: { entry: 'src/extension/extension.ts', external: ['vscode'] },
  worker: { entry: 'src/inference/worker.ts', external: ['onnxruntime-node'] },
  store: { entry: 'src/inference/workerStore.ts', external: ['onnxruntime-node'] },
  cli: { entry: 'src/cli/main.ts', external: ['onnxruntime-node'] },
};
