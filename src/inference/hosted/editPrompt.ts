import { toLineFeeds } from '../../engine/text/lineEnds.js';
import type { DenoiseRequest } from '../../shared/infillRequest.js';
import { textAround } from './textAround.js';

/** A selection between the rest of its first and last line: edit endpoints write whole lines. Line ends are `\n`. */
export interface EditedLines {
  readonly lineBefore: string;
  readonly selection: string;
  readonly lineAfter: string;
  readonly above: string;
  readonly below: string;
}

/** Words of the prompt. Where the text has one of them itself, the model cannot tell what is what. */
const TAG = /<\|\/?(?:recently_viewed_code_snippets?|current_file_content|code_to_edit|edit_diff_history|cursor)\|>/u;

export function editedLines({ context, selection }: Pick<DenoiseRequest, 'context' | 'selection'>): EditedLines {
  const { before, after } = textAround(context);
  const [head, tail] = [toLineFeeds(before), toLineFeeds(after)];
  const start = head.lastIndexOf('\n') + 1;
  const end = tail.indexOf('\n');
  return {
    lineBefore: head.slice(start),
    selection: toLineFeeds(selection),
    lineAfter: end < 0 ? tail : tail.slice(0, end),
    above: head.slice(0, start),
    below: end < 0 ? '' : tail.slice(end + 1),
  };
}

/**
 * The prompt of Mercury's edit endpoint, with its sections in the order of its documents. What was looked at and edited before, and the
 * name of the file, are left out: nobody is told of them.
 *
 * @returns undefined where the text has one of the prompt's own tags
 */
export function editPrompt({ lineBefore, selection, lineAfter, above, below }: EditedLines): string | undefined {
  if (TAG.test(above + lineBefore + selection + lineAfter + below)) {
    return undefined;
  }
  return [
    '<|recently_viewed_code_snippets|>\n\n<|/recently_viewed_code_snippets|>\n\n',
    `<|current_file_content|>\n${above}<|code_to_edit|>\n`,
    `${lineBefore}${selection}<|cursor|>${lineAfter}\n<|/code_to_edit|>\n${below}\n<|/current_file_content|>\n\n`,
    '<|edit_diff_history|>\n\n<|/edit_diff_history|>',
  ].join('');
}

/** What such a prompt is answered with, without what may stand around it: a fence, the cursor. 'None' = nothing is to be edited. */
export function answeredLines(text: string): string {
  const plain = toLineFeeds(text).replaceAll('<|cursor|>', '');
  const fenced = /^\s*```[^\n]*\n(.*?)\n?```\s*$/su.exec(plain);
  return fenced?.[1] ?? plain;
}
