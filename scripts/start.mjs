// npm start                            fills three example files in the terminal
// npm start -- FILE --at LINE:COLUMN   fills FILE at that place
import path from 'node:path';
import { build } from './steps/build.mjs';
import { installPackages } from './steps/installPackages.mjs';
import { main } from './steps/main.mjs';
import { root } from './steps/root.mjs';
import { run } from './steps/run.mjs';

await main(async () => {
  const args = process.argv.slice(2);
  const demo = args[0] === undefined || args[0].startsWith('-');
  await installPackages();
  await build();
  // File names are meant from where the person is, which is not where npm runs this.
  const cwd = process.env['INIT_CWD'] ?? process.cwd();
  const cli = path.join(root, 'dist', 'cli.cjs');
  const { code } = await run(process.execPath, [cli, demo ? 'demo' : 'fill', ...args], { cwd });
  return code;
});
