import { constants, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../steps/root.mjs';
import { packageContents } from './contents.mjs';

const ORT = 'node_modules/onnxruntime-node/package.json';
const ORT_COMMON = 'node_modules/onnxruntime-common/package.json';

/**
 * Lays out in .stage/TARGET exactly what the package holds, and nothing else.
 *
 * @param {string} target
 * @returns {{ folder: string, files: string[] }} the files from that folder
 */
export function stageExtension(target) {
  const folder = path.join(root, '.stage', target);
  rmSync(folder, { recursive: true, force: true });
  const files = packageContents(target);
  for (const file of files) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    copyFileSync(path.join(root, file), path.join(folder, file), constants.COPYFILE_FICLONE);
  }

  // All dependencies but the native one are in the bundles; what that one needs only to install itself stays away.
  const manifest = readJson('package.json');
  const { scripts: _scripts, devDependencies: _dev, private: _private, ...published } = manifest;
  const version = manifest['dependencies']['onnxruntime-node'];
  writeJson(folder, 'package.json', { ...published, dependencies: { 'onnxruntime-node': version } });
  const { scripts: _build, devDependencies: _tools, ...runtime } = readJson(ORT);
  const common = runtime['dependencies']['onnxruntime-common'];
  writeJson(folder, ORT, { ...runtime, dependencies: { 'onnxruntime-common': common } });
  const { scripts: _more, devDependencies: _others, ...shared } = readJson(ORT_COMMON);
  writeJson(folder, ORT_COMMON, shared);
  return { folder, files: [...files, 'package.json', ORT, ORT_COMMON] };
}

/**
 * @param {string} file
 * @returns {Record<string, any>}
 */
function readJson(file) {
  return JSON.parse(readFileSync(path.join(root, file), 'utf8'));
}

/**
 * @param {string} folder
 * @param {string} file
 * @param {unknown} content
 */
function writeJson(folder, file, content) {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), `${JSON.stringify(content, null, 2)}\n`);
}
