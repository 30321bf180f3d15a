/**
 * The text of an answer, piece by piece as it comes.
 *
 * @param tooLarge thrown once it has more than `most` bytes
 */
export async function* bodyText(
  { body }: Pick<Response, 'body'>,
  most: number,
  tooLarge: () => Error,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let bytes = 0;
  for await (const part of (body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += part.byteLength;
    if (bytes > most) throw tooLarge();
    yield decoder.decode(part, { stream: true });
  }
  yield decoder.decode();
}
