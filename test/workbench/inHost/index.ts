// Runs inside the extension host of a real VS Code, bundled as one CommonJS file; ../inHost.test.ts starts it.
import * as vscode from 'vscode';
import { aheadTests } from './aheadTests.js';
import { denoiseTests } from './denoiseTests.js';
import { editTests } from './editTests.js';
import { holesTests } from './holesTests.js';
import { messageTests } from './messageTests.js';
import { nameTests } from './nameTests.js';
import { processTests } from './processTests.js';
import { projectTests, untrustedTests } from './projectTests.js';
import { refusalTests } from './refusalTests.js';
import { runTests } from './runTests.js';
import { shapeTests } from './shapeTests.js';
import { suggestionTests } from './suggestionTests.js';

/** @param file gets the results, one JSON object a line. */
export async function run(file: string): Promise<void> {
  const trusted = {
    ...suggestionTests,
    ...shapeTests,
    ...aheadTests,
    ...messageTests,
    ...nameTests,
    ...refusalTests,
    ...denoiseTests,
    ...holesTests,
    ...projectTests,
    ...editTests,
    ...processTests,
  };
  await runTests(vscode.workspace.isTrusted ? trusted : untrustedTests, file);
}
