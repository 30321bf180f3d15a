import { readdirSync } from 'node:fs';
import path from 'node:path';
import { root } from '../steps/root.mjs';

const RUNTIME = 'node_modules/onnxruntime-node/bin/napi-v6';

/**
 * The platforms onnxruntime-node has a library for, as VS Code names them: win32-x64, linux-arm64, ...
 *
 * @returns {string[]}
 */
export function allTargets() {
  return readdirSync(path.join(root, RUNTIME))
    .flatMap((os) => readdirSync(path.join(root, RUNTIME, os)).map((arch) => `${os}-${arch}`))
    .sort();
}

/**
 * @param {string | undefined} wanted undefined: the platform this runs on
 * @returns {string}
 */
export function targetNamed(wanted) {
  const target = wanted ?? `${process.platform}-${process.arch}`;
  if (!allTargets().includes(target)) {
    throw new Error(`onnxruntime-node has no library for ${target}. Targets: ${allTargets().join(', ')}.`);
  }
  return target;
}

/**
 * The native files of a target, from the root. None of CUDA: their download is switched off in .npmrc.
 *
 * @param {string} target
 * @returns {string[]}
 */
export function runtimeFiles(target) {
  const folder = `${RUNTIME}/${target.replace('-', '/')}`;
  return (
    readdirSync(path.join(root, folder))
      // The same library stands there twice on macOS; the binding loads the one without the full version.
      .filter((name) => !/^libonnxruntime\.\d+\.\d+\.\d+\.dylib$/.test(name))
      .filter((name) => !/cuda|tensorrt/i.test(name))
      .map((name) => `${folder}/${name}`)
  );
}
