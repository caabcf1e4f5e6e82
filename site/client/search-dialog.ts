/** The search: a dialog over the page, its text loaded when it is first opened. */
import {
  createSearch,
  type Excerpt,
  excerptOf,
  type Hit,
  markedWords,
  type Search,
  type SearchPage,
} from './search.ts';

declare global {
  interface Window {
    /** What `assets/search.js` brings: as a script, since a page from a disk may fetch nothing. */
    countersignPages?: readonly SearchPage[];
  }
}

let dialog: HTMLDialogElement | undefined;
let search: Promise<Search> | undefined;

export function openSearch(): void {
  dialog ??= createDialog();
  if (!dialog.open) dialog.showModal();
  dialog.querySelector('input')?.select();
}

function root(): string {
  return document.documentElement.dataset['root'] ?? '.';
}

function loadSearch(): Promise<Search> {
  search ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = `${root()}/assets/search.js${scriptVersion()}`;
    script.addEventListener('load', () => resolve(createSearch(window.countersignPages ?? [])));
    script.addEventListener('error', () => {
      search = undefined;
      reject(
        new Error('The text to search in could not be loaded. Are you still connected to where the site is?'),
      );
    });
    document.head.append(script);
  });
  return search;
}

/** The one that this script itself has. */
function scriptVersion(): string {
  const own = document.querySelector<HTMLScriptElement>('script[src*="assets/site.js"]');
  return own === null ? '' : new URL(own.src).search;
}

function createDialog(): HTMLDialogElement {
  const element = document.createElement('dialog');
  element.className = 'search';
  element.setAttribute('aria-label', 'Search');
  const input = document.createElement('input');
  input.type = 'search';
  input.placeholder = 'Words, or an error message';
  input.setAttribute('aria-label', 'Search for');
  input.autocomplete = 'off';
  input.spellcheck = false;
  const results = document.createElement('ol');
  const note = document.createElement('p');
  note.setAttribute('role', 'status');
  element.append(input, note, results);
  document.body.append(element);

  input.addEventListener('input', () => void show(input.value, results, note));
  element.addEventListener('keydown', (event) => moveFocus(event, element));
  // A click beside the dialog is one on the dialog itself.
  element.addEventListener('click', (event) => {
    if (event.target === element) element.close();
  });
  return element;
}

async function show(query: string, results: HTMLOListElement, note: HTMLElement): Promise<void> {
  try {
    const hits = (await loadSearch())(query);
    const input = results.parentElement?.querySelector('input');
    // What was typed meanwhile is shown by its own call.
    if (input && input.value !== query) return;
    results.replaceChildren(...hits.map((hit) => resultItem(hit, query)));
    note.textContent = hits.length === 0 && query.trim() !== '' ? 'Nothing has these words.' : '';
  } catch (error) {
    note.textContent = error instanceof Error ? error.message : String(error);
  }
}

function resultItem({ page, section }: Hit, query: string): HTMLLIElement {
  const item = document.createElement('li');
  const link = document.createElement('a');
  link.href = `${root()}/${page.address}${section.anchor === '' ? '' : `#${section.anchor}`}`;
  const title = document.createElement('strong');
  title.append(...nodesOf(markedWords(page.title, query)));
  if (section.heading !== '') title.append(' › ', ...nodesOf(markedWords(section.heading, query)));
  const text = document.createElement('span');
  text.append(...nodesOf(excerptOf(section.text, query)));
  link.append(title, text);
  // A heading of the same page is no new page.
  link.addEventListener('click', () => dialog?.close());
  item.append(link);
  return item;
}

function nodesOf(pieces: readonly Excerpt[]): readonly (string | HTMLElement)[] {
  return pieces.map(({ text, isMarked }) => {
    if (!isMarked) return text;
    const mark = document.createElement('mark');
    mark.textContent = text;
    return mark;
  });
}

/** Down and up go through the results; Enter in the field opens the first; Escape closes. */
function moveFocus(event: KeyboardEvent, element: HTMLDialogElement): void {
  // By itself a search field is emptied first.
  if (event.key === 'Escape') {
    event.preventDefault();
    // Else the next `/` may still be one that is typed into it.
    element.querySelector('input')?.blur();
    element.close();
    return;
  }
  const links = [...element.querySelectorAll('a')];
  const at = links.indexOf(document.activeElement as HTMLAnchorElement);
  if (event.key === 'Enter' && at < 0) {
    event.preventDefault();
    links[0]?.click();
  } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    event.preventDefault();
    const next = at + (event.key === 'ArrowDown' ? 1 : -1);
    (next < 0 ? element.querySelector('input') : links[Math.min(next, links.length - 1)])?.focus();
  }
}
