import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import ts from 'typescript';
import { ROOT } from './sourceFiles.js';

/** What may say why there is no text: filters, the two verbs, and what is made of confidences in the editor's own process. */
const PLACES = [
  'src/engine/postprocess',
  'src/engine/infill',
  'src/shared/lowConfidence.ts',
  'src/extension/suggest/suggester.ts',
];

/** "The text repeats itself.": English, for a person. */
const SENTENCE = /^[A-Z{][^:]* [^:]*\.$/;

/** Every sentence of the engine that an outcome can bring, as `engineText` looks it up: with `{0}`, `{1}`, ... for what it puts in. */
export async function engineSentences(): Promise<string[]> {
  const names = await Promise.all(PLACES.map(typeScriptUnder));
  return names.flat().flatMap((name) => sentencesIn(name, readFileSync(name, 'utf8')));
}

async function typeScriptUnder(place: string): Promise<string[]> {
  const full = path.join(ROOT, place);
  if (place.endsWith('.ts')) return [full];
  const names = await readdir(full, { recursive: true });
  return names.filter((name) => name.endsWith('.ts')).map((name) => path.join(full, name));
}

function sentencesIn(name: string, text: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    // Errors have a text of their own, and what they say is not told as a reason.
    if (ts.isNewExpression(node) || ts.isThrowStatement(node)) return;
    const said = saidBy(node);
    if (said !== undefined && SENTENCE.test(said)) found.push(said);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(name, text, ts.ScriptTarget.ESNext, true));
  return found;
}

function saidBy(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  // What puts a percent sign behind its number is a function here.
  const placeholder = (span: ts.TemplateSpan, i: number): string =>
    `{${i}}${/^percent\(/.test(span.expression.getText()) ? '%' : ''}${span.literal.text}`;
  return node.head.text + node.templateSpans.map(placeholder).join('');
}
