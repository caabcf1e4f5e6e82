/** What a page does by script: light or dark, the search, copying code. Without it the pages read as well. */
import { openSearch } from './search-dialog.ts';

const STORED = 'countersign-theme';
const page = document.documentElement;

/** Storage may be denied, as it is in some private windows. */
function storedTheme(): string | null {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
}

function setTheme(theme: string): void {
  page.dataset['theme'] = theme;
  try {
    localStorage.setItem(STORED, theme);
  } catch {
    // It holds for this page alone.
  }
}

// Before the page is drawn.
const stored = storedTheme();
if (stored === 'light' || stored === 'dark') page.dataset['theme'] = stored;

document.addEventListener('DOMContentLoaded', () => {
  const theme = document.querySelector<HTMLButtonElement>('button.theme');
  if (theme) {
    theme.hidden = false;
    theme.addEventListener('click', () => setTheme(isDark() ? 'light' : 'dark'));
  }
  const find = document.querySelector<HTMLButtonElement>('button.find');
  if (find) {
    find.hidden = false;
    find.addEventListener('click', openSearch);
  }
  document.addEventListener('keydown', (event) => {
    const isTyping = event.target instanceof HTMLInputElement;
    const isSlash = event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey;
    const isCommandK = event.key === 'k' && (event.ctrlKey || event.metaKey);
    if (isTyping || !(isSlash || isCommandK)) return;
    event.preventDefault();
    openSearch();
  });
  if (navigator.clipboard)
    for (const block of document.querySelectorAll<HTMLElement>('article pre')) addCopyButton(block);
});

function isDark(): boolean {
  const { theme } = page.dataset;
  return theme === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : theme === 'dark';
}

function addCopyButton(block: HTMLElement): void {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'copy';
  button.textContent = 'Copy';
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(block.querySelector('code')?.textContent ?? '');
    button.textContent = 'Copied';
    setTimeout(() => {
      button.textContent = 'Copy';
    }, 2000);
  });
  const frame = document.createElement('div');
  frame.className = 'code';
  block.replaceWith(frame);
  frame.append(block, button);
}
