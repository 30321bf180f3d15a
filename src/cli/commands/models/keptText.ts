import type { KeptImport } from '../../../shared/modelImport.js';
import { visibleLine } from '../../../shared/visibleText.js';

/** Says what is kept, as a sentence. */
export function keptText({ called, bytes, isActive }: KeptImport): string {
  const now = isActive ? ', which is being added at this moment' : '';
  return `${megabytes(bytes)} of ${visibleLine(called)} are kept${now}.`;
}

/** Of less than a megabyte tenths of it. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e6 ? 1 : 0)} MB`;
}
