import { setTimeout as sleep } from 'node:timers/promises';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Workbench } from '../../test/workbench/rig/workbench.js';
import type { SessionDocument } from './documents.js';

/** A text that was shown where the typist paused. */
export interface ShownText {
  readonly text: string;
  /** From the last key to when it was seen. */
  readonly ms: number;
  /** Whether it is how the document goes on. */
  readonly right: boolean;
}

/** What typing a document came to. */
export interface TypedDocument {
  readonly file: string;
  readonly pauses: number;
  readonly shown: readonly ShownText[];
  /** Characters that were to be written, and those of them that Tab wrote. */
  readonly characters: number;
  readonly fromTab: number;
}

const KEY_MS = 45;
/** As long as somebody waits who wants to see what comes. */
const PAUSE_MS = 1500;
const POLL_MS = 8;
/** Accepting takes a key as well. */
const LEAST_ACCEPTED = 3;

/**
 * Types what is missing in a document, as a person does: words at a stretch, then a look at what is shown.
 * @param accepts whether what is right is accepted with Tab
 */
export async function typeDocument(
  workbench: Workbench,
  folder: string,
  { file, before, typed, after }: SessionDocument,
  accepts: boolean,
): Promise<TypedDocument> {
  const name = path.join(folder, file);
  writeFileSync(name, before + after);
  await workbench.openFile(name, { line: before.split('\n').length });
  const { keyboard } = workbench.page;
  const shown: ShownText[] = [];
  let [at, pauses, fromTab] = [0, 0, 0];
  let left = ''; // of a text that was looked at and typed into
  while (at < typed.length) {
    const end = pauseAfter(typed, at);
    for (const key of typed.slice(at, end)) {
      await keyboard.press(key === '\n' ? 'Enter' : key === ' ' ? 'Space' : key);
      left = left.startsWith(key) ? left.slice(1) : '';
      await sleep(KEY_MS);
    }
    at = end;
    const keyed = performance.now() - KEY_MS;
    pauses++;
    const text = await shownWithin(workbench, PAUSE_MS);
    if (text === '') continue;
    const ms = performance.now() - keyed;
    const right = continues(typed.slice(at) + after, text);
    if (text !== left) shown.push({ text, ms, right });
    left = text;
    if (!accepts || !right || text.length < LEAST_ACCEPTED) continue;
    await keyboard.press('Tab');
    const written = await savedWithin(workbench, name, { before, after }, (now) => now.length > at);
    if (!typed.startsWith(written)) {
      // Blanks at its end, which cannot be seen: taken back, and typed instead.
      await keyboard.press('Control+z');
      await savedWithin(workbench, name, { before, after }, (now) => now === typed.slice(0, at));
      continue;
    }
    fromTab += written.length - at;
    at = written.length;
    left = '';
  }
  await keyboard.press('Escape');
  await keyboard.press('Control+s');
  const wanted = before + typed + after;
  for (const deadline = Date.now() + 5000; readFileSync(name, 'utf8') !== wanted;) {
    await sleep(50);
    if (Date.now() > deadline) {
      throw new Error(`${file} is not what was typed:\n${readFileSync(name, 'utf8').slice(before.length - 20)}`);
    }
  }
  return { file, pauses, shown, characters: typed.length, fromTab };
}

/** Where the typist pauses next: where a word begins, and where a line does. */
function pauseAfter(typed: string, from: number): number {
  const next = /(?<=[^\p{L}\p{N}])(?=[\p{L}\p{N}])|(?<=\n)/gu;
  next.lastIndex = from + 1;
  return next.exec(typed)?.index ?? typed.length;
}

async function shownWithin(workbench: Workbench, limitMs: number): Promise<string> {
  for (const deadline = performance.now() + limitMs; performance.now() < deadline;) {
    const text = await workbench.ghostText();
    if (text !== '') return text;
    await sleep(POLL_MS);
  }
  return '';
}

/** Whether the text goes on with what is shown; blanks at line ends cannot be seen. */
function continues(rest: string, text: string): boolean {
  const trimmed = (each: string): string => each.replaceAll(/[ \t]+(?=\n|$)/g, '');
  return trimmed(text) !== '' && trimmed(rest).startsWith(trimmed(text));
}

/** What stands between `before` and `after` once it is saved and as it is wanted. */
async function savedWithin(
  workbench: Workbench,
  file: string,
  { before, after }: Pick<SessionDocument, 'before' | 'after'>,
  wanted: (written: string) => boolean,
): Promise<string> {
  for (const deadline = Date.now() + 5000; Date.now() < deadline;) {
    await workbench.page.keyboard.press('Control+s');
    const text = readFileSync(file, 'utf8');
    const written = text.slice(before.length, text.length - after.length);
    if (wanted(written)) return written;
    await sleep(50);
  }
  throw new Error(`Tab did nothing in ${file}, or what it did cannot be taken back.`);
}
