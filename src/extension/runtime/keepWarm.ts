import { setImmediate as nextTurn } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { InfillService } from '../../inference/host/infillService.js';
import { placeFacts, refuseDocument } from '../editor/eligibility.js';
import { holeAtCursor } from '../editor/editorText.js';
import { inlineSuggestEnabled, readSettings } from '../settings/configuration.js';
import type { FileExclusion } from '../settings/fileExclusion.js';
import { infillOptions } from '../settings/requestOptions.js';
import type { ModelControl } from './modelControl.js';

export interface WarmUpParts {
  readonly control: Pick<ModelControl, 'warmUp' | 'setAway'>;
  readonly service: Pick<InfillService, 'state' | 'infill'>;
}

/**
 * Loads the model as soon as an editor is in front in which suggestions may be made while typing, and then reads what stands around its
 * cursor, so that the first key need not wait for either. Who never opens such an editor, or has switched Infill off, never pays
 * for the model. In a window in the background it waits until a person comes there, and comes back with them when it was released.
 */
export function keepWarm(exclusion: FileExclusion, parts: WarmUpParts): { dispose: () => void } {
  const { window } = vscode;
  let isWanted = true;
  const check = (): void => {
    if (isWanted && window.state.focused && editorInFront(exclusion) !== undefined) {
      isWanted = false;
      void warmUp(exclusion, parts);
    }
  };
  const subscriptions = [
    window.onDidChangeActiveTextEditor(check),
    window.onDidChangeWindowState(({ focused }) => {
      parts.control.setAway(!focused);
      isWanted ||= focused && wasReleased(parts.service.state);
      check();
    }),
  ];
  parts.control.setAway(!window.state.focused);
  check();
  return vscode.Disposable.from(...subscriptions);
}

function wasReleased({ kind, error }: InfillService['state']): boolean {
  return kind === 'stopped' && error === undefined;
}

async function warmUp(exclusion: FileExclusion, { control, service }: WarmUpParts): Promise<void> {
  const isLoaded = await control.warmUp();
  await nextTurn(); // what waited for the model is at work now, and must not be replaced
  // What is read ahead is not worth sending to another machine, let alone to somebody else's.
  if (!isLoaded || service.state.kind !== 'ready' || service.state.place !== undefined) {
    return;
  }
  const editor = editorInFront(exclusion);
  if (editor === undefined || !editor.selection.isEmpty) {
    return;
  }
  const { document, selection } = editor;
  if (document.isDirty && document.version > 1) {
    // For what was typed before this extension was active VS Code asked nobody, and will not before the next key.
    await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger', { explicit: false });
    return;
  }
  const context = holeAtCursor(document, selection.active, undefined)?.context;
  if (context === undefined || context.prefix === '') {
    return;
  }
  // One step is the least that can be asked for; what counts is that the context is read. A person's request replaces this one.
  const options = { ...infillOptions(readSettings(document), true), steps: 1 };
  // What goes wrong with it goes wrong with a person's request too, and is told there.
  await service.infill({ context, options }).catch(() => undefined);
}

/** The editor in front, if suggestions may be made in it while typing. */
function editorInFront(exclusion: FileExclusion): vscode.TextEditor | undefined {
  const editor = vscode.window.activeTextEditor;
  return editor !== undefined && isEligible(editor.document, exclusion) ? editor : undefined;
}

function isEligible(document: vscode.TextDocument, exclusion: FileExclusion): boolean {
  const settings = readSettings(document);
  const facts = placeFacts(document, settings, true, exclusion);
  const refused = refuseDocument({ ...facts, hasSelection: false }, vscode.l10n);
  return refused === undefined && settings.automatic && inlineSuggestEnabled(document);
}
