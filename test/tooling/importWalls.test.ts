import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { importWalls } from '../../scripts/lint/importWalls.mjs';
import { ROOMS } from '../../scripts/lint/rooms.mjs';

const root = path.join(import.meta.dirname, '../..');
// Only the walls, without the type-aware rules: the snippets are no files of the project.
const linter = new Linter({ cwd: root });
const config = [
  { files: ['**/*.ts'], languageOptions: { parser: tseslint.parser } },
  ...importWalls(),
  { rules: { 'rooms/import-circles': 'off' } },
];

/** By file: what it must be refused. Each room is there. */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  'src/shared/outcome.ts': ['../engine/engine.js', '../inference/host/client.js', 'node:fs', 'zod', 'vscode'],
  'src/process/sameRuntime.ts': ['../engine/engine.js', '../inference/host/client.js', 'vscode'],

  'src/workspace/folderRules.ts': ['../cli/input/textFile.js', '../extension/settings/settings.js', 'vscode'],
  'src/atCursor/typingThrough.ts': ['../extension/editor/editorText.js', '../engine/engine.js', 'vscode'],
  'src/languageServer/languageServer.ts': [
    '../cli/commands/withEngine.js',
    '../extension/suggest/suggester.js',
    '../engine/infill/infill.js',
    '../inference/link/link.js',
    'vscode',
    'node:net',
  ],
  'src/picture/runPicture.ts': ['../view/viewState.js', '../engine/engine.js', 'vscode'],
  'src/view/update.ts': ['../webview/main.js', '../engine/engine.js', '../extension/extension.js', 'vscode'],
  'src/webview/main.ts': ['../engine/engine.js', '../extension/extension.js', 'vscode', 'node:http'],

  'src/engine/engine.ts': [
    '../inference/host/client.js',
    '../extension/extension.js',
    '../modelStore/listModels.js',
    '../cli/main.js',
    './infill/denoise/fillCanvas.js',
    './network/runtime/ortRuntime.js',
    '../../bench/benchText.js',
    '../../package.json',
    'vscode',
    'onnxruntime-node',
    'node:child_process',
    'child_process',
    'node:https',
    'node:dns/promises',
    'undici',
  ],
  'src/engine/text/lines.ts': ['../tokenizer/tokenTexts.js', '../contract/model.js', '../postprocess/postprocess.js'],
  'src/engine/files/foreignFile.ts': ['../contract/model.js', '../network/folder/manifest.js'],
  'src/engine/tokenizer/loadTokenizer.ts': ['../infill/infill.js', '../network/folder/manifest.js', '../text/lines.js'],
  'src/engine/contract/model.ts': [
    '../network/folder/manifest.js',
    '../diffusion/sampler.js',
    '../tokenizer/tokenTexts.js',
  ],
  'src/engine/project/projectIndex.ts': ['../infill/infill.js', '../tokenizer/tokenTexts.js', '../contract/model.js'],
  'src/engine/edits/foundInEdits.ts': ['../infill/infill.js', '../tokenizer/tokenTexts.js', '../contract/model.js'],
  'src/engine/diffusion/sampler.ts': [
    '../network/runtime/ortRuntime.js',
    './samplers/createSampler.js',
    '../infill/infill.js',
  ],
  'src/engine/diffusion/schedules/schedule.ts': [
    '../sampler.js',
    '../samplers/createSampler.js',
    '../../contract/model.js',
  ],
  'src/engine/diffusion/samplers/createSampler.ts': ['../../infill/canvas/canvas.js', '../../network/loadModel.js'],
  'src/engine/network/loadModel.ts': [
    '../infill/infill.js',
    '../tokenizer/loadTokenizer.js',
    './graph/rotary.js',
    'onnxruntime-node',
  ],
  'src/engine/network/onnx/graphBuilder.ts': ['../graph/rotary.js', '../../../shared/infillError.js'],
  'src/engine/network/runtime/ortRuntime.ts': [
    '../graph/rotary.js',
    '../folder/manifest.js',
    '../../../inference/host/client.js',
    'vscode',
  ],
  'src/engine/network/runtime/devices.ts': ['onnxruntime-node', 'onnxruntime-common'],
  'src/engine/network/folder/manifest.ts': [
    '../runtime/devices.js',
    '../graph/rotary.js',
    '../../tokenizer/tokenizerFile.js',
  ],
  'src/engine/network/graph/rotary.ts': ['../output/statistics.js', '../encoderDenoiser/graph/encoderGraph.js'],
  'src/engine/network/output/statistics.ts': ['../folder/manifest.js', '../vocabulary/headRunner.js'],
  'src/engine/network/cache/contextCache.ts': ['../folder/manifest.js', '../vocabulary/headRunner.js'],
  'src/engine/network/vocabulary/headRunner.ts': [
    '../encoderDenoiser/encoderRunner.js',
    '../oneNetwork/networkRunner.js',
    '../loadModel.js',
  ],
  'src/engine/network/encoderDenoiser/encoderDenoiser.ts': ['../fullSequence/model.js', '../loadModel.js'],
  'src/engine/network/oneNetwork/oneNetwork.ts': ['../encoderDenoiser/encoderDenoiser.js', '../loadModel.js'],
  'src/engine/network/oneNetwork/graph/networkGraph.ts': ['../networkRunner.js', '../../runtime/ortRuntime.js'],
  'src/engine/network/encoderDenoiser/graph/encoderGraph.ts': ['../encoderRunner.js', '../../runtime/ortRuntime.js'],
  'src/engine/network/fullSequence/model.ts': ['../encoderDenoiser/encoderDenoiser.js', '../loadModel.js'],
  'src/engine/network/fullSequence/graph/networkGraph.ts': [
    '../model.js',
    '../../encoderDenoiser/graph/encoderGraph.js',
  ],
  'src/engine/infill/infill.ts': [
    '../network/loadModel.js',
    '../engine.js',
    './rules/rules.js',
    '../../inference/host/client.js',
    '../../cli/main.js',
  ],
  'src/engine/infill/context/healing.ts': ['../canvas/canvas.js', '../run/pipeline.js', '../infill.js'],
  'src/engine/infill/canvas/canvas.ts': ['../rules/rules.js', '../run/pipeline.js', '../../network/loadModel.js'],
  'src/engine/infill/run/pipeline.ts': [
    '../denoise/fillCanvas.js',
    '../context/healing.js',
    '../../network/loadModel.js',
  ],
  'src/engine/infill/rules/rules.ts': [
    '../denoise/fillCanvas.js',
    '../plan/decoding.js',
    '../../postprocess/postprocess.js',
  ],
  'src/engine/infill/plan/decoding.ts': [
    '../denoise/fillCanvas.js',
    '../rules/rules.js',
    '../../tokenizer/tokenTexts.js',
  ],
  'src/engine/infill/denoise/fillCanvas.ts': [
    '../ending/middleOf.js',
    '../infill.js',
    '../../postprocess/postprocess.js',
  ],
  'src/engine/infill/alternatives/branches.ts': [
    '../denoise/fillCanvas.js',
    '../writtenMiddles.js',
    '../../network/loadModel.js',
  ],
  'src/engine/infill/conditions/demandsOf.ts': [
    '../canvas/canvas.js',
    '../rules/rules.js',
    '../../postprocess/postprocess.js',
  ],
  'src/engine/infill/given/givenTask.ts': [
    '../ending/middleOf.js',
    '../found/foundInProject.js',
    '../../diffusion/draw.js',
  ],
  'src/engine/infill/ending/middleOf.ts': [
    '../rules/rules.js',
    '../denoise/fillCanvas.js',
    '../../postprocess/postprocess.js',
  ],
  'src/engine/infill/found/foundDrafts.ts': [
    '../denoise/fillCanvas.js',
    '../presentMiddles.js',
    '../../network/loadModel.js',
  ],
  'src/engine/infill/improve/judged.ts': ['../rules/rules.js', '../selection/remaskPlan.js', '../found/foundTexts.js'],
  'src/engine/infill/selection/remaskPlan.ts': ['../ending/middleOf.js', '../rules/rules.js', '../denoiseSelection.js'],
  'src/engine/postprocess/postprocess.ts': [
    '../infill/infill.js',
    '../contract/model.js',
    '../tokenizer/tokenTexts.js',
  ],
  'src/engine/postprocess/filters/trimTrailingSpace.ts': ['../postprocess.js', '../../infill/infill.js'],
  'src/engine/postprocess/indentation/fixOddIndents.ts': ['../filters/trimTrailingSpace.js', '../postprocess.js'],
  'src/engine/postprocess/surroundings/surroundings.ts': ['../filters/trimTrailingSpace.js', '../postprocess.js'],

  'src/modelStore/listModels.ts': [
    '../engine/engine.js',
    '../engine/network/loadModel.js',
    '../engine/network/runtime/ortRuntime.js',
    '../engine/tokenizer/loadTokenizer.js',
    './add/addModel.js',
    './hub/hubFetch.js',
    '../inference/host/client.js',
    'vscode',
    'node:http',
    '@huggingface/hub',
  ],
  'src/modelStore/files/replaceFile.ts': ['../listModels.js', '../hub/hubId.js'],
  'src/modelStore/hub/hubFetch.ts': ['../add/addModel.js', '../convert/families/dit.js', 'node:child_process'],
  'src/modelStore/convert/convertCheckpoint.ts': [
    '../add/addModel.js',
    '../hub/hubFetch.js',
    '../../engine/text/lines.js',
    '../../engine/network/loadModel.js',
  ],
  'src/modelStore/convert/families/dit.ts': ['../convertCheckpoint.js', '../../../engine/network/folder/manifest.js'],
  'src/modelStore/convert/checkpoint/checkpointReader.ts': ['../convertCheckpoint.js', '../families/dit.js'],
  'src/modelStore/add/addModel.ts': ['../convert/convertCheckpoint.js', '../../engine/engine.js'],
  'src/modelStore/catalogue/availableModels.ts': [
    '../add/addModel.js',
    '../convert/convertCheckpoint.js',
    '../../engine/network/runtime/machineProbe.js',
  ],

  'src/inference/host/client.ts': [
    '../../engine/engine.js',
    '../child/worker.js',
    '../../modelStore/listModels.js',
    '../../engine/network/loadModel.js',
    '../../extension/extension.js',
    'vscode',
    'onnxruntime-node',
  ],
  'src/inference/choice/chosenService.ts': ['../relay/relay.js', '../../engine/engine.js', 'vscode', 'node:http'],
  'src/inference/hosted/hostedService.ts': [
    '../relay/relay.js',
    '../../engine/engine.js',
    '../../engine/network/loadModel.js',
    '../../engine/infill/infill.js',
    '../../extension/extension.js',
    'vscode',
    'node:https',
    'undici',
  ],
  'src/inference/hosted/forms/inceptionForm.ts': ['../hostedPost.js', '../../host/job.js', 'vscode', 'node:https'],
  'src/inference/remote/remoteService.ts': [
    '../host/../../server/app.js',
    '../relay/relay.js',
    '../../engine/engine.js',
    '../../extension/extension.js',
    'vscode',
    'node:net',
    'node:child_process',
  ],
  'src/inference/link/link.ts': [
    '../host/client.js',
    '../relay/relay.js',
    '../child/worker.js',
    'node:net',
    'node:child_process',
  ],
  'src/inference/relay/windowRelay.ts': [
    '../host/client.js',
    '../child/worker.js',
    '../../engine/engine.js',
    '../../modelStore/listModels.js',
    'node:child_process',
    'node:net',
    'onnxruntime-node',
  ],
  'src/inference/child/worker.ts': [
    '../host/client.js',
    '../relay/relay.js',
    'node:net',
    '../../extension/extension.js',
    '../../cli/main.js',
    'onnxruntime-node',
    'vscode',
    'node:child_process',
  ],

  'src/cli/main.ts': [
    '../inference/host/client.js',
    '../extension/extension.js',
    '../engine/engine.js',
    'onnxruntime-node',
    'node:child_process',
    'node:net',
  ],
  'src/cli/commands/fillCommand.ts': ['../main.js', './models/addCommand.js', '../../engine/infill/infill.js'],
  'src/cli/commands/models/addCommand.ts': ['../demo/demoCommand.js', '../../program.js'],
  'src/cli/commands/serving/lspCommand.ts': [
    '../demo/demoCommand.js',
    '../../../atCursor/suggestionCache.js',
    'vscode',
  ],
  'src/cli/commands/demo/demoCommand.ts': ['../models/addCommand.js', '../../../modelStore/listModels.js'],
  'src/cli/commands/serving/serveCommand.ts': ['../models/addCommand.js', '../../../server/openai/completions.js'],

  'src/server/startServer.ts': ['../cli/program.js', '../inference/host/client.js', 'vscode', 'node:child_process'],
  'src/server/app.ts': ['node:http', '../modelStore/listModels.js'],
  'src/server/turns/fairTurns.ts': ['../../engine/engine.js', '../service/served.js', 'node:http'],
  'src/server/service/served.ts': ['../app.js', '../openai/completions.js', '../requests/readJson.js'],
  'src/server/requests/readJson.ts': ['../../engine/engine.js', '../service/served.js', '../../cli/input/textFile.js'],
  'src/server/openai/completions.ts': ['../llama/llamaRoutes.js', '../app.js', '../../engine/engine.js'],
  'src/server/llama/llamaRoutes.ts': ['../openai/completions.js', '../../engine/engine.js'],
  'src/server/native/nativeRoutes.ts': ['../llama/llamaRoutes.js', '../turns/fairTurns.js', 'node:http'],
  'src/cli/input/textFile.ts': ['../commands/fillCommand.js', '../output/table.js', '../../modelStore/listModels.js'],
  'src/cli/output/table.ts': ['../commands/fillCommand.js', '../../engine/engine.js'],

  'src/extension/extension.ts': [
    '../engine/engine.js',
    '../engine/contract/model.js',
    '../inference/child/worker.js',
    '../cli/main.js',
    'node:child_process',
    'onnxruntime-node',
  ],
  'src/extension/commands/restart.ts': ['../../engine/engine.js', '../suggest/suggester.js', '../extension.js'],
  'src/extension/ui/errorNotice.ts': ['../settings/settings.js', '../log/requestLog.js'],
  'src/extension/settings/settings.ts': ['../editor/editorText.js', '../ui/errorNotice.js'],
  'src/extension/editor/fileNames.ts': ['../suggest/suggester.js', '../runtime/warmUp.js'],
  'src/extension/runtime/warmUp.ts': ['../suggest/inlineProvider.js', '../log/requestLog.js'],
  'src/extension/names/editorNames.ts': ['../suggest/suggester.js', '../settings/settings.js'],
  'src/extension/server/serverSource.ts': [
    '../runtime/inference.js',
    '../log/requestLog.js',
    '../../engine/engine.js',
    'undici',
  ],
  'src/extension/project/project.ts': ['../log/requestLog.js', '../status/statusView.js', '../runtime/inference.js'],
  'src/extension/log/requestLog.ts': ['../status/statusView.js', '../editor/editorText.js'],
  'src/extension/status/statusView.ts': ['../suggest/suggester.js', '../../modelStore/listModels.js'],
  'src/extension/hosted/hosted.ts': [
    '../status/statusView.js',
    '../editor/eligibility.js',
    '../../engine/engine.js',
    'node:https',
  ],
  'src/extension/live/live.ts': ['../suggest/suggester.js', '../settings/settings.js'],
  'src/extension/suggest/suggester.ts': ['../../inference/host/client.js', '../denoise/denoiseSelection.js'],
  'src/extension/denoise/denoiseSelection.ts': ['../suggest/inlineProvider.js', '../commands/commands.js'],
  'src/extension/holes/fillEveryCursor.ts': ['../suggest/inlineProvider.js', '../denoiseView/denoiseView.js'],
  'src/extension/denoiseView/denoiseView.ts': ['../suggest/inlineProvider.js', '../../webview/page.js'],
  'src/extension/modelManager/manageModels.ts': ['../../modelStore/hub/hubFetch.js', '../status/statusView.js'],

  'test/engine/network/parity.test.ts': ['onnxruntime-node', '../../../node_modules/onnxruntime-node/dist/index.js'],
  'bench/startup.ts': ['onnxruntime-node'],
  'scripts/bench.ts': ['onnxruntime-node'],
};

/** By file: how the rooms are meant to be connected. Each room is there, if only with a file of its own. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'src/workspace/folderRules.ts': ['./secretFiles.js', 'ignore', 'picomatch'],
  'src/atCursor/typingThrough.ts': ['./severalCursors.js', '../shared/outcome.js'],
  'src/languageServer/languageServer.ts': [
    '../engine/engine.js',
    '../engine/project/projectIndex.js',
    '../atCursor/suggestionCache.js',
    '../workspace/isSecretFile.js',
    'vscode-languageserver',
  ],
  'src/picture/runPicture.ts': ['./runFrame.js', '../shared/outcome.js'],
  'src/view/update.ts': ['./units.js', '../picture/runPicture.js', '../shared/infillRequest.js'],
  'src/webview/main.ts': ['../view/update.js', '../shared/outcome.js'],
  'src/shared/protocol.ts': ['./outcome.js'],
  'src/process/sameRuntime.ts': ['../shared/infillOptions.js'],

  'src/engine/engine.ts': ['../shared/outcome.js', './infill/infill.js', './network/loadModel.js', 'node:fs/promises'],
  'src/engine/text/lines.ts': ['./scanCode.js', '../../shared/infillRequest.js'],
  'src/engine/files/foreignFile.ts': ['../../shared/infillError.js', 'node:fs/promises', 'zod'],
  'src/engine/tokenizer/loadTokenizer.ts': ['../files/foreignFile.js', '@huggingface/tokenizers'],
  'src/engine/project/projectIndex.ts': ['./segment.js', '../text/lines.js', '../../shared/projectDocument.js'],
  'src/engine/edits/foundInEdits.ts': ['./editText.js', '../project/foundMiddle.js', '../../shared/recentEdit.js'],
  'src/engine/contract/model.ts': ['../files/upperEnds.js', '../../shared/infillError.js'],
  'src/engine/diffusion/sampler.ts': ['../contract/model.js', './schedules/schedule.js'],
  'src/engine/diffusion/schedules/schedule.ts': ['../../../shared/infillError.js'],
  'src/engine/diffusion/samplers/createSampler.ts': [
    '../sampler.js',
    '../schedules/schedule.js',
    '../../contract/model.js',
  ],
  'src/engine/network/loadModel.ts': ['./encoderDenoiser/load.js', './fullSequence/load.js', './folder/manifest.js'],
  'src/engine/network/onnx/graphBuilder.ts': ['./onnx_pb.js', '@bufbuild/protobuf'],
  'src/engine/network/runtime/ortRuntime.ts': ['onnxruntime-node', '../../../process/telemetryOff.js'],
  'src/engine/network/folder/manifest.ts': ['../../files/foreignFile.js', '../../contract/recommended.js'],
  'src/engine/network/graph/rotary.ts': ['../onnx/graphBuilder.js', '../folder/weights.js'],
  'src/engine/network/output/statistics.ts': ['../graph/arithmetic.js', '../../contract/model.js'],
  'src/engine/network/cache/contextCache.ts': ['./prefixCache.js', '../runtime/ortRuntime.js'],
  'src/engine/network/vocabulary/headRunner.ts': ['../output/statistics.js', '../cache/contextCache.js'],
  'src/engine/network/encoderDenoiser/encoderDenoiser.ts': ['./graph/encoderGraph.js', '../runtime/ortRuntime.js'],
  'src/engine/network/encoderDenoiser/graph/encoderGraph.ts': ['../../graph/rotary.js', '../../folder/weights.js'],
  'src/engine/network/oneNetwork/oneNetwork.ts': ['./graph/networkGraph.js', '../cache/contextCache.js'],
  'src/engine/network/oneNetwork/graph/networkGraph.ts': ['../../graph/layerStack.js', '../../folder/weights.js'],
  'src/engine/network/fullSequence/model.ts': ['./graph/networkGraph.js', '../output/statistics.js'],
  'src/engine/network/fullSequence/graph/networkGraph.ts': ['../../graph/rotary.js', '../../folder/weights.js'],
  'src/engine/infill/infill.ts': [
    './context/assembleContext.js',
    './ending/middleOf.js',
    '../postprocess/postprocess.js',
  ],
  'src/engine/infill/context/healing.ts': [
    '../../tokenizer/tokenTexts.js',
    '../../text/lines.js',
    '../../contract/model.js',
  ],
  'src/engine/infill/canvas/canvas.ts': ['../context/healing.js', '../../diffusion/sampler.js'],
  'src/engine/infill/run/pipeline.ts': ['../canvas/canvas.js', '../../contract/model.js'],
  'src/engine/infill/rules/rules.ts': ['../canvas/rule.js', '../run/pipeline.js', '../../diffusion/projection.js'],
  'src/engine/infill/plan/decoding.ts': ['../../diffusion/samplers/createSampler.js', '../run/pipeline.js'],
  'src/engine/infill/denoise/fillCanvas.ts': ['../rules/rules.js', '../plan/decoding.js', '../canvas/canvas.js'],
  'src/engine/infill/alternatives/branches.ts': ['../rules/rules.js', '../canvas/canvas.js', '../../text/lines.js'],
  'src/engine/infill/conditions/demandsOf.ts': [
    '../context/demands.js',
    '../run/invalidRequest.js',
    '../../text/lineEnds.js',
  ],
  'src/engine/infill/given/givenTask.ts': [
    '../plan/decoding.js',
    '../denoise/fillCanvas.js',
    '../conditions/demandsOf.js',
    '../../text/lines.js',
  ],
  'src/engine/infill/ending/middleOf.ts': [
    '../canvas/canvas.js',
    '../../tokenizer/tokenTexts.js',
    '../../text/lines.js',
  ],
  'src/engine/infill/found/foundDrafts.ts': ['../ending/candidates.js', '../../project/foundMiddle.js'],
  'src/engine/infill/improve/written.ts': ['../denoise/fillCanvas.js', '../ending/endedMiddles.js'],
  'src/engine/infill/selection/remaskPlan.ts': ['../denoise/fillCanvas.js', '../context/healing.js'],
  'src/engine/postprocess/postprocess.ts': ['./filters/trimTrailingSpace.js', './surroundings/surroundings.js'],
  'src/engine/postprocess/filters/trimTrailingSpace.ts': ['../surroundings/filter.js', '../../text/lines.js'],
  'src/engine/postprocess/indentation/fixOddIndents.ts': [
    '../surroundings/lineStarts.js',
    '../../text/blockOpeners.js',
  ],
  'src/engine/postprocess/surroundings/surroundings.ts': ['../../text/scanCode.js', 'diff'],

  'src/modelStore/listModels.ts': ['../engine/network/folder/manifest.js', './files/replaceFile.js'],
  'src/modelStore/files/replaceFile.ts': ['../../shared/errorCode.js', '../../engine/files/pathInside.js', 'node:fs'],
  'src/modelStore/hub/hubFetch.ts': ['../gigabytes.js', '@huggingface/hub', 'node:https'],
  'src/modelStore/convert/convertCheckpoint.ts': [
    '../../engine/tokenizer/tokenizerFile.js',
    './families/detectFamily.js',
  ],
  'src/modelStore/convert/families/dit.ts': ['../checkpoint/unsupported.js', '../../../engine/files/upperEnds.js'],
  'src/modelStore/convert/checkpoint/checkpointReader.ts': ['../../../engine/files/foreignFile.js'],
  'src/modelStore/add/addModel.ts': ['../hub/downloadCheckpoint.js', '../convert/families/detectFamily.js'],
  'src/modelStore/catalogue/availableModels.ts': ['../add/choosePrecision.js', '../convert/draftManifest.js'],

  'src/inference/host/client.ts': ['node:child_process', '../../shared/protocol.js', './jobQueue.js'],
  'src/inference/choice/chosenService.ts': ['./elsewhere.js', '../host/job.js', '../../shared/protocol.js'],
  'src/inference/hosted/hostedService.ts': ['../choice/elsewhere.js', '../host/job.js', './forms/formOf.js'],
  'src/inference/hosted/hostedPlace.ts': [
    '../../engine/infill/context/hole.js',
    '../../engine/postprocess/postprocess.js',
  ],
  'src/inference/hosted/forms/inceptionForm.ts': ['./providerForm.js', '../../../shared/infillError.js'],
  'src/inference/remote/fitAnswer.ts': ['../../engine/text/foreignCharacters.js'],
  'src/inference/remote/remoteService.ts': ['../choice/elsewhere.js', '../host/jobQueue.js', 'undici', 'zod'],
  'src/inference/link/link.ts': ['./linkProtocol.js', '../../shared/protocol.js', 'node:v8'],
  'src/inference/link/localSocket.ts': ['node:net'],
  'src/inference/relay/windowRelay.ts': ['../link/link.js', '../../process/watchdog.js', '../../shared/protocol.js'],
  'src/inference/relay/startedProcess.ts': ['node:child_process', '../link/processFiles.js'],
  'src/inference/child/worker.ts': [
    '../link/linkProtocol.js',
    '../../engine/engine.js',
    '../../engine/project/projectIndex.js',
    '../../modelStore/listModels.js',
  ],

  'src/cli/main.ts': ['./commands/fillCommand.js', './commands/models/modelsCommand.js', 'commander'],
  'src/cli/commands/fillCommand.ts': ['../../engine/engine.js', '../input/textFile.js', '../output/table.js'],
  'src/cli/commands/models/addCommand.ts': ['../withEngine.js', '../../../modelStore/add/addModel.js'],
  'src/cli/commands/serving/lspCommand.ts': ['../withEngine.js', '../../../languageServer/languageServer.js'],
  'src/cli/commands/demo/demoCommand.ts': ['../withEngine.js', '../../output/excerpt.js'],
  'src/cli/commands/serving/serveCommand.ts': ['../withEngine.js', '../../../server/startServer.js'],

  'src/server/startServer.ts': ['node:http', 'node:https', './app.js', '../engine/engine.js'],
  'src/server/turns/fairTurns.ts': ['./clientOf.js', '../../shared/outcome.js'],
  'src/server/service/served.ts': ['../turns/fairTurns.js', '../../engine/engine.js'],
  'src/server/requests/readJson.ts': ['./optionsOf.js', '../../cli/input/documentContext.js'],
  'src/server/openai/completions.ts': ['../requests/readJson.js', '../service/served.js'],
  'src/server/llama/llamaRoutes.ts': ['../requests/readJson.js', '../../engine/project/projectIndex.js'],
  'src/server/native/nativeRoutes.ts': ['../service/served.js', '../../engine/engine.js'],
  'src/cli/input/textFile.ts': ['../../modelStore/files/replaceFile.js', '../../shared/errorCode.js'],
  'src/cli/output/table.ts': ['../input/textPosition.js', '../../shared/visibleText.js'],

  'src/extension/extension.ts': ['vscode', '../inference/host/client.js', '../modelStore/dataFolder.js'],
  'src/extension/commands/restart.ts': ['vscode', '../../inference/host/client.js', '../denoise/denoiseSelection.js'],
  'src/extension/ui/errorNotice.ts': ['./localizer.js', '../../shared/visibleText.js', 'vscode'],
  'src/extension/settings/settings.ts': ['../../shared/infillOptions.js', 'picomatch'],
  'src/extension/editor/fileNames.ts': ['../settings/settings.js', '../ui/localizer.js'],
  'src/extension/runtime/warmUp.ts': ['../editor/eligibility.js', '../../modelStore/bundledModels.js'],
  'src/extension/names/editorNames.ts': ['../editor/editorText.js', '../../shared/infillRequest.js'],
  'src/extension/server/serverSource.ts': [
    '../settings/configuration.js',
    '../../inference/remote/remoteService.js',
    'vscode',
  ],
  'src/extension/project/project.ts': ['../editor/eligibility.js', '../../inference/host/client.js', 'ignore'],
  'src/extension/log/requestLog.ts': ['../runtime/latency.js', '../../modelStore/measuredSpeed.js'],
  'src/extension/status/statusView.ts': ['../runtime/latency.js', '../../inference/host/client.js'],
  'src/extension/hosted/hosted.ts': ['../../inference/hosted/hostedService.js', '../settings/settings.js', 'vscode'],
  'src/extension/live/live.ts': ['../../atCursor/suggestion.js', '../log/requestPlace.js', 'vscode'],
  'src/extension/suggest/suggester.ts': ['../../atCursor/suggestion.js', '../runtime/latency.js', '../live/draft.js'],
  'src/extension/denoise/denoiseSelection.ts': ['../editor/eligibility.js', '../../inference/host/client.js'],
  'src/extension/holes/fillEveryCursor.ts': ['../denoise/proposalReview.js', '../../inference/host/infillService.js'],
  'src/extension/denoiseView/denoiseView.ts': ['../editor/eligibility.js', '../../view/viewMessages.js'],
  'src/extension/modelManager/manageModels.ts': ['../../modelStore/hub/hubId.js', '../runtime/latency.js'],

  'test/engine/engine.test.ts': ['../../src/engine/network/runtime/ortRuntime.js', 'node:child_process', 'vscode'],
};

/** Every way to write an import. Where a text has several, each must be seen. */
const FORMS: readonly ((from: string) => string)[] = [
  (from) => `import { a } from '${from}';`,
  (from) => `import type { A } from '${from}';`,
  (from) => `import { type B } from "${from}";`,
  (from) => `import '${from}';`,
  (from) => `export { c } from '${from}';`,
  (from) => `export type { C } from '${from}';`,
  (from) => `export * from '${from}';`,
  (from) => `export * as d from '${from}';`,
  (from) => `export const quotes = /'/u, e = import('${from}');`,
  (from) => `export const f = async () => \`\${await import(\`${from}\`)}\`;`,
  (from) => `export type G = import('${from}').G;`,
  (from) => `export type H = typeof import('${from}');`,
  (from) => `import i = require('${from}');`,
  (from) => `export const j = require('${from}');`,
];

/** @returns the lines that are refused, from 1. */
function refusedLines(file: string, source: string): number[] {
  const messages = linter.verify(source, config as never, { filename: path.join(root, file) });
  for (const { ruleId, message } of messages) assert.equal(ruleId, 'rooms/import-walls', message);
  return messages.map(({ line }) => line);
}

/** @returns a line for each import in each form. */
function inEveryForm(imports: readonly string[]): string[] {
  return imports.flatMap((from) => FORMS.map((write) => write(from)));
}

for (const [file, refused] of Object.entries(REFUSED)) {
  test(`${file} may not import ${refused.join(', ')}`, () => {
    const lines = inEveryForm(refused);
    const found = new Set(refusedLines(file, lines.join('\n')));
    assert.deepEqual(
      lines.filter((_, index) => !found.has(index + 1)),
      [],
      'nothing keeps these out',
    );
  });
}

for (const [file, allowed] of Object.entries(ALLOWED)) {
  test(`${file} may import ${allowed.join(', ')}`, () => {
    const lines = inEveryForm(allowed);
    const found = refusedLines(file, lines.join('\n'));
    assert.deepEqual(
      found.map((line) => lines[line - 1]),
      [],
      'these are kept out',
    );
  });
}

test('every room has a wall that holds and a door that opens', () => {
  for (const table of [REFUSED, ALLOWED]) {
    const rooms = new Set(Object.keys(table).map((file) => path.posix.dirname(file)));
    for (const room of ROOMS.keys()) assert.ok(rooms.has(`src/${room}`), `no case for src/${room}`);
  }
});

test('a wall stands however the path is written', () => {
  const file = 'src/engine/text/lines.ts';
  for (const from of [
    '../../engine/text/../infill/infill.js',
    './../infill/infill.js',
    '../text/../../engine/infill/infill.ts',
    '../infill/infill',
    '..',
  ]) {
    assert.deepEqual(refusedLines(file, `import '${from}';`), [1], from);
  }
  assert.deepEqual(
    refusedLines(file, "import '../../engine/text/scanCode.js';\nimport '../infill/../text/lines.js';"),
    [],
  );
});

test('in src an import says what it imports, and by a relative path', () => {
  const file = 'src/engine/engine.ts';
  assert.deepEqual(refusedLines(file, 'export const a = (name: string) => import(name);'), [1]);
  assert.deepEqual(
    refusedLines(file, "import '/src/engine/infill/infill.js';\nimport 'file:///x.js';\nimport '#x';"),
    [1, 2, 3],
  );
  assert.deepEqual(refusedLines('test/engine/engine.test.ts', 'export const a = (name: string) => import(name);'), []);
});

test('a folder that is no room imports nothing', () => {
  assert.deepEqual(refusedLines('src/engine/elsewhere/a.ts', "import './b.js';\nimport '../text/lines.js';"), [1, 2]);
});

test('only what talks to the hub or a server may fetch', () => {
  const source = "void fetch('x');\nvoid globalThis.fetch('x');\nexport const a = new WebSocket('x');\n";
  const rulesIn = (file: string): (string | null)[] =>
    linter.verify(source, config as never, { filename: path.join(root, file) }).map(({ ruleId }) => ruleId);
  const ruleId = 'no-restricted-globals';
  for (const file of ['src/engine/engine.ts', 'src/extension/extension.ts', 'src/modelStore/listModels.ts']) {
    assert.deepEqual(rulesIn(file), [ruleId, ruleId, ruleId], file);
  }
  assert.deepEqual(rulesIn('src/modelStore/hub/hubFetch.ts'), []);
  assert.deepEqual(rulesIn('src/inference/remote/serverConnection.ts'), []);
});
