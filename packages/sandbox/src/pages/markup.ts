/** The site's markup: what a template is given is escaped, unless it was made by one. */

/** A piece of markup; made by `markup` only. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What a template takes: a list stands for its parts, `undefined` and `false` for nothing. */
export type MarkupValue = Markup | string | number | false | undefined | readonly MarkupValue[];

/** A template tag: `` markup`<p>${text}</p>` ``. */
export function markup(strings: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  return new Markup(strings.reduce((text, string, i) => text + textOf(values[i - 1]) + string));
}

function textOf(value: MarkupValue): string {
  if (value instanceof Markup) return value.text;
  if (value === undefined || value === false) return '';
  if (typeof value === 'object') return value.map(textOf).join('');
  return String(value).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
