// Builds the four programs of Infill as CommonJS bundles in dist/:
//   extension.cjs  what VS Code loads          (vscode stays outside)
//   worker.cjs     the inference process       (onnxruntime-node stays outside: it is native)
//   store.cjs      adds and manages models     (the same)
//   cli.cjs        the command line            (the same)
//
//   node esbuild.js [extension] [worker] [store] [cli] [--production] [--watch]
import { chmod } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { context } from 'esbuild';

/** Entry file of each bundle, and the modules it may leave to the host. */
const BUNDLES = {
  extension: { entry: 'src/extension/extension.ts', external: ['vscode'] },
  worker: { entry: 'src/inference/worker.ts', external: ['onnxruntime-node'] },
  store: { entry: 'src/inference/workerStore.ts', external: ['onnxruntime-node'] },
  cli: { entry: 'src/cli/main.ts', external: ['onnxruntime-node'] },
};

const flags = process.argv.slice(2);
const production = flags.includes('--production');
const watch = flags.includes('--watch');
const chosen = flags.filter((flag) => !flag.startsWith('--'));
const names = chosen.length > 0 ? chosen : Object.keys(BUNDLES);

for (const name of names) {
  if (!isBundle(name)) {
    throw new Error(`There is no bundle "${name}". Choose from: ${Object.keys(BUNDLES).join(', ')}.`);
  }
}
const contexts = await Promise.all(names.filter(isBundle).map(bundleContext));
if (watch) {
  await Promise.all(contexts.map((each) => each.watch()));
} else {
  try {
    await Promise.all(contexts.map((each) => each.rebuild()));
  } catch {
    process.exitCode = 1; // esbuild has printed the errors
  }
  await Promise.all(contexts.map((each) => each.dispose()));
}

/**
 * @param {string} name
 * @returns {name is keyof typeof BUNDLES}
 */
function isBundle(name) {
  return Object.hasOwn(BUNDLES, name);
}

/** @param {keyof typeof BUNDLES} name */
function bundleContext(name) {
  const { entry, external } = BUNDLES[name];
  const outfile = `dist/${name}.cjs`;
  return context({
    absWorkingDir: import.meta.dirname,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // Bundled sources are ES modules; CommonJS has no import.meta.
    define: {
      'import.meta.url': 'bundleUrl',
      'import.meta.dirname': '__dirname',
      'import.meta.filename': '__filename',
      'process.env.NODE_ENV': JSON.stringify(production ? 'production' : 'development'),
    },
    banner: {
      js: `${name === 'cli' ? '#!/usr/bin/env node\n' : ''}const bundleUrl = require('node:url').pathToFileURL(__filename).href;`,
    },
    external,
    minify: production,
    keepNames: true, // stack traces in diagnostics stay readable
    legalComments: 'none', // THIRD_PARTY_NOTICES holds the licences
    sourcemap: production ? false : 'linked',
    metafile: true,
    logLevel: 'warning',
    plugins: [reportPlugin(name, outfile, external)],
  });
}

/**
 * Says what was built, and fails where a bundle leaves a module outside that it must not need: a wrong import deep in
 * the tree would otherwise only be seen when a user starts the program.
 *
 * @param {string} name
 * @param {string} outfile
 * @param {readonly string[]} allowed
 * @returns {import('esbuild').Plugin}
 */
function reportPlugin(name, outfile, allowed) {
  return {
    name: 'report',
    setup(build) {
      build.onStart(() => {
        if (watch) {
          console.log(`build: ${name} started`); // .vscode/tasks.json looks for it
        }
      });
      build.onEnd(async (result) => {
        const output = result.metafile?.outputs[outfile];
        if (!output || result.errors.length > 0) {
          console.error(`build: ${name} failed with ${result.errors.length} error(s)`);
          return;
        }
        const outside = output.imports.filter((each) => each.external).map((each) => each.path);
        const wrong = outside.filter(
          (each) => !each.startsWith('node:') && !isBuiltin(each) && !allowed.includes(each),
        );
        if (wrong.length > 0) {
          return { errors: [{ text: `${outfile} needs ${wrong.join(', ')}, which its host does not have.` }] };
        }
        if (name === 'cli') {
          await chmod(path.join(import.meta.dirname, outfile), 0o755);
        }
        console.log(`build: ${outfile} ${Math.round(output.bytes / 1024)} KB`);
        return undefined;
      });
    },
  };
}
