import { documentContext } from '../../cli/input/documentContext.js';
import type { TextContext } from '../../shared/infillRequest.js';

/** What a request knows of the text around its hole. @param languageId a VS Code language id */
export function fillContext(prefix: string, suffix: string, languageId = 'plaintext'): TextContext {
  return documentContext(prefix + suffix, { start: prefix.length, end: prefix.length }, languageId);
}
