/** HTML that is escaped unless it was made here: no action can send markup by accident. */

/** Marks that hold between two copies of this package: the gateway's, and that of an actions module. */
const IS_HTML = Symbol.for('countersign.html');
const IS_PAGE = Symbol.for('countersign.page');

/** A piece of markup; made by `html` only. */
export class Html {
  readonly #text: string;

  static [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && IS_HTML in value;
  }

  constructor(strings: readonly string[], values: readonly unknown[]) {
    Object.defineProperty(this, IS_HTML, { value: true });
    this.#text = strings.reduce((text, string, i) => `${text}${markup(values[i - 1])}${string}`);
  }

  toString(): string {
    return this.#text;
  }
}

/** A whole page. */
export interface Page {
  readonly title: string;
  readonly body: Html | string;
}

/** Marks a page apart from an object that happens to have a title. */
class PageResult implements Page {
  readonly title: string;
  readonly body: Html | string;

  constructor({ title, body }: Page) {
    Object.defineProperty(this, IS_PAGE, { value: true });
    this.title = title;
    this.body = body;
  }
}

/** A template tag: `` html`<p>${name}</p>` ``. Values are escaped; pieces of `html` and lists of them are kept as they are. */
export function html(strings: TemplateStringsArray, ...values: readonly unknown[]): Html {
  return new Html(strings, values);
}

/** An answer with a title of its own. */
export function page(content: Page): Page {
  return new PageResult(content);
}

/** Whether a value was made by `page`. */
export function isPage(value: unknown): value is Page {
  return typeof value === 'object' && value !== null && IS_PAGE in value;
}

/** A text made safe for HTML's content and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** The document around a page. */
export function renderPage({ title, body }: Page): string {
  const content = body instanceof Html ? body.toString() : `<p>${escapeHtml(body)}</p>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:48rem;padding:0 1rem}</style>
</head>
<body>
${content}
</body>
</html>
`;
}

function markup(value: unknown): string {
  if (value instanceof Html) return value.toString();
  if (Array.isArray(value)) return value.map(markup).join('');
  return value === undefined || value === null ? '' : escapeHtml(String(value));
}
