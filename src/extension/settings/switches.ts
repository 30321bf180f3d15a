import * as vscode from 'vscode';
import { configurationAt } from './configuration.js';

/** Settings that are on or off, and that each language and each folder can have a value of its own for. */
export type Switch = 'enabled' | 'automatic';

interface Scope {
  readonly languageId?: string;
  readonly uri?: vscode.Uri;
}

/** One of the settings files that may hold a value. */
interface Place {
  readonly target: vscode.ConfigurationTarget;
  readonly own: boolean | undefined;
  /** What would hold here without its own value. */
  readonly otherwise: boolean | undefined;
}

/** Where a value comes from: a language's own, the settings of a folder or of a workspace with several, else everywhere. */
export type Origin = 'language' | 'folder' | 'workspace' | 'everywhere';

/** What decides about a switch in a document, or outside of all. */
export function originOf(key: Switch, document: Required<Scope> | undefined): Origin {
  if (document !== undefined && places(key, document).some(({ own }) => own !== undefined)) {
    return 'language';
  }
  const { Global, Workspace } = vscode.ConfigurationTarget;
  const target = places(key, document === undefined ? {} : { uri: document.uri }).findLast(
    ({ own }) => own !== undefined,
  )?.target;
  return target === undefined || target === Global
    ? 'everywhere'
    : target === Workspace && hasFolders()
      ? 'workspace'
      : 'folder';
}

/** What holds where neither a language nor a folder says otherwise. */
export function saysEverywhere(key: Switch): boolean {
  const [user] = places(key, {});
  return (user?.own ?? user?.otherwise) === true;
}

/** Languages with such a value of their own, in whichever settings. */
export function languagesThatSay(key: Switch, value: boolean): string[] {
  return languagesWithValue(key).filter((languageId) =>
    folders().some((scope) => places(key, { ...scope, languageId }).some(({ own }) => own === value)),
  );
}

/**
 * Afterwards the value holds everywhere. What languages and folders say otherwise is removed where it is to be off, and stays where it is
 * to be on: these are exceptions that somebody made. Nothing is written that would hold anyway.
 */
export async function switchEverywhere(key: Switch, value: boolean): Promise<void> {
  const { Global } = vscode.ConfigurationTarget;
  await writeAt(key, value, {}, Global);
  if (value) {
    return;
  }
  const languages = languagesThatSay(key, true);
  for (const scope of [{}, ...languages.map((languageId) => ({ languageId }))]) {
    for (const folder of folders()) {
      for (const { target, own } of places(key, { ...folder, ...scope })) {
        if (own === true) {
          await update(key, undefined, { ...folder, ...scope }, target);
        }
      }
    }
  }
  for (const languageId of languages.filter((each) => inForce(key, { languageId: each }) === true)) {
    await update(key, false, { languageId }, Global); // it shared its value with other languages, as in "[c][cpp]"
  }
}

/** For one language, in the settings that decide about it. Its own value goes where the others say the same. */
export async function switchLanguage(key: Switch, value: boolean, scope: Required<Scope>): Promise<void> {
  const decides = places(key, scope).findLast(({ own }) => own !== undefined);
  const target = decides?.target ?? vscode.ConfigurationTarget.Global;
  await writeAt(key, value, scope, target);
  if (inForce(key, scope) !== value) {
    await update(key, value, scope, target); // it shared its value with other languages
  }
}

/** For one folder of the workspace, in its own settings, where languages may otherwise have the last word. */
export async function switchFolder(key: Switch, value: boolean, uri: vscode.Uri): Promise<void> {
  const target = hasFolders() ? vscode.ConfigurationTarget.WorkspaceFolder : vscode.ConfigurationTarget.Workspace;
  await writeAt(key, value, { uri }, target);
  for (const languageId of languagesWithValue(key)) {
    const scope = { languageId, uri };
    const own = places(key, scope).find((place) => place.target === target)?.own;
    if (value ? own === false : inForce(key, scope) === true) {
      await update(key, value ? undefined : false, scope, target);
    }
  }
}

function inForce(key: Switch, scope: Scope): boolean | undefined {
  return configurationAt(scope).get<boolean>(key);
}

/** Where a value may stand, the most general settings first. */
function places(key: Switch, scope: Scope): Place[] {
  const { languageId, uri } = scope;
  const set = configurationAt(scope).inspect<boolean>(key);
  const { Global, Workspace, WorkspaceFolder } = vscode.ConfigurationTarget;
  const values =
    languageId === undefined
      ? [set?.globalValue, set?.workspaceValue, set?.workspaceFolderValue]
      : [set?.globalLanguageValue, set?.workspaceLanguageValue, set?.workspaceFolderLanguageValue];
  // A language's value counts more than a plain one, wherever that stands.
  let otherwise =
    languageId === undefined
      ? set?.defaultValue
      : (set?.defaultLanguageValue ?? inForce(key, uri === undefined ? {} : { uri }));
  // In a window with one folder its settings are those of the workspace, and VS Code tells them twice.
  const targets = hasFolders() && uri !== undefined ? [Global, Workspace, WorkspaceFolder] : [Global, Workspace];
  return targets.map((target, index) => {
    const place = { target, own: values[index], otherwise };
    otherwise = place.own ?? otherwise;
    return place;
  });
}

async function writeAt(key: Switch, value: boolean, scope: Scope, target: vscode.ConfigurationTarget): Promise<void> {
  const place = places(key, scope).find((each) => each.target === target);
  const written = place?.otherwise === value ? undefined : value;
  if (place?.own !== written) {
    await update(key, written, scope, target);
  }
}

/** @param value undefined: it is removed */
async function update(
  key: Switch,
  value: boolean | undefined,
  scope: Scope,
  target: vscode.ConfigurationTarget,
): Promise<void> {
  await configurationAt(scope).update(key, value, target, scope.languageId !== undefined);
}

function languagesWithValue(key: Switch): string[] {
  return [...new Set(folders().flatMap((scope) => configurationAt(scope).inspect(key)?.languageIds ?? []))];
}

/** The settings of every folder and those of none. */
function folders(): Scope[] {
  return [{}, ...(vscode.workspace.workspaceFolders ?? []).map(({ uri }) => ({ uri }))];
}

/** Whether folders have settings of their own beside those of the workspace. */
function hasFolders(): boolean {
  return vscode.workspace.workspaceFile !== undefined;
}
