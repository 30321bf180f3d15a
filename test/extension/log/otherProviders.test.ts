import assert from 'node:assert/strict';
import { test } from 'node:test';
import { otherProviders } from '../../../src/extension/log/otherProviders.js';

test('finds other sources of inline suggestions, and says how', () => {
  const keybindings = [{ command: 'x.accept', key: 'tab', when: 'inlineSuggestionVisible' }];
  assert.deepEqual(
    otherProviders(
      [
        { id: 'infill-editor.infill', isActive: true, packageJSON: { contributes: { keybindings } } },
        { id: 'GitHub.copilot', isActive: true, packageJSON: { version: '1.2.3' } },
        {
          id: 'a.proposed',
          isActive: false,
          packageJSON: { version: '0.1.0', enabledApiProposals: ['inlineCompletionsAdditions', 'chatProvider'] },
        },
        { id: 'b.keys', isActive: false, packageJSON: { contributes: { keybindings } } },
        { id: 'c.theme', isActive: true, packageJSON: { enabledApiProposals: ['treeViewReveal'] } },
        { id: 'd.odd', isActive: true, packageJSON: undefined },
      ],
      'infill-editor.infill',
    ),
    [
      'GitHub.copilot 1.2.3, active (known for it)',
      'a.proposed 0.1.0, not active (declares inlineCompletionsAdditions)',
      'b.keys, not active (its keys speak of inline suggestions)',
    ],
  );
});
