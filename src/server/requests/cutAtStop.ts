/** A text up to the first of `stops`, which it does not have then; undefined where it has none. Empty ones stop nothing. */
export function cutAtStop(text: string, stops: readonly string[]): { text: string; stop: string } | undefined {
  let best: { readonly at: number; readonly stop: string } | undefined;
  for (const stop of stops) {
    const at = stop === '' ? -1 : text.indexOf(stop);
    if (at >= 0 && (best === undefined || at < best.at)) best = { at, stop };
  }
  return best && { text: text.slice(0, best.at), stop: best.stop };
}
