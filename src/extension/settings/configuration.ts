import * as vscode from 'vscode';
import type { Settings } from './settings.js';
import { resolveSettings } from './settings.js';
import type { SettingKey } from './settingSpecs.js';

// The only file that calls getConfiguration.

const SECTION = 'infill';

/** @param scope a document: settings can differ by language and by workspace folder. */
export function readSettings(scope?: vscode.ConfigurationScope): Settings {
  const configuration = vscode.workspace.getConfiguration(SECTION, scope);
  return resolveSettings(
    (key) => configuration.get<unknown>(key),
    (key) => isSetIn(configuration, key),
  );
}

/** Whether somebody has set it, in whichever settings that count for the document. */
export function isSetBy(key: SettingKey, document: vscode.TextDocument | undefined): boolean {
  return isSetIn(vscode.workspace.getConfiguration(SECTION, document), key);
}

function isSetIn(configuration: vscode.WorkspaceConfiguration, key: SettingKey): boolean {
  const set = configuration.inspect(key);
  return [
    ...[set?.globalValue, set?.workspaceValue, set?.workspaceFolderValue],
    ...[set?.globalLanguageValue, set?.workspaceLanguageValue, set?.workspaceFolderLanguageValue],
  ].some((value) => value !== undefined);
}

/** The settings of Infill as they are somewhere, for what reads and writes them one by one. */
export function configurationAt(scope: {
  readonly languageId?: string;
  readonly uri?: vscode.Uri;
}): vscode.WorkspaceConfiguration {
  const { languageId, uri } = scope;
  return vscode.workspace.getConfiguration(
    SECTION,
    languageId === undefined ? uri : { languageId, ...(uri === undefined ? {} : { uri }) },
  );
}

/**
 * Writes where the value comes from that is in force in a document, so that the change has an effect: its language's value before the
 * plain one, and of each folder, workspace, else user.
 */
export async function writeSetting(
  key: SettingKey,
  value: string | number,
  document: Pick<vscode.TextDocument, 'languageId' | 'uri'> | undefined,
): Promise<void> {
  const set = document === undefined ? undefined : vscode.workspace.getConfiguration(SECTION, document).inspect(key);
  const { Global, Workspace, WorkspaceFolder } = vscode.ConfigurationTarget;
  const own = (folder: unknown, workspace: unknown, user: unknown): vscode.ConfigurationTarget | undefined =>
    folder !== undefined
      ? WorkspaceFolder
      : workspace !== undefined
        ? Workspace
        : user !== undefined
          ? Global
          : undefined;
  const ofLanguage = own(set?.workspaceFolderLanguageValue, set?.workspaceLanguageValue, set?.globalLanguageValue);
  const plain = vscode.workspace.getConfiguration(SECTION, document?.uri).inspect(key);
  const target = ofLanguage ?? own(plain?.workspaceFolderValue, plain?.workspaceValue, plain?.globalValue) ?? Global;
  await vscode.workspace
    .getConfiguration(SECTION, ofLanguage === undefined ? document?.uri : document)
    .update(key, value, target, ofLanguage !== undefined);
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

/** Values that single languages have of their own, as they are written in a settings file: `"[python]": { "infill.enabled": true }`. */
export function languageSettings(keys: readonly SettingKey[]): Record<string, Record<string, unknown>> {
  const found: Record<string, Record<string, unknown>> = {};
  const scopes = [{}, ...(vscode.workspace.workspaceFolders ?? []).map(({ uri }) => ({ uri }))];
  for (const scope of scopes) {
    for (const key of keys) {
      for (const languageId of configurationAt(scope).inspect(key)?.languageIds ?? []) {
        const set = configurationAt({ ...scope, languageId }).inspect<unknown>(key);
        const value = set?.workspaceFolderLanguageValue ?? set?.workspaceLanguageValue ?? set?.globalLanguageValue;
        if (value !== undefined) {
          (found[`[${languageId}]`] ??= {})[`${SECTION}.${key}`] = value;
        }
      }
    }
  }
  return found;
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
