// npm run vscode   opens VS Code with the extension, on an example folder: the desktop VS Code if `code` is on the PATH,
//                  otherwise a workbench for the browser, served on loopback until Ctrl+C.
import { cpSync, mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { installPackages } from './steps/installPackages.mjs';
import { main } from './steps/main.mjs';
import { root } from './steps/root.mjs';
import { run } from './steps/run.mjs';
import { setUpRig } from './steps/setUpRig.mjs';

await main(async () => {
  await installPackages();
  const { packageExtension } = await import('./vsix/packageExtension.mjs');
  console.log('Building and packing the extension with its model; this takes about half a minute.');
  const { file } = await packageExtension();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'infill-examples-'));
  cpSync(path.join(root, 'examples'), folder, { recursive: true });

  const code = process.platform === 'win32' ? 'code.cmd' : 'code';
  if ((await run(code, ['--version'], { quietly: 'Looking for VS Code' })).code === 0) {
    await run(code, ['--install-extension', file, '--force']);
    await run(code, ['--new-window', folder, '--goto', `${path.join(folder, 'prices.ts')}:11:5`]);
    console.log(`VS Code opens ${folder}. Type in a file there, or press Alt+\\ to ask for a suggestion.`);
    console.log('To remove the extension again: code --uninstall-extension infill-editor.infill');
    return undefined;
  }

  console.log('`code` is not on the PATH, so VS Code is served for the browser.');
  const rig = await setUpRig({ browser: false });
  if ('missing' in rig) {
    throw new Error(
      `${rig.missing} Install ${path.basename(file)} in your VS Code instead: "Extensions: Install from VSIX".`,
    );
  }
  const { register } = await import('tsx/esm/api');
  register();
  const { WorkbenchServer } = await import('../test/workbench/rig/server.js');
  const server = await WorkbenchServer.start({ folder, vsix: [file] });
  console.log(`\nVS Code with Infill: ${server.url}\n\nOpen it in a browser on this machine. Ctrl+C ends it.`);
  await new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await server.dispose();
  return undefined;
});
