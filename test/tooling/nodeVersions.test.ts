import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { BUNDLES } from '../../scripts/steps/bundles.mjs';
import { complaintAbout, oldestNode } from '../../scripts/steps/requireNode.mjs';
import { root } from '../../scripts/steps/root.mjs';

/** Node inside each VS Code that was, or may become, the oldest supported one; "Help: About" shows it. */
const NODE_OF_VSCODE: Readonly<Record<string, string>> = { '1.104.0': '22.18' };
const TELL_IT = ['README.md', 'CONTRIBUTING.md', 'training/evaluate/engine_fill.py'];

const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  readonly engines: { readonly node: string; readonly vscode: string };
  readonly devDependencies: Readonly<Record<string, string>>;
};
const minorOf = (version: string): string => version.split('.').slice(0, 2).join('.');
const isAtLeast = (version: string, oldest: string): boolean =>
  version.localeCompare(oldest, 'en', { numeric: true }) >= 0;

describe('the oldest Node', () => {
  test('is the one whose types everything is checked with, so nothing newer is called', () => {
    assert.equal(minorOf(manifest.devDependencies['@types/node'] ?? ''), oldestNode);
    assert.equal(manifest.engines.node, `>=${oldestNode}`);
  });

  test('is not newer than the one in the oldest VS Code, so these types hold there too', () => {
    const vscode = manifest.engines.vscode.replace('^', '');
    const inside = NODE_OF_VSCODE[vscode];
    assert.ok(inside !== undefined, `Look up which Node VS Code ${vscode} has, and add it above.`);
    assert.ok(isAtLeast(inside, oldestNode));
    for (const { target } of [BUNDLES.extension, BUNDLES.worker, BUNDLES.store]) {
      assert.ok(isAtLeast(inside, target.replace('node', '')), target);
    }
  });

  test('is the one that people are told of', () => {
    const told = TELL_IT.flatMap((file) =>
      [...readFileSync(path.join(root, file), 'utf8').matchAll(/\bNode (\d[\d.]*) or newer/gu)].map(
        (match) => match[1],
      ),
    );
    assert.ok(told.length >= TELL_IT.length);
    assert.deepEqual(Array.from(new Set(told)), [oldestNode]);
  });

  test('and newer ones are accepted', () => {
    for (const version of [process.version, `v${oldestNode}.0`, 'v22.23.3', 'v23.0.0', 'v24.0.0', 'v100.1.0']) {
      assert.equal(complaintAbout(version), undefined, version);
    }
  });

  for (const version of ['v22.11.0', 'v22.2.0', 'v20.20.2', 'v18.0.0', 'v8.99.0']) {
    test(`is named where only ${version} is there, with the remedy`, () => {
      assert.match(
        complaintAbout(version, 'darwin') ?? '',
        /^Infill needs Node [\d.]+ or newer; this is v[^]*nodejs\.org\.$/u,
      );
      assert.match(
        complaintAbout(version, 'linux') ?? '',
        /export PATH="\$\(bash scripts\/steps\/bringNode\.sh\):\$PATH"$/u,
      );
    });
  }
});
