import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProjectIndex } from '../../../src/engine/project/projectIndex.js';
import { FileExclusion } from '../../../src/extension/settings/fileExclusion.js';
import type { ProjectParts } from '../../../src/extension/project/project.js';
import type { ProjectChange } from '../../../src/shared/protocol.js';
import * as fake from '../fakeVscode.js';
import { FakeWorkspace } from './fakeWorkspace.js';

fake.useFakeVscode();
const { Project } = await import('../../../src/extension/project/project.js');

const [prefix, suffix] = ['const total = sum(', ');\n'];
const fileWith = (middle: string): string => `${prefix}${middle}${suffix}`;

void describe('the project', () => {
  let workspace: FakeWorkspace;
  let index: ProjectIndex;
  let project: InstanceType<typeof Project>;

  beforeEach(() => {
    workspace = new FakeWorkspace();
    index = new ProjectIndex();
  });
  afterEach(() => {
    project.dispose();
    workspace.dispose();
    fake.configuration['excludedFiles'] = undefined;
  });

  /** With a process that indexes at once what it is told. */
  function begin(): void {
    const never = (): { dispose: () => void } => ({ dispose: () => undefined });
    const service = {
      state: { kind: 'ready', info: {} },
      feedProject: async ({ clear, limit, remove = [], replace = [] }: ProjectChange) => {
        if (clear === true) index.clear();
        if (limit !== undefined) index.setLimit(limit);
        index.remove(remove);
        index.replace(replace);
        while (index.work());
        return true;
      },
    };
    const exclusion = new FileExclusion(() => undefined);
    project = new Project({ service, exclusion, onState: never, onStats: never } as unknown as ProjectParts);
  }

  /** What is found at a cursor in that document, once nothing waits any more. */
  async function foundAt(uri: fake.Uri): Promise<string[]> {
    // Longer than a pause of the feed, so that nothing has only not begun yet.
    for (let calm = 0; calm < 10; calm = project.view.progress.waiting === 0 ? calm + 1 : 0) await sleep(10);
    const place = { uri: uri.toString(), prefix, suffix, offset: prefix.length, languageId: 'typescript' };
    return index
      .find(place, 9)
      .map(({ text }) => text)
      .sort();
  }

  it('is all the folders of a workspace, and what is in one that is removed is found no more', async () => {
    const shop = workspace.folder('shop', {
      'cart.ts': fileWith('prices'),
      '.gitignore': 'fees.ts\n',
      'fees.ts': fileWith('fees'),
    });
    const store = workspace.folder('store', {
      'fees.ts': fileWith('weights'),
      '.gitignore': 'cart.ts\n',
      'cart.ts': fileWith('secrets'),
    });
    const cursor = fake.Uri.joinPath(shop, 'new.ts');
    workspace.setFolders(shop, store);
    begin();
    assert.deepEqual(await foundAt(cursor), ['prices', 'weights'], 'each .gitignore is about its own folder');
    workspace.setFolders(shop);
    assert.deepEqual(index.stats.documents, 0, 'it is emptied before anything else happens');
    assert.deepEqual(await foundAt(cursor), ['prices']);
    workspace.setFolders(store);
    assert.deepEqual(await foundAt(cursor), ['weights']);
    workspace.setFolders(store, shop);
    assert.deepEqual(await foundAt(cursor), ['prices', 'weights']);
  });

  it('is of a folder that is removed what a person still has open', async () => {
    const shop = workspace.folder('shop', { 'cart.ts': fileWith('prices') });
    const store = workspace.folder('store', { 'fees.ts': fileWith('weights'), 'open.ts': fileWith('saved') });
    workspace.setFolders(shop, store);
    workspace.open(fake.Uri.joinPath(store, 'open.ts'), fileWith('edited'));
    begin();
    const cursor = fake.Uri.joinPath(shop, 'new.ts');
    assert.deepEqual(await foundAt(cursor), ['edited', 'prices', 'weights']);
    workspace.setFolders(shop);
    assert.deepEqual(await foundAt(cursor), ['edited', 'prices']);
  });

  it('is in a virtual workspace what is open, and no file is looked at', async () => {
    const folder = fake.Uri.parse('vscode-vfs://github/shop');
    const [open, other] = ['open.ts', 'other.ts'].map((name) => fake.Uri.joinPath(folder, name)) as [
      fake.Uri,
      fake.Uri,
    ];
    workspace.setFolders(folder);
    workspace.open(open, fileWith('prices'));
    begin();
    assert.deepEqual(await foundAt(other), ['prices']);
    const closed = fake.Uri.joinPath(folder, 'closed.ts');
    workspace.open(closed, fileWith('fees'));
    assert.deepEqual(await foundAt(other), ['fees', 'prices']);
    workspace.close(closed);
    assert.deepEqual(await foundAt(other), ['prices'], 'the document that lives on does not count');
    assert.deepEqual(workspace.looks, []);
  });

  it('is of a virtual folder what is open, of a real one beside it all', async () => {
    const shop = workspace.folder('shop', { 'cart.ts': fileWith('prices') });
    const folder = fake.Uri.parse('vscode-vfs://github/shop');
    workspace.setFolders(folder, shop);
    const secret = fake.Uri.joinPath(folder, '.env');
    fake.configuration['excludedFiles'] = { '**/.env': true };
    workspace.open(fake.Uri.joinPath(folder, 'open.ts'), fileWith('fees'));
    workspace.open(secret, fileWith('hunter2'));
    begin();
    assert.deepEqual(await foundAt(fake.Uri.joinPath(folder, 'other.ts')), ['fees', 'prices']);
    assert.deepEqual(
      workspace.looks.filter((uri) => !uri.startsWith(shop.toString())),
      [],
    );
  });
});
