import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { DEFAULT_STRENGTH, NARROWER_RANGES, OPTION_RANGES, type OptionRange } from '../../src/shared/optionRanges.js';
import { SETTING_SPECS, type SettingSpec } from '../../src/extension/settings/settingSpecs.js';
import { readJson, ROOT, sourceFiles } from './sourceFiles.js';

interface Property {
  readonly type: string;
  readonly default: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly string[];
  readonly scope?: string;
  readonly markdownDescription?: string;
}
interface Manifest {
  readonly icon: string;
  readonly engines: { readonly vscode: string };
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
  readonly contributes: {
    readonly configuration: readonly {
      readonly title: string;
      readonly properties: Readonly<Record<string, Property>>;
    }[];
    readonly commands: readonly { readonly command: string; readonly icon?: string }[];
    readonly keybindings: readonly {
      readonly command: string;
      readonly key: string;
      readonly mac?: string;
      readonly when: string;
    }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly group?: string }[]>>;
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly description: string;
        readonly when?: string;
        readonly media: { readonly svg: string };
      }[];
    }[];
  };
}

const manifest = readJson('package.json') as Manifest;
const properties = Object.assign({}, ...manifest.contributes.configuration.map((group) => group.properties)) as Record<
  string,
  Property
>;

test('settings: defaults and ranges in code equal those of package.json', () => {
  const expected = Object.fromEntries(
    Object.entries(SETTING_SPECS).map(([key, spec]) => [`infill.${key}`, propertyOf(spec)]),
  );
  const declared = Object.fromEntries(
    Object.entries(properties).map(([key, { type, default: value, minimum, maximum, enum: choices }]) => [
      key,
      withoutUndefined({ type, default: value, minimum, maximum, enum: choices }),
    ]),
  );
  assert.deepEqual(declared, expected);
});

test('settings: the share of a selection that may be redone is that of the command line', () => {
  assert.equal(properties['infill.denoise.strength']?.default, DEFAULT_STRENGTH);
});

test('settings: what a request is asked with has the ranges of the one table', () => {
  const options: Readonly<Record<string, keyof typeof OPTION_RANGES>> = {
    maxTokens: 'maxTokens',
    alternatives: 'candidates',
    minimumConfidence: 'minConfidence',
    steps: 'steps',
    temperature: 'temperature',
    'denoise.strength': 'strength',
    threads: 'threads',
  };
  const narrower: Readonly<Partial<Record<keyof typeof OPTION_RANGES, OptionRange>>> = NARROWER_RANGES.setting;
  for (const [key, option] of Object.entries(options)) {
    const { minimum, maximum } = properties[`infill.${key}`]!;
    const { least, most } = narrower[option] ?? OPTION_RANGES[option];
    assert.deepEqual([minimum, maximum], [least, most], key);
  }
});

test('settings: the deadline is one that a request may have, or none', () => {
  const { minimum, maximum, default: value } = properties['infill.deadline.milliseconds']!;
  assert.deepEqual([minimum, maximum, value], [0, OPTION_RANGES.deadlineMs.most, 0]);
});

test('settings: README names each of them once, with its default', () => {
  const readme = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
  const rows = [...readme.matchAll(/^\| (`infill\.[^|]*) \| ([^|]*) \|/gm)].flatMap(([, names = '', defaults = '']) => {
    const [first = '', ...others] = codeIn(names);
    const group = first.slice(0, first.lastIndexOf('.'));
    const values = codeIn(defaults);
    return [first, ...others.map((name) => group + name)].map((name, i) => [name, values[i] ?? defaults] as const);
  });
  // What is too long for a cell, or says nothing to a reader.
  const inWords = new Map([
    ['infill.excludedFiles', 'secrets'],
    ['infill.model', 'bundled'],
    ['infill.hosted.url', "the provider's"],
    ['infill.hosted.model', "the provider's"],
    ['infill.server.url', 'none'],
  ]);
  const expected = Object.entries(properties).map(([key, { default: value }]) => [
    key,
    inWords.get(key) ?? String(value),
  ]);
  assert.deepEqual(rows.toSorted(), expected.toSorted());
});

test('settings: what chooses files or devices cannot come from a workspace', () => {
  const hosted = ['provider', 'url', 'model'].map((name) => `infill.hosted.${name}`);
  for (const key of ['infill.model', 'infill.device', 'infill.threads', ...hosted]) {
    assert.equal(properties[key]?.scope, 'machine', key);
    assert.ok(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations.includes(key), key);
  }
});

test('commands: code registers what package.json declares, and nothing else', async () => {
  const table = (await sourceFiles()).find(({ name }) => name === 'commands/commands.ts')?.text ?? '';
  const registered = [...table.matchAll(/^ {4}'(infill\.\w+)':/gm)].map((match) => match[1]);
  assert.deepEqual(registered.sort(), manifest.contributes.commands.map(({ command }) => command).sort());
});

test('commands: menus, keys and code name only commands that exist', async () => {
  const known = new Set([
    ...manifest.contributes.commands.map(({ command }) => command),
    ...Object.keys(properties),
    'infill.proposalOpen',
    'infill.hasSuggested',
    'infill.status',
    'infill.hosted',
    'infill.language',
    'infill.computing',
    'infill.denoiseView',
  ]);
  const sources = (await sourceFiles()).map(({ text }) => text).join('\n');
  const named = [
    ...sources.matchAll(/'(infill\.[\w.]+)'/g),
    ...sources.matchAll(/command:(infill\.\w+)/g),
    ...readFileSync(path.join(ROOT, 'package.nls.json'), 'utf8').matchAll(/command:(infill\.\w+)/g),
    ...JSON.stringify(manifest.contributes.menus).matchAll(/"(infill\.\w+)"/g),
    ...JSON.stringify(manifest.contributes.keybindings).matchAll(/"(infill\.\w+)"/g),
  ].map((match) => match[1] ?? '');
  assert.deepEqual(
    named.filter((name) => !known.has(name)),
    [],
  );
});

test('keys: Alt+\\ where text is edited, and those of a review where its read-only comparison has the focus', () => {
  const [trigger, line, other, ...review] = manifest.contributes.keybindings;
  assert.deepEqual([line?.command, line?.key], ['editor.action.inlineSuggest.acceptNextLine', 'alt+shift+enter']);
  assert.match(line?.when ?? '', /inlineSuggestionVisible/);
  assert.deepEqual([trigger?.command, trigger?.key], ['infill.trigger', 'alt+\\']);
  assert.deepEqual([other?.command, other?.key], ['infill.suggestElse', 'shift+alt+\\']);
  assert.match(trigger?.when ?? '', /editorTextFocus && !editorReadonly/);
  assert.equal(other?.when, trigger?.when);
  assert.deepEqual(
    review.map(({ command, key, mac }) => [command, key, mac]),
    [
      ['infill.acceptProposal', 'ctrl+enter', 'cmd+enter'],
      ['infill.acceptChange', 'alt+enter', undefined],
      ['infill.nextChange', 'alt+f5', undefined],
      ['infill.discardChange', 'alt+backspace', undefined],
      ['infill.discardProposal', 'ctrl+backspace', 'cmd+backspace'],
    ],
  );
  for (const { command, when } of review) {
    assert.ok(when.startsWith('infill.proposalOpen && isInDiffEditor && resourceScheme == infill-preview'), command);
  }
});

test('the review of a proposal: accepting all of it is the first button', () => {
  const buttons = manifest.contributes.menus['editor/title'] ?? [];
  assert.deepEqual(
    buttons.map(({ command, group }) => [command, group]),
    [
      ['infill.openDenoiseView', 'navigation@9'],
      ['infill.acceptProposal', 'navigation@1'],
      ['infill.acceptChange', 'navigation@2'],
      ['infill.nextChange', 'navigation@3'],
      ['infill.discardProposal', 'navigation@4'],
      ['infill.denoiseAgain', 'navigation@5'],
      ['infill.discardChange', '1_infill@1'],
    ],
  );
  // VS Code writes the title and the key of what has no icon, one below the other.
  const withIcon = manifest.contributes.commands.filter(({ icon }) => icon !== undefined).map(({ command }) => command);
  assert.deepEqual(
    buttons.filter(({ command }) => !withIcon.includes(command)),
    [],
  );
});

test('the walkthrough names the keys of the platform', () => {
  const texts = readJson('package.nls.json') as Readonly<Record<string, string>>;
  for (const { description, when } of manifest.contributes.walkthroughs.flatMap(({ steps }) => steps)) {
    const text = texts[description.slice(1, -1)] ?? '';
    const platform = /[⌘⌥⌃]/.test(text) ? 'isMac' : /Ctrl|Alt/.test(text) ? '!isMac' : undefined;
    assert.equal(when, platform, text);
  }
});

test('pictures exist, the icon is a PNG of 256 x 256', () => {
  for (const { media } of manifest.contributes.walkthroughs.flatMap(({ steps }) => steps)) {
    assert.ok(existsSync(path.join(ROOT, media.svg)), media.svg);
  }
  const icon = readFileSync(path.join(ROOT, manifest.icon));
  assert.deepEqual([icon.toString('latin1', 1, 4), icon.readUInt32BE(16), icon.readUInt32BE(20)], ['PNG', 256, 256]);
});

test('the types of VS Code are those of the oldest version that is supported', () => {
  assert.equal(manifest.engines.vscode, `^${manifest.devDependencies['@types/vscode'] ?? ''}`);
});

test('getConfiguration is called in one file, positions are handled in one file', async () => {
  const files = await sourceFiles();
  const naming = (pattern: RegExp): string[] => files.filter(({ text }) => pattern.test(text)).map(({ name }) => name);
  assert.deepEqual(naming(/getConfiguration\(/), ['settings/configuration.ts']);
  assert.deepEqual(naming(/new vscode\.(Position|Range|Selection)\(|\.(positionAt|offsetAt|lineAt)\(/), [
    'editor/editorText.ts',
  ]);
});

function codeIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
}

function propertyOf(spec: SettingSpec): object {
  switch (spec.type) {
    case 'choice':
      return { type: 'string', default: spec.default, enum: [...spec.choices] };
    case 'text':
      return { type: 'string', default: spec.default };
    case 'patterns':
      return { type: 'object', default: Object.fromEntries(spec.default.map((pattern) => [pattern, true])) };
    default:
      return { ...spec };
  }
}

function withoutUndefined(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
