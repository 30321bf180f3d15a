import { type LanguageText, joinedByLanguage } from './languageText.js';

interface Cell {
  readonly cell_type?: unknown;
  readonly source?: unknown;
}

interface Notebook {
  readonly cells?: unknown;
  readonly metadata?: {
    readonly language_info?: { readonly name?: unknown };
    readonly kernelspec?: { readonly language?: unknown };
  };
}

/**
 * The code and the prose of a Jupyter notebook that is not open, without what its cells have put out.
 *
 * @param json a file in the format nbformat 4
 * @see https://nbformat.readthedocs.io/en/latest/format_description.html
 * @returns undefined where it is none
 */
export function textsOfNotebookFile(json: string): readonly LanguageText[] | undefined {
  let notebook: Notebook | null;
  try {
    notebook = JSON.parse(json) as Notebook | null;
  } catch {
    return undefined;
  }
  if (!Array.isArray(notebook?.cells)) {
    return undefined;
  }
  const { language_info: info, kernelspec } = notebook.metadata ?? {};
  const language = [info?.name, kernelspec?.language].find((name) => typeof name === 'string') ?? 'python';
  const cells = (notebook.cells as (Cell | null)[]).flatMap((cell) => {
    const text = textOf(cell?.source);
    const languageId = cell?.cell_type === 'code' ? language : cell?.cell_type === 'markdown' ? 'markdown' : undefined;
    return text === undefined || languageId === undefined ? [] : [{ languageId, text }];
  });
  return joinedByLanguage(cells, '\n');
}

/** A text, or its lines with their ends. */
function textOf(source: unknown): string | undefined {
  if (Array.isArray(source)) {
    return source.filter((line) => typeof line === 'string').join('');
  }
  return typeof source === 'string' ? source : undefined;
}
