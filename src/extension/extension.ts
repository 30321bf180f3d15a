import * as vscode from 'vscode';
import { dataFolder } from '../modelStore/dataFolder.js';
import type { InfillApi } from './api.js';
import { registerCommands } from './commands/commands.js';
import { createDenoising } from './denoise/denoising.js';
import { ActivationTime } from './log/activationTime.js';
import { logRequests } from './log/logRequests.js';
import { noteFirstSuggestion } from './log/noteFirstSuggestion.js';
import { rememberSpeed } from './log/rememberSpeed.js';
import { RequestLog } from './log/requestLog.js';
import { createModels } from './modelManager/models.js';
import { Project } from './project/project.js';
import { createInference } from './runtime/inference.js';
import { keepWarm } from './runtime/keepWarm.js';
import { onSettingsChanged, readSettings } from './settings/configuration.js';
import { FileExclusion } from './settings/fileExclusion.js';
import { StatusBar } from './status/statusBar.js';
import { StatusUpdater } from './status/statusUpdater.js';
import { Suggestions } from './suggest/suggestions.js';
import { ErrorNotice } from './ui/errorNotice.js';

/** Only wires: construct, connect, push disposables. The model is loaded later, off this path. */
export function activate(context: vscode.ExtensionContext): InfillApi {
  const activation = new ActivationTime();
  const own = <T extends { dispose: () => unknown }>(disposable: T): T => {
    context.subscriptions.push(disposable);
    return disposable;
  };

  const log = own(vscode.window.createOutputChannel('Infill', { log: true }));
  const requests = new RequestLog();
  const notice = new ErrorNotice(log);
  const exclusion = new FileExclusion((text) => log.warn(text));
  const data = dataFolder(process.env);
  const inference = own(createInference(context.extensionPath, log));
  const { service, control, latency, loaded } = inference;
  const models = own(createModels({ context, data, inference, notice, log }));
  const { onState, onProjectStats, onModelChange } = inference;
  const project = own(new Project({ service, exclusion, onState, onStats: onProjectStats }));
  const onError = notice.show.bind(notice);
  const suggestions = own(new Suggestions({ inference, exclusion, edits: project.edits, requests, onError }));
  const denoising = own(createDenoising({ service, exclusion, requests, notice, onModelChange }));
  const bar = own(new StatusBar());
  const status = own(
    new StatusUpdater(
      { bar, latency, exclusion, workerState: () => service.state, project: () => project.view },
      requests,
    ),
  );

  own(onState(() => status.update()));
  own(onProjectStats(() => status.update()));
  own(project.onChange((how) => suggestions.projectChanged(how)));
  own(onModelChange(() => notice.reset()));
  control.apply(readSettings());
  own(
    onSettingsChanged(() => {
      suggestions.settingsChanged();
      control.apply(readSettings());
      status.update();
    }),
  );
  own(logRequests(requests, log));
  own(rememberSpeed(requests, { latency, data, loaded, log: (text) => log.warn(text) }));
  own(noteFirstSuggestion(requests));
  own(keepWarm(exclusion, inference));
  const { extension } = context;
  registerCommands({ extension, inference, project, denoising, models, requests, notice, log, activation }).forEach(
    own,
  );

  log.info(`Infill is active after ${activation.ready().toFixed(1)} ms.`);
  return {
    state: () => service.state,
    requestLog: () => requests.records,
    project: () => project.view,
    workerPid: () => service.pid,
    activationMs: activation.ms,
  };
}
