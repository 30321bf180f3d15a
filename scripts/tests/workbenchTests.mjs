import { statSync } from 'node:fs';
import path from 'node:path';
import { root } from '../steps/root.mjs';
import { setUpRig } from '../steps/setUpRig.mjs';
import { packageExtension } from '../vsix/packageExtension.mjs';
import { unpackPackage } from '../vsix/unpack.mjs';
import { bundleHostTests } from './bundleHostTests.mjs';
import { nodeTests } from './nodeTests.mjs';
import { testFiles } from './unitTests.mjs';
import { desktopVsCode } from './desktopVsCode.mjs';

/**
 * The packed extension with its model in a real VS Code. What a person sees and types is tested in the browser workbench;
 * what extensions can see is tested inside the extension host, of a desktop VS Code where one can be had.
 */
export async function workbenchTests() {
  const out = path.join(root, 'test-output');
  console.log('Packing the extension.');
  const { file } = await packageExtension({ out });
  const extension = await unpackPackage(file, path.join(out, 'unpacked'));
  console.log(`${path.relative(root, file)}: ${(statSync(file).size / 1e6).toFixed(1)} MB`);

  const desktop = await desktopVsCode();
  const rig = await setUpRig({ browser: true });
  if ('missing' in rig) {
    console.log(`workbench: ${rig.missing}`);
  }
  console.log(desktop.text);

  const hostTests = await bundleHostTests('test/workbench/inHost/index.ts', path.join(out, 'inHost.cjs'));
  return nodeTests('workbench', testFiles('test/workbench'), {
    timeoutMs: 900_000,
    concurrency: 1, // each starts a whole VS Code
    env: {
      INFILL_VSIX: file,
      INFILL_UNPACKED: extension,
      INFILL_HOST_TESTS: hostTests,
      INFILL_HOST: desktop.use ? 'electron' : 'rig',
      INFILL_RIG_MISSING: 'missing' in rig ? rig.missing : '',
    },
  });
}
