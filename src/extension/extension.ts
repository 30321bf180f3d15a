import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { InferenceClient } from '../inference/host/client.js';
import { StoreClient } from '../inference/host/storeClient.js';
import { dataFolder } from '../modelStore/dataFolder.js';
import type { InfillApi } from './api.js';
import { registerCommands } from './commands/commands.js';
import { DenoiseSelection } from './denoise/denoiseSelection.js';
import { PreviewDocuments } from './denoise/previewDocuments.js';
import { ProposalReview } from './denoise/proposalReview.js';
import { ErrorNotice } from './ui/errorNotice.js';
import { RequestLog } from './log/requestLog.js';
import { logRequests } from './log/logRequests.js';
import { noteFirstSuggestion } from './log/noteFirstSuggestion.js';
import { ModelControl } from './runtime/modelControl.js';
import { modelFolder } from '../modelStore/modelFolder.js';
import { Pace } from './runtime/latency.js';
import { rememberSpeed } from './log/rememberSpeed.js';
import { warmUpOnce } from './runtime/warmUp.js';
import { HubToken } from './modelManager/hubToken.js';
import { ManageModels } from './modelManager/manageModels.js';
import { onSettingsChanged, readSettings } from './settings/configuration.js';
import { FileExclusion } from './settings/fileExclusion.js';
import { StatusBar } from './status/statusBar.js';
import { StatusUpdater } from './status/statusUpdater.js';
import { abortableSleep } from './suggest/abortableSleep.js';
import { TypingRhythm } from './suggest/adaptiveDelay.js';
import { InlineProvider } from './suggest/inlineProvider.js';
import { Suggester } from './suggest/suggester.js';
import { SuggestionCache } from './suggest/suggestionCache.js';
import { watchTyping } from './suggest/typingWatch.js';

/** Longer than a cold context on a slow, busy machine: nothing can interrupt one pass of the encoder. */
const GRACE_MS = 15_000;
/** A cancelled import deletes what it has written: gigabytes, on a slow disk. */
const STORE_GRACE_MS = 60_000;

/** Only wires: construct, connect, push disposables. The model is loaded later, off this path. */
export function activate(context: vscode.ExtensionContext): InfillApi {
  const startedAt = performance.now();
  const own = <T extends { dispose: () => unknown }>(disposable: T): T => {
    context.subscriptions.push(disposable);
    return disposable;
  };

  const log = own(vscode.window.createOutputChannel('Infill', { log: true }));
  const requests = new RequestLog();
  const pace = new Pace();
  const cache = new SuggestionCache();
  const rhythm = new TypingRhythm();
  const notice = new ErrorNotice(log);
  const exclusion = new FileExclusion((text) => log.warn(text));

  const client = own(
    new InferenceClient({
      workerPath: path.join(context.extensionPath, 'dist', 'worker.cjs'),
      graceMs: GRACE_MS,
      idleMs: 0, // set from the settings below
      onState: () => status.update(),
      log: (level, text) => log[level](text),
    }),
  );
  const control = new ModelControl({
    client,
    folderOf: (setting) => modelFolder(setting, { root: context.extensionPath, base: homedir() }),
    onChange: () => {
      suggester.forget();
      pace.clear();
      notice.reset();
    },
    log: (text) => log.error(text),
  });
  const data = dataFolder(process.env);
  const hubToken = new HubToken(context.secrets);
  const store = own(
    new StoreClient({
      workerPath: path.join(context.extensionPath, 'dist', 'store.cjs'),
      graceMs: STORE_GRACE_MS,
      log: (level, text) => log[level](text),
    }),
  );
  const manager = new ManageModels({
    store,
    place: { root: context.extensionPath, data },
    client,
    pace,
    usedFolder: () => control.folder,
    token: hubToken,
    notice,
  });
  const suggester = new Suggester({
    infill: (request, signal) => client.infill(request, { signal }),
    isReady: () => client.state.info !== undefined,
    cache,
    pace,
    rhythm,
    now: () => performance.now(),
    sleep: abortableSleep,
  });
  const status = own(
    new StatusUpdater({ bar: own(new StatusBar()), pace, exclusion, workerState: () => client.state }, requests),
  );
  const review = own(new ProposalReview(own(new PreviewDocuments())));
  const denoiser = own(new DenoiseSelection({ client, review, exclusion, requests, notice }));
  const provider = new InlineProvider({ suggester, exclusion, requests, onError: (error) => notice.show(error) });

  control.apply(readSettings());
  context.subscriptions.push(
    vscode.languages.registerInlineCompletionItemProvider({ pattern: '**' }, provider),
    onSettingsChanged(() => {
      cache.clear(); // what was suggested with other settings stands no longer
      control.apply(readSettings());
      status.update();
    }),
    watchTyping(rhythm),
    logRequests(requests, log),
    rememberSpeed(requests, {
      pace,
      data,
      loaded: () => {
        const { info } = client.state;
        return info === undefined ? undefined : { folder: control.folder, device: info.device };
      },
      log: (text) => log.warn(text),
    }),
    noteFirstSuggestion(requests),
    warmUpOnce(exclusion, () => control.warmUp()),
    ...registerCommands({
      extension: context.extension,
      client,
      pace,
      requests,
      denoiser,
      review,
      manager,
      hubToken,
      notice,
      log,
      activationMs: () => activationMs,
    }),
  );

  const activationMs = performance.now() - startedAt;
  log.info(`Infill is active after ${activationMs.toFixed(1)} ms.`);
  return {
    state: () => client.state,
    requestLog: () => requests.records,
    workerPid: () => client.pid,
    activationMs,
  };
}
