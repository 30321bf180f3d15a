/** The model was trained on `\n`: text goes in with these and comes back with the document's own. */
export function toLineFeeds(text: string): string {
  return text.includes('\r') ? text.replaceAll('\r\n', '\n') : text;
}

/** For every offset into `toLineFeeds(text)`, and for its end, the offset into `text`. */
export function originalOffsets(text: string): number[] {
  const offsets: number[] = [];
  for (let i = 0; i <= text.length; i++) {
    offsets.push(i);
    if (text.startsWith('\r\n', i)) i++;
  }
  return offsets;
}
