import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { readJson, ROOT } from './sourceFiles.js';

interface Command {
  readonly command: string;
  readonly title: string;
  readonly enablement?: string;
}
interface Contributions {
  readonly commands: readonly Command[];
  readonly menus: { readonly commandPalette: readonly { readonly command: string; readonly when: string }[] };
}

/**
 * What the palette may depend on. While it is open the focus is in its own field, so no key that speaks of the focus holds, and a
 * selection that is still missing is better asked for than met with a list that does not know the command.
 */
const STATES = new Set([
  'editorIsOpen',
  'editorReadonly',
  'infill.proposalOpen',
  'config.editor.inlineSuggest.enabled',
]);

const { commands, menus } = (readJson('package.json') as { readonly contributes: Contributions }).contributes;
const texts = new Map(Object.entries(readJson('package.nls.json') as Record<string, string>));

/** The title as texts name it. */
function titleOf({ title }: Command): string {
  return (texts.get(title.replaceAll('%', '')) ?? title).replace('...', '');
}

/** Everything that a person reads, but for the titles themselves. */
function read(): string {
  return [
    ...[...texts].flatMap(([key, text]) => (key.startsWith('command.') ? [] : [text])),
    ...Object.values(readJson('l10n/bundle.l10n.json') as Record<string, string>),
    ...['README.md', 'CHANGELOG.md'].map((file) => readFileSync(path.join(ROOT, file), 'utf8').replaceAll(/\s+/g, ' ')),
  ].join('\n');
}

test('commands that texts name are in the palette, whatever has the focus', () => {
  const text = read();
  const named = commands.filter((command) => text.includes(titleOf(command)) || text.includes(command.command));
  assert.ok(
    named.some(({ command }) => command === 'infill.trigger') && named.length > 10,
    `${named.length} are named`,
  );
  for (const { command, enablement = '' } of named) {
    const conditions = [enablement, ...menus.commandPalette.filter((item) => item.command === command).map(whenOf)];
    for (const key of conditions.flatMap((condition) => condition.match(/[\w.]+/g) ?? [])) {
      assert.ok(STATES.has(key), `${command} depends on ${key}`);
    }
  }
});

test('commands that need a file or a proposal say so, all others are always in the palette', () => {
  const conditional = commands.filter(({ enablement }) => enablement !== undefined).map(({ command }) => command);
  assert.deepEqual(conditional, [
    'infill.trigger',
    'infill.suggestElse',
    'infill.denoiseSelection',
    'infill.denoiseSelectionWith',
    'infill.openDenoiseView',
    'infill.fillEveryCursor',
    ...['acceptProposal', 'acceptChange', 'nextChange', 'discardChange', 'discardProposal', 'denoiseAgain'].map(
      (name) => `infill.${name}`,
    ),
    'infill.enableInlineSuggest',
  ]);
});

function whenOf({ when }: { readonly when: string }): string {
  return when;
}
