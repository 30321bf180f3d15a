import { importsOf } from './importsOf.mjs';

/**
 * A lint rule that judges each import of a file by itself.
 *
 * @param {(filename: string, name: string | undefined, cwd: string) => string | undefined} problemWith what is wrong with an import in a
 *   file, given the module's name as it is written, undefined where it is computed. Paths are absolute, with `/`.
 * @returns {import('eslint').Rule.RuleModule}
 */
export function importRule(problemWith) {
  return {
    meta: { type: 'problem', schema: [] },
    create(context) {
      const { sourceCode } = context;
      const filename = slashed(context.filename);
      const cwd = slashed(context.cwd);
      return {
        Program() {
          for (const { name, start, end } of importsOf(filename, sourceCode.text)) {
            const message = problemWith(filename, name, cwd);
            if (message === undefined) continue;
            const loc = { start: sourceCode.getLocFromIndex(start), end: sourceCode.getLocFromIndex(end) };
            context.report({ loc, message });
          }
        },
      };
    },
  };
}

/** @param {string} file */
function slashed(file) {
  return file.replaceAll('\\', '/');
}
