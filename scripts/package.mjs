// npm run package                      an installable .vsix file for this platform
// npm run package -- --target TARGET   for another one
import path from 'node:path';
import { parseArgs } from 'node:util';
import { installPackages } from './steps/installPackages.mjs';
import { main } from './steps/main.mjs';

await main(async () => {
  const { values } = parseArgs({ options: { target: { type: 'string', short: 't' } } });
  await installPackages();
  const { packageExtension } = await import('./vsix/packageExtension.mjs'); // needs the packages
  const { targetNamed } = await import('./vsix/targets.mjs');
  const wanted = targetNamed(values.target);
  console.log('Building and packing the extension with its model; this takes about half a minute.');
  const { file, target, files, bytes } = await packageExtension({ target: wanted });
  console.log(`${path.relative(process.cwd(), file)}: ${(bytes / 1e6).toFixed(1)} MB, ${files} files, for ${target}.`);
  console.log(`Install it: code --install-extension ${path.relative(process.cwd(), file)}`);
});
