import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  postprocessAt,
  type PostprocessContext,
  type PostprocessResult,
} from '../../../src/engine/postprocess/postprocess.js';

// Holes in this repository's own code. What really stood in a hole is the best suggestion there is: filters must leave it as
// it is. And where a model goes on with what follows the hole, exactly that must go.
const ROOT = join(import.meta.dirname, '../../..');
const SOURCES = [
  { folder: 'src', extension: '.ts', languageId: 'typescript', indentUnit: '  ' },
  { folder: 'training', extension: '.py', languageId: 'python', indentUnit: '    ' },
];
/** Some lines do repeat the line above or below, so a few holes are altered rightly. */
const LEAST_SHARE = 0.98;
/** Every so many lines there is a hole of each kind. */
const STRIDE = 11;

interface Hole {
  readonly where: string;
  readonly context: PostprocessContext;
  readonly truth: string;
}

describe('holes in real code', () => {
  for (const { folder, extension, languageId, indentUnit } of SOURCES) {
    const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith(extension),
    );
    const holes = files.flatMap((name) => {
      const file = join(folder, name);
      return holesOf(file, readFileSync(join(ROOT, file), 'utf8'), {
        languageId,
        indentUnit,
        eol: '\n',
        prefixOffset: 0,
      });
    });

    it(`${languageId}: the truth stays as it is`, () => {
      share(holes, ({ context, truth }) => isText(postprocessAt(context)(truth), truth));
    });
    it(`${languageId}: what follows is not repeated`, () => {
      share(holes, ({ context, truth }) => {
        const tooMuch = truth + context.suffix.split('\n').slice(0, 4).join('\n');
        return isText(postprocessAt({ ...context, multiline: true })(tooMuch), truth);
      });
    });
  }
});

function share(holes: readonly Hole[], isRight: (hole: Hole) => boolean): void {
  assert.ok(holes.length > 100, `only ${holes.length} holes`);
  const wrong = holes.filter((hole) => !isRight(hole));
  const right = 1 - wrong.length / holes.length;
  assert.ok(
    right >= LEAST_SHARE,
    `${(100 * right).toFixed(1)} % of ${holes.length}: ${wrong.map(({ where }) => where).join(', ')}`,
  );
}

function isText(result: PostprocessResult, truth: string): boolean {
  return result.kind === 'text' && result.text.trimEnd() === truth.trimEnd();
}

/** The end of a line, whole lines of a block, and the block that a line opens. */
function holesOf(
  file: string,
  code: string,
  place: Omit<PostprocessContext, 'prefix' | 'suffix' | 'multiline'>,
): Hole[] {
  const lines = code.split('\n');
  const holes: Hole[] = [];
  const indent = (index: number): number => lines[index]?.search(/\S/u) ?? -1;
  const add = (kind: string, line: number, column: number, endLine: number): void => {
    const before = [...lines.slice(0, line), lines[line]?.slice(0, column)].join('\n');
    const after = code.slice(lines.slice(0, endLine + 1).join('\n').length);
    const truth = code.slice(before.length, code.length - after.length);
    if (truth.trim() === '' || before.endsWith(' ') !== /^ *$/u.test(lines[line]?.slice(0, column) ?? '')) return;
    const context = { ...place, prefix: before, suffix: after, multiline: endLine > line };
    holes.push({ where: `${kind} at ${file}:${line + 1}:${column + 1}`, context, truth });
  };
  for (let line = 3; line < lines.length - 5; line += STRIDE) {
    const start = indent(line);
    const length = lines[line]?.length ?? 0;
    if (start < 0) continue;
    add('end of line', line, start + Math.floor((length - start) / 2), line);
    let end = line;
    while (end < line + 3 && indent(end + 1) >= start) end++;
    if (end > line) add('lines', line, start, end);
    let close = line + 1;
    while (close < line + 9 && (indent(close) > start || indent(close) < 0)) close++;
    const isBlock = /[{:]$/u.test(lines[line] ?? '') && close > line + 1 && close < line + 9;
    if (isBlock && place.languageId !== 'python' && /^\s*\}[;,)]*$/u.test(lines[close] ?? ''))
      add('block', line, length, close);
    if (isBlock && place.languageId === 'python' && indent(close - 1) > start) add('block', line, length, close - 1);
  }
  return holes;
}
