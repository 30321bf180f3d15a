import { telemetryOff } from '../../process/telemetryOff.js';

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

/**
 * The environment of a process of ours that may load the runtime: ours without what would disturb it, with what makes Electron run as
 * plain Node, and with the runtime's telemetry off.
 */
export function childEnvironment(
  own: NodeJS.ProcessEnv,
  isElectron: boolean,
  platform: NodeJS.Platform = process.platform,
): NodeJS.ProcessEnv {
  const set = { ...telemetryOff(platform), ...(isElectron ? { ELECTRON_RUN_AS_NODE: '1' } : {}) };
  // Names of variables ignore case on Windows, so a set with the exact spelling is not enough.
  const replaced = new Set([...NOT_INHERITED, ...Object.keys(set)]);
  const kept = Object.entries(own).filter(([name]) => !replaced.has(name.toUpperCase()));
  return { ...Object.fromEntries(kept), ...set };
}
