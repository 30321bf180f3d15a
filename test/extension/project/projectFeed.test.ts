import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type FeedSource, ProjectFeed, type TextChange } from '../../../src/extension/project/projectFeed.js';
import type { Unusable } from '../../../src/workspace/usableText.js';
import type { ProjectDocument } from '../../../src/shared/projectDocument.js';
import type { ProjectChange } from '../../../src/shared/protocol.js';

/** What a workspace holds: a text, texts by language (a notebook), or why one is of no use. */
type Texts = Record<string, string | Record<string, string> | { readonly is: Unusable }>;

let texts: Texts;
let open: string[];
let limit: number;
/** Is resolved anew for each pause; undefined: it is calm. */
let calm: Promise<void> | undefined;
let isTaken: boolean;
let changes: ProjectChange[];
let news: [TextChange, string[]][];
/** What an index would hold by now, told of the changes alone: texts by uri. */
let index: Map<string, string>;
let readings: string[];
let onRead: (source: string) => Promise<void> | void;

beforeEach(() => {
  [texts, open, limit, calm, isTaken] = [{}, [], 1000, undefined, true];
  changes = [];
  news = [];
  index = new Map();
  readings = [];
  onRead = () => undefined;
});

const source: FeedSource = {
  get limit() {
    return limit;
  },
  open: () => open,
  files: async () => Object.keys(texts).filter((uri) => uri.startsWith('file:')),
  order: (files) => files.toSorted(),
  read: async (uri) => {
    readings.push(uri);
    const text = texts[uri];
    await onRead(uri);
    if (text === undefined || (typeof text === 'object' && 'is' in text)) {
      return text === undefined ? undefined : (text as { is: Unusable }).is;
    }
    return typeof text === 'string'
      ? [documentOf(uri, 'typescript', text)]
      : Object.entries(text).map(([language, each]) => documentOf(`${uri}#${language}`, language, each));
  },
};

function documentOf(uri: string, languageId: string, text: string): ProjectDocument {
  return { uri, path: uri, languageId, text };
}

function newFeed(): ProjectFeed {
  return new ProjectFeed({
    source,
    send: async (change) => {
      if (isTaken) {
        changes.push(change);
        if (change.clear) index.clear();
        for (const uri of change.remove ?? []) index.delete(uri);
        for (const { uri, text } of change.replace ?? []) index.set(uri, text);
      }
      await nextTurn();
      return isTaken;
    },
    calm: async () => {
      await nextTurn();
      await calm;
    },
    onChange: (sources, how) => news.push([how, [...sources].toSorted()]),
  });
}

/** Until nothing happens any more. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 100; turn++) await nextTurn();
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

void describe('the feed of the project', () => {
  it('tells a new process all: the limit, what is open one by one, then the files in their order, several at once', async () => {
    texts = { 'file:c': 'c', 'file:b': 'b', 'file:a': 'a', 'untitled:1': 'u', 'output:1': 'o' };
    open = ['file:c', 'untitled:1'];
    const feed = newFeed();
    feed.begin();
    await settled();
    const { 'output:1': _, ...expected } = texts;
    assert.deepEqual(Object.fromEntries(index), expected);
    assert.deepEqual(changes[0], { clear: true, limit: 1000 });
    assert.deepEqual(
      changes.slice(1).map(({ replace }) => replace?.map(({ uri }) => uri)),
      [['file:c'], ['untitled:1'], ['file:a', 'file:b']],
    );
    assert.deepEqual(readings.toSorted(), ['file:a', 'file:b', 'file:c', 'untitled:1'], 'each is read once');
    assert.deepEqual(news, [['new', ['file:a', 'file:b', 'file:c', 'untitled:1']]]);
    assert.equal(feed.progress.waiting, 0);
  });

  it('reads anew for the next process, which knows nothing', async () => {
    texts = { 'file:a': 'old' };
    const feed = newFeed();
    feed.begin();
    await settled();
    feed.end();
    index.clear();
    texts = { 'file:a': 'new', 'file:b': 'b' };
    feed.touch('file:a', true);
    await settled();
    assert.equal(index.size, 0, 'there is nobody to tell');
    feed.begin();
    await settled();
    assert.deepEqual(Object.fromEntries(index), texts);
  });

  it('goes on after a process that was gone before anybody said so', async () => {
    texts = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`file:${i}`, `${i}`]));
    const feed = newFeed();
    feed.begin();
    onRead = () => {
      isTaken = changes.length < 3;
    };
    await settled();
    assert.ok(index.size < 30);
    onRead = () => undefined;
    isTaken = true;
    feed.begin();
    await settled();
    assert.deepEqual(Object.fromEntries(index), texts);
  });

  it('follows edits, new files and deletions', async () => {
    texts = { 'file:a': 'a', 'file:dir/b': 'b', 'file:dir/sub/c': 'c', 'file:dirt': 'd' };
    const feed = newFeed();
    feed.begin();
    await settled();
    texts['file:a'] = 'a2';
    texts['file:new'] = 'new';
    feed.touch('file:a', true);
    feed.touch('file:new', false);
    await settled();
    assert.deepEqual(Object.fromEntries(index), texts);
    feed.forget('file:dir');
    assert.deepEqual(news.at(-1), ['gone', ['file:dir/b', 'file:dir/sub/c']]);
    await settled();
    assert.deepEqual([...index.keys()].toSorted(), ['file:a', 'file:dirt', 'file:new']);
    delete texts['file:a'];
    feed.touch('file:a', false);
    await settled();
    assert.deepEqual([...index.keys()].toSorted(), ['file:dirt', 'file:new']);
  });

  it('reads and hands over nothing while a request runs or somebody types, and takes away all the same', async () => {
    texts = { 'file:a': 'a', 'file:b': 'b' };
    const feed = newFeed();
    feed.begin();
    await settled();
    const pause = deferred();
    calm = pause.promise;
    texts['file:a'] = 'a2';
    feed.touch('file:a', true);
    feed.forget('file:b');
    await settled();
    assert.deepEqual(Object.fromEntries(index), { 'file:a': 'a' });
    calm = undefined;
    pause.resolve();
    await settled();
    assert.deepEqual(Object.fromEntries(index), { 'file:a': 'a2' });
  });

  it('never hands over what was forgotten, or left the project, while it was read', async () => {
    texts = { 'file:a': 'a', 'file:b': 'b', 'file:dir/c': 'c' };
    const reading = deferred();
    onRead = () => reading.promise;
    const feed = newFeed();
    feed.begin();
    await settled();
    assert.equal(readings.length, 3);
    feed.forget('file:a');
    feed.forget('file:dir');
    texts['file:b'] = 'b2';
    feed.touch('file:b', false);
    reading.resolve();
    await settled();
    assert.deepEqual(Object.fromEntries(index), { 'file:b': 'b2' });
    assert.ok(changes.every(({ replace = [] }) => replace.every(({ text }) => text === 'b2')));
  });

  it('empties the index at once where the rules change, and hands over nothing that was read by the old ones', async () => {
    texts = { 'file:.env': 'secret', 'file:a': 'a' };
    const feed = newFeed();
    feed.begin();
    await settled();
    assert.equal(index.get('file:.env'), 'secret');
    const reading = deferred();
    onRead = () => reading.promise;
    feed.touch('file:.env', true);
    await settled();
    delete texts['file:.env'];
    feed.begin();
    assert.equal(index.size, 0, 'before anything else happens');
    reading.resolve();
    await settled();
    assert.deepEqual(Object.fromEntries(index), { 'file:a': 'a' });
  });

  it('takes a language of a notebook away that it has no more cells in', async () => {
    texts = { 'file:n': { python: 'p', markdown: 'm' } };
    const feed = newFeed();
    feed.begin();
    await settled();
    assert.deepEqual([...index.keys()], ['file:n#python', 'file:n#markdown']);
    texts['file:n'] = { python: 'p2' };
    feed.touch('file:n', true);
    await settled();
    assert.deepEqual(Object.fromEntries(index), { 'file:n#python': 'p2' });
    feed.forget('file:n');
    assert.equal(index.size, 0);
  });

  it('stops reading files at the limit, and counts what it left out', async () => {
    texts = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`file:${i + 10}`, '0123456789']));
    texts['file:00'] = { is: 'large' };
    texts['file:01'] = { is: 'minified' };
    limit = 100;
    const feed = newFeed();
    feed.begin();
    await settled();
    const { waiting, leftOut, beyondLimit } = feed.progress;
    assert.deepEqual([waiting, leftOut], [0, { large: 1, binary: 0, minified: 1 }]);
    assert.equal(index.size + beyondLimit, 40);
    assert.ok(index.size >= 10 && index.size < 20, `${index.size} files`);
    feed.touch('file:00', true);
    texts['file:00'] = 'small';
    await settled();
    assert.equal(feed.progress.leftOut.large, 0);
    assert.equal(index.get('file:00'), 'small', 'what is worked on is told all the same');
  });

  it('is not stopped by a file that cannot be read', async () => {
    texts = { 'file:a': 'a', 'file:b': 'b' };
    onRead = (uri) => {
      if (uri === 'file:a') throw new Error('EACCES');
    };
    const feed = newFeed();
    feed.begin();
    await settled();
    assert.deepEqual([...index.keys()], ['file:b']);
  });
});
