import {
  type Connection,
  WorkDoneProgress,
  type WorkDoneProgressBegin,
  WorkDoneProgressCreateRequest,
  type WorkDoneProgressEnd,
} from 'vscode-languageserver';

/** A client that does not answer is not waited for longer, in milliseconds. */
const PATIENCE_MS = 300;
const TOKEN = 'infill/loading';

/**
 * Shows a client that work is done for which it waits.
 *
 * @param canShow what the client says of itself
 * @param unsent told where a message could not be sent: the client is gone
 */
export async function showLoading<T>(
  connection: Connection,
  canShow: boolean,
  work: () => Promise<T>,
  unsent: (error: unknown) => void,
): Promise<T> {
  if (!canShow) return work();
  const isShown = await new Promise<boolean>((resolve) => {
    setTimeout(resolve, PATIENCE_MS, false).unref();
    connection.sendRequest(WorkDoneProgressCreateRequest.type, { token: TOKEN }).then(
      () => resolve(true),
      () => resolve(false),
    );
  });
  if (!isShown) return work();
  const tell = async (value: WorkDoneProgressBegin | WorkDoneProgressEnd): Promise<void> => {
    try {
      await connection.sendProgress(WorkDoneProgress.type, TOKEN, value);
    } catch (error) {
      unsent(error);
    }
  };
  await tell({ kind: 'begin', title: 'Infill: loading the model' });
  try {
    return await work();
  } finally {
    await tell({ kind: 'end' });
  }
}
