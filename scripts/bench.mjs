// npm run bench -- NAME [options]   runs one of the measurements of bench/README.md.
import path from 'node:path';
import { build } from './steps/build.mjs';
import { installPackages } from './steps/installPackages.mjs';
import { main } from './steps/main.mjs';
import { root } from './steps/root.mjs';

const BENCHES = {
  context: 'context.ts',
  request: 'request.ts',
  passes: 'passes.ts',
  typing: 'typing.ts',
  replay: 'replay.ts',
  ahead: 'ahead.ts',
  startup: 'startup.ts',
  project: 'project.ts',
  editor: 'editor/editor.ts',
  sessions: 'sessions/sessions.ts',
  'cold-start': 'editor/coldStart.ts',
  'cold-process': 'coldProcess.ts',
  windows: 'windows.ts',
  shapes: 'shapes/shapes.ts',
  serve: 'serve.ts',
  holes: 'holes/holes.ts',
  peer: 'peer/peer.ts',
  import: 'import.ts',
};
/** Those that with `--against` measure an earlier revision as well. */
const COMPARING = {
  request: 'against/againstRevision.ts',
};
/** Those that read `--against` themselves. */
const WITH_OWN_AGAINST = new Set(['replay', 'editor', 'sessions']);

await main(async () => {
  const name = process.argv[2] ?? '';
  const compares = !WITH_OWN_AGAINST.has(name) && process.argv.some((argument) => /^--against(?:=|$)/.test(argument));
  const benches = compares ? COMPARING : BENCHES;
  const file = Object.entries(benches).find(([known]) => known === name)?.[1];
  if (file === undefined) {
    const which = `${compares ? ' with --against' : ''}. Choose one of: ${Object.keys(benches).join(', ')}`;
    throw new Error(`There is no bench "${name}"${which}.`);
  }
  await installPackages();
  await build('production');
  process.argv.splice(2, 1); // the bench reads its own options
  const { register } = await import('tsx/esm/api');
  register();
  await import(path.join(root, 'bench', file));
});
