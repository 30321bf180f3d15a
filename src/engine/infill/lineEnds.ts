/** The model was trained on `\n`: text goes in with these and comes back with the document's own. */
export function toLineFeeds(text: string): string {
  return text.includes('\r') ? text.replaceAll('\r\n', '\n') : text;
}
