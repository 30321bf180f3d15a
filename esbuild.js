// Builds the programs of Infill, five as CommonJS bundles and a page's as a script, in dist/:
//   extension.cjs  what VS Code loads          (vscode stays outside)
//   worker.cjs     the inference process       (onnxruntime-node stays outside: it is native)
//   relay.cjs      a window's way to it
//   store.cjs      adds and manages models     (the same)
//   cli.cjs        the command line            (the same)
//   denoiseView.js what the denoise view runs  (nothing stays outside)
// and, where all of them are built, THIRD_PARTY_LICENSES.txt beside them: the licences of what is in them and is shipped with them.
//
//   node esbuild.js [extension] [worker] [relay] [store] [cli] [denoiseView] [--production] [--watch]
import { chmod, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { context } from 'esbuild';
import { packagesOf, thirdPartyLicences } from './scripts/licences/thirdPartyLicences.mjs';
import { BUNDLES, PAGE_BUNDLES } from './scripts/steps/bundles.mjs';

const flags = process.argv.slice(2);
const production = flags.includes('--production');
const watch = flags.includes('--watch');
const chosen = flags.filter((flag) => !flag.startsWith('--'));
const all = [...Object.keys(BUNDLES), ...Object.keys(PAGE_BUNDLES)];
const names = chosen.length > 0 ? chosen : all;

for (const name of names) {
  if (!all.includes(name)) {
    throw new Error(`There is no bundle "${name}". Choose from: ${all.join(', ')}.`);
  }
}
const contexts = await Promise.all([
  ...names.filter(isBundle).map(bundleContext),
  ...names.filter(isPageBundle).map(pageContext),
]);
if (watch) {
  await Promise.all(contexts.map((each) => each.watch()));
} else {
  try {
    const built = await Promise.all(contexts.map((each) => each.rebuild()));
    const inputs = built.flatMap(({ metafile }) => Object.keys(metafile.inputs));
    await writeLicences(inputs);
  } catch (error) {
    process.exitCode = 1;
    if (!isReported(error)) {
      console.error(`build: ${error instanceof Error ? error.message : String(error)}`);
    }
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

/**
 * @param {string} name
 * @returns {name is keyof typeof PAGE_BUNDLES}
 */
function isPageBundle(name) {
  return Object.hasOwn(PAGE_BUNDLES, name);
}

/**
 * @param {readonly string[]} inputs files that the bundles were made of
 */
async function writeLicences(inputs) {
  if (names.length === all.length) {
    const file = path.join(import.meta.dirname, 'dist/THIRD_PARTY_LICENSES.txt');
    await writeFile(file, thirdPartyLicences(packagesOf(inputs)));
  }
}

/**
 * Whether esbuild has printed an error already.
 *
 * @param {unknown} error
 */
function isReported(error) {
  return error instanceof Error && 'errors' in error;
}

/** @param {keyof typeof BUNDLES} name */
function bundleContext(name) {
  const { entry, external, target } = BUNDLES[name];
  const outfile = `dist/${name}.cjs`;
  return context({
    absWorkingDir: import.meta.dirname,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target,
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
    legalComments: 'none', // THIRD_PARTY_LICENSES.txt holds the licences
    sourcemap: production ? false : 'linked',
    metafile: true,
    logLevel: 'warning',
    plugins: [reportPlugin(name, outfile, external)],
  });
}

/** @param {keyof typeof PAGE_BUNDLES} name */
function pageContext(name) {
  const { entry, target } = PAGE_BUNDLES[name];
  const outfile = `dist/${name}.js`;
  return context({
    absWorkingDir: import.meta.dirname,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'browser',
    target,
    format: 'iife',
    minify: production,
    legalComments: 'none', // THIRD_PARTY_LICENSES.txt holds the licences
    // A page with a strict policy loads no map from a file.
    sourcemap: production ? false : 'inline',
    metafile: true,
    logLevel: 'warning',
    plugins: [reportPlugin(name, outfile, [])],
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
