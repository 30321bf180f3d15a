/**
 * Variables that configure how *our* Node was started, not how a child should be: NODE_OPTIONS may carry --inspect, --require
 * of a debugger or flags that an Electron binary refuses to start with.
 */
const NOT_INHERITED = new Set([
  'NODE_OPTIONS',
  'NODE_REPL_EXTERNAL_MODULE',
  'NODE_CHANNEL_FD',
  'VSCODE_INSPECTOR_OPTIONS',
]);

/** The environment of the inference process: ours without what would disturb it, and with what makes Electron run as plain Node. */
export function childEnvironment(own: NodeJS.ProcessEnv, isElectron: boolean): NodeJS.ProcessEnv {
  // Names of variables ignore case on Windows, so a set with the exact spelling is not enough.
  const kept = Object.entries(own).filter(([name]) => !NOT_INHERITED.has(name.toUpperCase()));
  return { ...Object.fromEntries(kept), ...(isElectron ? { ELECTRON_RUN_AS_NODE: '1' } : {}) };
}
