import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { build } from 'esbuild';
import { OTHER_WORKS, PACKAGES_WITHOUT_TEXT } from '../../scripts/licences/addedLicences.mjs';
import { packagesOf, thirdPartyLicences } from '../../scripts/licences/thirdPartyLicences.mjs';
import { BUNDLES } from '../../scripts/steps/bundles.mjs';
import { root } from '../../scripts/steps/root.mjs';
import { packageContents } from '../../scripts/vsix/contents.mjs';
import { allTargets, runtimeFiles } from '../../scripts/vsix/targets.mjs';

const FILE = 'dist/THIRD_PARTY_LICENSES.txt';
const bundled = new Set<string>();
for (const { entry, external } of Object.values(BUNDLES)) {
  const { metafile } = await build({
    ...{ absWorkingDir: root, entryPoints: [entry], external, outfile: 'dist/never-written.cjs' },
    ...{ bundle: true, platform: 'node', format: 'cjs', write: false, metafile: true, logLevel: 'silent' },
  });
  for (const folder of packagesOf(Object.keys(metafile.inputs))) bundled.add(folder);
}

/** Title of each section -> its text. */
function sectionsOf(text: string): Map<string, string> {
  const [, ...parts] = text.split(/^={100}\n/mu);
  const titles = parts.filter((_, i) => i % 2 === 0).map((title) => title.trim());
  return new Map(titles.map((title, i) => [title, parts[2 * i + 1] ?? '']));
}

describe('the licence texts beside the bundles', () => {
  const sections = sectionsOf(readFileSync(path.join(root, FILE), 'utf8'));
  const textOf = (work: string): string =>
    sections.get(Array.from(sections.keys()).find((title) => title.startsWith(work)) ?? '') ?? '';

  for (const folder of [...bundled, 'node_modules/onnxruntime-node', 'node_modules/onnxruntime-common']) {
    test(`hold that of ${folder}`, () => {
      const manifest = JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8')) as {
        readonly [key: string]: string;
      };
      const text = textOf(`${manifest['name']} ${manifest['version']}: `);
      assert.match(text, /copyright/iu);
      assert.match(text, /permission|apache license/iu);
      assert.match(text, /without warrant|"as is"/iu);
    });
  }

  test("hold those of the model, of what the runtime is made of and of others' code in packages", () => {
    assert.match(textOf('SmolLM2-135M-Instruct'), /Copyright Hugging Face[^]*Apache License[^]*END OF TERMS/u);
    assert.match(textOf('onnxruntime-node'), /THIRD PARTY SOFTWARE NOTICES[^]*protobuf[^]*Dawn/u);
    assert.match(textOf('@huggingface/hub'), /src\/vendor\/lz4js\/LICENSE:/u);
    assert.match(textOf('@bufbuild/protobuf'), /END OF TERMS[^]*Copyright 2008 Google Inc/u);
  });

  for (const target of allTargets()) {
    test(`know every native file for ${target}, and are in its package`, () => {
      const known = new Set(OTHER_WORKS.flatMap(({ natives = [] }) => natives));
      const files = runtimeFiles(target).map((file) => path.basename(file));
      assert.deepEqual(
        files.filter((file) => !/^(lib)?onnxruntime[._]/u.test(file) && !known.has(file)),
        [],
      );
      assert.ok(packageContents(target).includes(FILE));
    });
  }
});

describe('a package', () => {
  const top = mkdtempSync(path.join(tmpdir(), 'infill-licences-'));
  after(() => rmSync(top, { recursive: true, force: true }));

  function addPackage(name: string, files: Readonly<Record<string, string>>, version = '1.0.0'): string {
    const folder = `node_modules/${name}`;
    for (const [file, text] of Object.entries({ 'package.json': JSON.stringify({ name, version }), ...files })) {
      mkdirSync(path.dirname(path.join(top, folder, file)), { recursive: true });
      writeFileSync(path.join(top, folder, file), text);
    }
    return folder;
  }

  for (const name of ['onnxruntime-common', 'onnxruntime-node']) {
    addPackage(name, {}, PACKAGES_WITHOUT_TEXT[name]?.version);
  }

  test('gives its licence and those of what it carries', () => {
    const folder = addPackage('@a/b', { LICENSE: 'its own', 'vendor/c/LICENCE.md': 'of c', 'lib/license.js': 'code' });
    assert.match(
      thirdPartyLicences([folder], top),
      /@a\/b 1\.0\.0[^]*its own\n\nvendor\/c\/LICENCE\.md:\n\nof c\n\n=/u,
    );
  });

  for (const [name, files] of [
    ['without-licence', {}],
    ['with-vendors-alone', { 'vendor/c/LICENSE': 'of c' }],
    ['constructor', {}],
  ] as const) {
    test(`${name} is refused, with the remedy`, () => {
      const folder = addPackage(name, files);
      assert.throws(() => thirdPartyLicences([folder], top), {
        message: new RegExp(`^node_modules/${name} has no licence text.*scripts/licences/addedLicences`, 'u'),
      });
    });
  }

  test('whose text was taken from another version is refused', () => {
    const folder = addPackage('gearhash-jit', {}, '9.9.9');
    assert.throws(
      () => thirdPartyLicences([folder], top),
      /gearhash-jit is that of version 1\.0\.2, installed is 9\.9\.9/u,
    );
  });
});

test('files of one package are one package, wherever it stands', () => {
  const inputs = ['src/a.ts', 'node_modules/a/x.js', 'node_modules/a/y.js', 'node_modules/@b/c/node_modules/d/z.js'];
  assert.deepEqual(packagesOf(inputs), ['node_modules/@b/c/node_modules/d', 'node_modules/a']);
});
