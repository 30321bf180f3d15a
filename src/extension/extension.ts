import type * as vscode from 'vscode';
import { dataFolder } from '../modelStore/dataFolder.js';
import type { InfillApi } from './api.js';
import { registerCommands } from './commands/commands.js';
import { createAllDenoising } from './denoiseView/allDenoising.js';
import { Hosted } from './hosted/hosted.js';
import { ActivationTime } from './log/activationTime.js';
import { followRequests } from './log/followRequests.js';
import { openLog } from './log/openLog.js';
import { RequestLog } from './log/requestLog.js';
import { createModels } from './modelManager/models.js';
import { Project } from './project/project.js';
import { createInference } from './runtime/inference.js';
import { keepWarm } from './runtime/keepWarm.js';
import { Quiet } from './runtime/quiet.js';
import { onSettingsChanged, readSettings } from './settings/configuration.js';
import { FileExclusion } from './settings/fileExclusion.js';
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

  const log = own(openLog());
  const requests = new RequestLog();
  const notice = new ErrorNotice(log);
  const quiet = own(new Quiet());
  const exclusion = new FileExclusion((text) => log.warn(text));
  const data = dataFolder(process.env);
  const hosted = own(new Hosted(context, log));
  const inference = own(createInference(context, log, [hosted.source]));
  const { service, control, latency, loaded } = inference;
  const models = own(createModels({ context, data, inference, notice, log }));
  const { onState, onProjectStats, onModelChange } = inference;
  const project = own(new Project({ service, exclusion, onState, onStats: onProjectStats }));
  const onError = notice.show.bind(notice);
  const parts = { inference, exclusion, requests, quiet, project, hosted, notice, log };
  const suggestions = own(
    new Suggestions({ ...parts, extensionId: context.extension.id, edits: project.edits, onError }),
  );
  const { extension, extensionUri } = context;
  const denoising = own(
    createAllDenoising({ service, exclusion, requests, notice, onModelChange, onState, extensionUri }),
  );
  const status = own(new StatusUpdater({ latency, exclusion, quiet, service, project }, requests));

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
  own(followRequests(requests, log, { latency, data, loaded }));
  own(keepWarm(exclusion, inference));
  registerCommands({ ...parts, extension, suggestions, denoising, models, activation }).forEach(own);

  log.info(`Active after ${activation.ready().toFixed(1)} ms.`);
  return {
    state: () => service.state,
    requestLog: () => requests.records,
    project: () => project.view,
    workerPid: () => service.pid,
    activationMs: activation.ms,
  };
}
