import assert from 'node:assert/strict';
import type { PostprocessContext } from '../../../src/engine/postprocess/postprocess.js';
import { NONE_REASONS, type NoneReason } from '../../../src/shared/outcome.js';

/** One case of a golden file; golden/FORMAT.txt says how they are written. */
export interface GoldenCase {
  readonly title: string;
  readonly context: PostprocessContext;
  readonly text: string;
  /** The text that should be left, with the document's line ends. */
  readonly expected: { readonly text: string } | { readonly reason: NoneReason };
  readonly isUnchanged: boolean;
}

/** Reads a golden file. Throws, naming the case, when anything is not as golden/FORMAT.txt says. */
export function parseGolden(file: string): readonly GoldenCase[] {
  const [head = '', ...sections] = file.split(/^== /mu);
  assert.equal(head.trim(), '', 'text before the first case');
  return sections.map((section) => {
    const [title = '', ...lines] = section.trimEnd().split('\n');
    try {
      return parseCase(title, lines);
    } catch (error) {
      throw new Error(`golden case "${title}": ${(error as Error).message}`, { cause: error });
    }
  });
}

function parseCase(title: string, [header = '', ...body]: readonly string[]): GoldenCase {
  const place = parseHeader(header);
  const arrow = body.indexOf('=>');
  assert.ok(arrow > 0, 'there is no `=>` with an expectation');
  assert.ok(!body.includes('=>', arrow + 1), 'there are two expectations');
  const given = parseDocument(body.slice(0, arrow).join('\n'));
  const verdict = body.slice(arrow + 1).join('\n');
  assert.notEqual(verdict, '', 'the expectation is empty');
  const withEol = (text: string): string => text.replaceAll('\n', place.eol);
  const common = {
    title,
    context: { ...place, prefix: withEol(given.prefix), suffix: withEol(given.suffix) },
    text: given.text,
    isUnchanged: verdict === 'unchanged',
  };
  if (common.isUnchanged) return { ...common, expected: { text: withEol(given.text) } };
  if (verdict.startsWith('none:')) {
    const reason = NONE_REASONS.find((known) => known === verdict.slice('none:'.length).trim());
    assert.ok(reason !== undefined, `"${verdict}" is no known reason`);
    return { ...common, expected: { reason } };
  }
  const expected = parseDocument(verdict);
  assert.deepEqual([expected.prefix, expected.suffix], [given.prefix, given.suffix], 'the two documents differ');
  assert.notEqual(expected.text, given.text, 'write `unchanged` where nothing changes');
  return { ...common, expected: { text: withEol(expected.text) } };
}

function parseHeader(header: string): Omit<PostprocessContext, 'prefix' | 'suffix'> {
  const [languageId = '', ...options] = header.split(',').map((part) => part.trim());
  assert.match(languageId, /^[a-z][a-z0-9-]*$/u, 'the second line names the language');
  const known = ['2 spaces', '4 spaces', 'tabs', 'crlf', 'single line', 'tail'];
  for (const option of options) assert.ok(known.includes(option), `"${option}" is no option`);
  return {
    languageId,
    prefixOffset: options.includes('tail') ? 1000 : 0,
    eol: options.includes('crlf') ? '\r\n' : '\n',
    indentUnit: options.includes('tabs') ? '\t' : options.includes('4 spaces') ? '    ' : '  ',
    multiline: !options.includes('single line'),
  };
}

function parseDocument(drawn: string): { readonly prefix: string; readonly text: string; readonly suffix: string } {
  const document = drawn.replaceAll('␠', ' ').replaceAll('⇥', '\t').replaceAll('␀', '\0');
  const parts = /^(?<prefix>[^│⟦⟧]*)│⟦(?<text>[^│⟦⟧]*)⟧(?<suffix>[^│⟦⟧]*)$/su.exec(document)?.groups;
  assert.ok(parts !== undefined, 'the document needs `│⟦text⟧` once');
  return { prefix: parts['prefix'] ?? '', text: parts['text'] ?? '', suffix: parts['suffix'] ?? '' };
}
