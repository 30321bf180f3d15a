import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textsOfNotebookFile } from '../../../src/extension/project/notebookFile.js';

test('cells of a notebook are one text for each language, without outputs', () => {
  const notebook = {
    cells: [
      { cell_type: 'markdown', source: ['# Prices\n', 'All of them.'] },
      { cell_type: 'code', source: ['import csv\n', 'rows = []'], outputs: [{ text: 'token=hunter2' }] },
      { cell_type: 'raw', source: 'raw' },
      { cell_type: 'code', source: 'print(rows)' },
      null,
    ],
    metadata: { language_info: { name: 'python' } },
  };
  assert.deepEqual(textsOfNotebookFile(JSON.stringify(notebook)), [
    { languageId: 'markdown', text: '# Prices\nAll of them.' },
    { languageId: 'python', text: 'import csv\nrows = []\n\nprint(rows)' },
  ]);
  const julia = { ...notebook, metadata: { kernelspec: { language: 'julia' } } };
  assert.equal(textsOfNotebookFile(JSON.stringify(julia))?.[1]?.languageId, 'julia');
});

test('what is no notebook has no cells', () => {
  for (const text of ['', 'null', '[]', '{"cells": 7}', 'print(1)']) {
    assert.equal(textsOfNotebookFile(text), undefined, text);
  }
});
