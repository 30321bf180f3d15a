import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fake from '../fakeVscode.js';

fake.useFakeVscode();
const { rawSettings, writeSetting } = await import('../../../src/extension/settings/configuration.js');

test('diagnostics show of the excluded files only what a person has changed', () => {
  fake.defaults['excludedFiles'] = { '**/.env*': true, '**/*.pem': true };
  fake.configuration['excludedFiles'] = { '**/.env*': true, '**/*.pem': false, 'mine/**': true };
  fake.configuration['steps'] = 4;
  assert.deepEqual(rawSettings(['excludedFiles', 'steps', 'model']), {
    'infill.excludedFiles': { '**/*.pem': false, 'mine/**': true },
    'infill.steps': 4,
    'infill.model': undefined,
  });
});

test('a setting is written where the value comes from: before all others from its language', async () => {
  const written: unknown[] = [];
  const cases: [object, unknown][] = [
    [{}, [1, false]],
    [{ globalValue: 4, workspaceValue: 2 }, [2, false]],
    [{ workspaceFolderValue: 2, globalLanguageValue: 1 }, [1, true]],
    [{ globalLanguageValue: 1, workspaceLanguageValue: 2 }, [2, true]],
  ];
  const { getConfiguration } = fake.workspace;
  for (const [set, expected] of cases) {
    const section = {
      inspect: () => set,
      update: (_key: string, _value: unknown, target: number, byLanguage: boolean) => {
        written.push([target, byLanguage]);
        return Promise.resolve();
      },
    };
    Object.assign(fake.workspace, { getConfiguration: () => section });
    const document: unknown = new fake.FakeDocument('');
    await writeSetting('steps', 3, document as Parameters<typeof writeSetting>[2]);
    assert.deepEqual(written.pop(), expected);
  }
  fake.workspace.getConfiguration = getConfiguration;
});
