import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Engine } from '../../../../src/engine/engine.js';
import { EXAMPLES, MARK } from '../../../../src/extension/commands/exampleTexts.js';
import type { DenoiseOutcome } from '../../../../src/shared/outcome.js';
import { DEFAULT_STRENGTH } from '../../../../src/shared/optionRanges.js';
import { BUNDLED } from '../../fixtures.js';
import { contextOf, OPTIONS } from '../requests.js';

let engine: Engine;

/** Two marks enclose what is selected. */
async function denoised(marked: string, language = 'typescript'): Promise<DenoiseOutcome> {
  const [prefix, selection, suffix] = marked.split(MARK) as [string, string, string];
  const context = contextOf(prefix, suffix, { languageId: language });
  const options = { ...OPTIONS, steps: engine.info.steps.recommended, temperature: 0, trace: false };
  return engine.denoise({ context, selection, pinned: [], strength: DEFAULT_STRENGTH, options });
}

function changesOf(outcome: DenoiseOutcome): readonly string[] {
  return outcome.kind === 'denoised' ? outcome.changes.map(({ before: old, text }) => `${old} > ${text}`) : [];
}

/** The lines of one side of the walkthrough's picture. */
function pictured(side: 'before' | 'after'): readonly string[] {
  const picture = readFileSync(path.join(import.meta.dirname, '../../../../media/walkthrough/denoise.svg'), 'utf8');
  return [...picture.matchAll(/<text x="(\d+)" y="\d+" font-family="var\(--vscode-editor-font.*?<\/text>/gu)].flatMap(
    ([text, x]) => (Number(x) < 280 === (side === 'before') ? [text.replace(/<[^>]*>/gu, '').trim()] : []),
  );
}

describe('Denoise Selection with the bundled model', () => {
  before(async () => {
    engine = await Engine.load({ modelPath: BUNDLED, device: 'cpu', threads: 0 });
  });
  after(() => engine.dispose());

  test("the walkthrough's example does what its picture shows", async () => {
    assert.deepEqual(changesOf(await denoised(EXAMPLES.denoise)), ['- > +', '* > /']);
    const [old, now] = [pictured('before'), pictured('after')];
    const changed = old.flatMap((line, i) => {
      const words = now[i]!.split(' ');
      return line.split(' ').flatMap((word, j) => (word === words[j] ? [] : [`${word} > ${words[j]!}`]));
    });
    assert.deepEqual(changed, ['- > +', '* > /']);
  });

  test('a wrong operator below a name that says the right one', async () => {
    const outcome = await denoised(
      `def add(a, b):\n    """Return the sum of a and b."""\n${MARK}    return a - b\n${MARK}`,
      'python',
    );
    assert.deepEqual(changesOf(outcome), ['- > +']);
  });

  test('a word or a line that stands there twice, and a misspelt word', async () => {
    const prose = `# Notes\n\n${MARK}The new manager is bigger than the the old one.\nIt has more expereince with customers.\n${MARK}`;
    const outcome = await denoised(prose, 'markdown');
    assert.ok(outcome.kind === 'denoised', JSON.stringify(outcome));
    assert.equal(outcome.text, 'The new manager is bigger than the old one.\nIt has more experience with customers.\n');
    const lines = `function show(items) {\n${MARK}  const list = document.createElement('ul');\n  const list = document.createElement('ul');\n  list.append(...items);\n${MARK}  return list;\n}\n`;
    const once = await denoised(lines, 'javascript');
    assert.ok(once.kind === 'denoised', JSON.stringify(once));
    assert.equal(once.text, "  const list = document.createElement('ul');\n  list.append(...items);\n");
  });

  test('what is as it should be stays, with its last line break', async () => {
    const outcome = await denoised(
      `export function clamp(value: number, low: number, high: number): number {\n${MARK}  return Math.min(Math.max(value, low), high);\n${MARK}}\n`,
    );
    assert.ok(outcome.kind === 'none' && outcome.reason === 'not-likelier', JSON.stringify(outcome));
    assert.match(outcome.detail, /tried|likeliest/u);
  });
});
