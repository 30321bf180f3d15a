import * as z from 'zod';
import type { RecentEdits } from '../../shared/recentEdit.js';

const lines = z.array(z.string());

/** Members of a request that say what was changed lately. How much of it may be said, the engine says. */
export const EDIT_MEMBERS = {
  edits: z
    .array(
      z.strictObject({
        path: z.string().optional(),
        line: z.int().min(1).optional(),
        before: lines,
        after: lines,
        linesBefore: lines.optional(),
        linesAfter: lines.optional(),
      }),
    )
    .optional(),
  lineBefore: z.string().optional(),
};

type Members = z.infer<z.ZodObject<typeof EDIT_MEMBERS>>;

/** What a line of JSON says was changed lately; undefined where it says nothing. */
export function recentEditsOf({ edits, lineBefore }: Members): RecentEdits | undefined {
  if (edits === undefined && lineBefore === undefined) return undefined;
  return {
    edits: (edits ?? []).map(({ path = '', line = 1, before, after, linesBefore = [], linesAfter = [] }) => ({
      uri: path,
      path,
      line,
      before,
      after,
      linesBefore,
      linesAfter,
    })),
    ...(lineBefore === undefined ? {} : { lineBefore }),
  };
}
