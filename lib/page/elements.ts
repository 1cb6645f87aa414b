// Elements of the page. Whatever comes from metrics gets in as text, never as markup.

const SVG = 'http://www.w3.org/2000/svg';

export type Attributes = Readonly<Record<string, string>>;
export type Child = Node | string;

export function html<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, attributes: Attributes = {}, ...children: readonly Child[]): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export function svg<Tag extends keyof SVGElementTagNameMap>(tag: Tag, attributes: Attributes = {}, ...children: readonly Child[]): SVGElementTagNameMap[Tag] {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Changes an attribute, where that is a change: what stays as it is costs no layout. */
export function set(element: Element, name: string, value: string | undefined): void {
  if (value === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** As many children as there are entries, made where they are missing. */
export function each<Entry, Kind extends Element>(parent: Element, entries: readonly Entry[], make: () => Kind, fill: (element: Kind, entry: Entry, i: number) => void): void {
  while (parent.children.length > entries.length) parent.lastElementChild!.remove();
  while (parent.children.length < entries.length) parent.append(make());
  entries.forEach((entry, i) => fill(parent.children[i] as Kind, entry, i));
}
