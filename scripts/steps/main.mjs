import { requireNode } from './requireNode.mjs';

/**
 * Runs a script's main function. What goes wrong is printed as a sentence, not as a stack trace.
 *
 * @param {() => Promise<number | void>} body resolves to the exit code
 */
export async function main(body) {
  requireNode();
  try {
    process.exitCode = (await body()) ?? 0;
  } catch (error) {
    console.error(error instanceof Error && !process.env['INFILL_DEBUG'] ? error.message : error);
    process.exitCode = 1;
  }
}
