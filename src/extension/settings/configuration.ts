import * as vscode from 'vscode';
import type { Settings } from './settings.js';
import { resolveSettings } from './settings.js';
import type { SettingKey } from './settingSpecs.js';

// The only file that calls getConfiguration.

const SECTION = 'infill';

/** @param scope a document: settings can differ by language and by workspace folder. */
export function readSettings(scope?: vscode.ConfigurationScope): Settings {
  const configuration = vscode.workspace.getConfiguration(SECTION, scope);
  return resolveSettings((key) => configuration.get<unknown>(key));
}

/** Writes where the value that is in force comes from, so that the change has an effect: folder, workspace, else user. */
export async function writeSetting(
  key: SettingKey,
  value: string | number | boolean,
  where: { readonly languageId?: string; readonly uri?: vscode.Uri } = {},
): Promise<void> {
  const { languageId, uri } = where;
  const byLanguage = languageId !== undefined;
  const scope = byLanguage ? { languageId, ...(uri === undefined ? {} : { uri }) } : uri;
  const configuration = vscode.workspace.getConfiguration(SECTION, scope);
  const set = configuration.inspect(key);
  const inFolder = byLanguage ? set?.workspaceFolderLanguageValue : set?.workspaceFolderValue;
  const inWorkspace = byLanguage ? set?.workspaceLanguageValue : set?.workspaceValue;
  const { Global, Workspace, WorkspaceFolder } = vscode.ConfigurationTarget;
  const target = inFolder !== undefined ? WorkspaceFolder : inWorkspace !== undefined ? Workspace : Global;
  await configuration.update(key, value, target, byLanguage);
}

/** Writes into the person's own settings (those of the remote machine in a remote window), whatever a workspace says. */
export async function writeUserSetting(key: SettingKey, value: string): Promise<void> {
  await vscode.workspace.getConfiguration(SECTION).update(key, value, vscode.ConfigurationTarget.Global);
}

/** Without this VS Code shows no inline suggestions of any extension. */
export function inlineSuggestEnabled(scope?: vscode.ConfigurationScope): boolean {
  return vscode.workspace.getConfiguration('editor', scope).get<boolean>('inlineSuggest.enabled') !== false;
}

/** VS Code's default. */
const DRAWN_UNITS = 10_000;

/** How many UTF-16 units of a line VS Code draws; Infinity where it draws all. */
export function drawnUnits(scope?: vscode.ConfigurationScope): number {
  const set = vscode.workspace.getConfiguration('editor', scope).get<unknown>('stopRenderingLineAfter');
  const most = typeof set === 'number' ? set : DRAWN_UNITS;
  return most < 0 ? Infinity : most;
}

export async function enableInlineSuggest(): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('editor');
  const set = configuration.inspect('inlineSuggest.enabled');
  if (set?.workspaceValue === false) {
    await configuration.update('inlineSuggest.enabled', true, vscode.ConfigurationTarget.Workspace);
  }
  await configuration.update('inlineSuggest.enabled', true, vscode.ConfigurationTarget.Global);
}

/** All values as set, for diagnostics. Of an object, as of a long list of patterns, only what differs from its default. */
export function rawSettings(keys: readonly SettingKey[]): Record<string, unknown> {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  return Object.fromEntries(
    keys.map((key) => {
      const defaults = Object.entries(configuration.inspect(key)?.defaultValue ?? {});
      return [`${SECTION}.${key}`, withoutEntries(configuration.get<unknown>(key), new Map(defaults))];
    }),
  );
}

function withoutEntries(value: unknown, entries: ReadonlyMap<string, unknown>): unknown {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).filter(([name, each]) => entries.get(name) !== each))
    : value;
}

/** Settings that say which files belong to the project. */
const PROJECT_SETTINGS = [
  ...['infill.project', 'infill.projectMegabytes', 'infill.excludedFiles'],
  ...['files.exclude', 'search.exclude', 'files.associations'],
];

/** Globs of files that VS Code neither shows nor searches, for a workspace folder. */
export function excludedFromProject(folder: vscode.Uri): readonly string[] {
  return ['files', 'search'].flatMap((section) => {
    const set = vscode.workspace.getConfiguration(section, folder).get<Record<string, unknown>>('exclude') ?? {};
    // With `when` a file is left out because of another one beside it, which it was made from: it is text all the same.
    return Object.entries(set).flatMap(([glob, isExcluded]) => (isExcluded === true ? [glob] : []));
  });
}

export function fileAssociations(): Readonly<Record<string, string>> {
  return vscode.workspace.getConfiguration('files').get<Record<string, string>>('associations') ?? {};
}

export function onProjectSettingsChanged(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (PROJECT_SETTINGS.some((setting) => event.affectsConfiguration(setting))) {
      listener();
    }
  });
}

export function onSettingsChanged(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(SECTION) || event.affectsConfiguration('editor.inlineSuggest.enabled')) {
      listener();
    }
  });
}
