/** Whether two texts are no alternatives to each other: they are equal but for blanks, or one is how the other begins. */
export function isAlike(a: string, b: string): boolean {
  const [one, other] = [a, b].map((text) => text.replace(/\s+/gu, ''));
  return one!.startsWith(other!) || other!.startsWith(one!);
}
