/** The product's name, which no language translates. */
export const NAME = 'Infill';

/** What Infill says where it is not clear who speaks; its name stands there once. */
export function named(text: string): string {
  return text.includes(NAME) ? text : `${NAME}: ${text}`;
}
