/** HTML that is escaped unless it was made here: no action can send markup by accident. */
import { asResult, isMarked } from './mark.ts';

/** A piece of markup; made by `html` and `table` only. */
export class Html {
  readonly kind = 'html';
  readonly #text: string;

  static [Symbol.hasInstance](value: unknown): boolean {
    return isMarked(value) && value.kind === 'html';
  }

  constructor(strings: readonly string[], values: readonly unknown[]) {
    this.#text = strings.reduce((text, string, i) => `${text}${markup(values[i - 1])}${string}`);
    asResult(this);
  }

  toString(): string {
    return this.#text;
  }
}

/** A page of its own title. */
export interface Page extends PageContent {
  readonly kind: 'page';
}

export interface PageContent {
  /** The heading, and the name of the browser's tab. Default: the gate's `title`. */
  readonly title?: string;
  /** A text is shown as it stands, line breaks included. */
  readonly body: Html | string;
}

/**
 * A template tag: `` html`<p>${name}</p>` ``. Values are escaped; pieces of `html` and lists of them are kept as they are,
 * undefined and null are nothing. A value in an attribute needs quotes around it: `` html`<a href="${url}">` ``.
 */
export function html(strings: TemplateStringsArray, ...values: readonly unknown[]): Html {
  return new Html(strings, values);
}

/** An answer with a title of its own. */
export function page(content: PageContent): Page {
  return asResult({ kind: 'page', ...content });
}

/** A text made safe for HTML's content and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

function markup(value: unknown): string {
  if (value instanceof Html) return value.toString();
  if (Array.isArray(value)) return value.map(markup).join('');
  return value === undefined || value === null ? '' : escapeHtml(String(value));
}
