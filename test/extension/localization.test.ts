import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';
import { engineSentences } from './engineSentences.js';
import { readJson, ROOT, sourceFiles } from './sourceFiles.js';

// `UPDATE_L10N=1 node --import tsx --test test/extension/localization.test.ts` writes the bundle anew.

test('the bundle to be translated holds exactly the texts of the sources', async () => {
  const ofEditor = (await sourceFiles()).flatMap(({ name, text }) => localizedTexts(name, text));
  const texts = [...new Set([...ofEditor, ...(await engineSentences())])].sort();
  assert.ok(texts.length > 50);
  if (process.env['UPDATE_L10N'] !== undefined) {
    const bundle = Object.fromEntries(texts.map((text) => [text, text]));
    writeFileSync(path.join(ROOT, 'l10n', 'bundle.l10n.json'), `${JSON.stringify(bundle, undefined, 2)}\n`);
  }
  assert.deepEqual(Object.keys(readJson('l10n/bundle.l10n.json') as object), texts);
});

test('package.json and package.nls.json name the same texts', () => {
  const used = [...JSON.stringify(readJson('package.json')).matchAll(/"%([^%"]+)%"/g)].map((match) => match[1]);
  assert.deepEqual([...new Set(used)].sort(), Object.keys(readJson('package.nls.json') as object).sort());
});

test('placeholders are numbered without gaps', () => {
  for (const text of Object.keys(readJson('l10n/bundle.l10n.json') as object)) {
    const numbers = new Set([...text.matchAll(/\{(\d+)\}/g)].map((match) => Number(match[1])));
    assert.deepEqual(
      [...numbers].sort(),
      [...numbers.keys()].map((_, index) => index),
      text,
    );
  }
});

/** First arguments of all calls of `l10n.t`. Each has to be a literal, or it could not be collected. */
function localizedTexts(name: string, text: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /(^|\.)l10n\.t$/.test(node.expression.getText())) {
      const [message] = node.arguments;
      assert.ok(message !== undefined && ts.isStringLiteral(message), `${name}: ${node.getText()}`);
      found.push(message.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(name, text, ts.ScriptTarget.ESNext, true));
  return found;
}
