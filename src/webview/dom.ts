interface Described {
  readonly className?: string;
  readonly text?: string;
  readonly title?: string;
  /** Attributes; the policy of the page allows no `style` and no handlers among them. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** A new element with these children. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  { className, text, title, attributes = {} }: Described = {},
  ...children: readonly Node[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  if (className !== undefined) element.className = className;
  if (text !== undefined) element.textContent = text;
  if (title !== undefined) element.title = title;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** A button that does something. */
export function makeButton(text: string, title: string, act: () => void, className = ''): HTMLButtonElement {
  const button = make('button', { className, text, title, attributes: { type: 'button' } });
  button.addEventListener('click', act);
  return button;
}

/** Sets an attribute only where it is not so already: what is read aloud, is read when it changes. */
export function setAttribute(element: Element, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
