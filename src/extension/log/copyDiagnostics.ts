import { homedir, userInfo } from 'node:os';
import * as vscode from 'vscode';
import type { ProjectView } from '../project/projectView.js';
import type { Inference } from '../runtime/inference.js';
import { inlineSuggestEnabled, languageSettings, rawSettings } from '../settings/configuration.js';
import { SETTING_SPECS, type SettingKey } from '../settings/settingSpecs.js';
import { addressOnly } from './addressOnly.js';
import type { ActivationTime } from './activationTime.js';
import { diagnosticsText } from './diagnostics.js';
import { machineFacts } from './machineFacts.js';
import { otherProviders } from './otherProviders.js';
import type { RequestLog } from './requestLog.js';

export interface DiagnosticParts {
  readonly extension: vscode.Extension<unknown>;
  readonly inference: Inference;
  readonly project: { readonly view: ProjectView };
  readonly requests: RequestLog;
  readonly activation: ActivationTime;
}

/** Puts what a bug report needs on the clipboard. */
export async function copyDiagnostics(parts: DiagnosticParts): Promise<void> {
  const { service, latency } = parts.inference;
  const keys = Object.keys(SETTING_SPECS) as SettingKey[];
  const raw = rawSettings(keys);
  const text = diagnosticsText({
    versions: versions(parts.extension),
    machine: machineFacts(),
    otherProviders: otherProviders(vscode.extensions.all, parts.extension.id),
    settings: {
      ...raw,
      ...languageSettings(keys),
      'infill.hosted.url': addressOnly(raw['infill.hosted.url']),
      'infill.server.url': addressOnly(raw['infill.server.url']),
      'editor.inlineSuggest.enabled': inlineSuggestEnabled(),
    },
    worker: service.state,
    workerMemory: await service.memory().catch(() => undefined), // a process that does not answer has no figure
    project: parts.project.view,
    stepMs: latency.stepMs,
    activationMs: parts.activation.ms,
    records: parts.requests.records,
    home: homedir(),
    userName: userName(),
  });
  await vscode.env.clipboard.writeText(text);
  void vscode.window.showInformationMessage(
    vscode.l10n.t('Infill diagnostics were copied to the clipboard. They contain no text from your files.'),
  );
}

function versions(extension: vscode.Extension<unknown>): Record<string, string> {
  const manifest = extension.packageJSON as { readonly version?: unknown };
  return {
    Infill: String(manifest.version),
    'VS Code': `${vscode.version} (${vscode.env.appName}, ${vscode.env.uiKind === vscode.UIKind.Web ? 'web' : 'desktop'})`,
    Platform: `${process.platform} ${process.arch}`,
    Node: process.versions.node,
    Remote: vscode.env.remoteName ?? 'none',
    'Extension host': extension.extensionKind === vscode.ExtensionKind.UI ? 'ui' : 'workspace',
    'Trusted workspace': String(vscode.workspace.isTrusted),
  };
}

/** Some systems have no entry for the user that runs the process. */
function userName(): string {
  try {
    return userInfo().username;
  } catch (error) {
    return error instanceof Error ? (process.env['USER'] ?? process.env['USERNAME'] ?? '') : '';
  }
}
