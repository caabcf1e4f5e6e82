/** On the page for addresses that lead nowhere: it stands in place of any of them, at any depth, so it looks for the site's root above. */

const candidates = location.pathname
  .split('/')
  .map((_, depth, parts) => `${parts.slice(0, parts.length - 1 - depth).join('/')}/`)
  .slice(0, -1);

function tryNext(): void {
  const candidate = candidates.shift();
  if (candidate === undefined) return;
  const style = document.createElement('link');
  style.rel = 'stylesheet';
  style.href = `${candidate}assets/site.css`;
  style.addEventListener('error', tryNext);
  style.addEventListener('load', () => {
    for (const link of document.querySelectorAll<HTMLAnchorElement>('a[data-page]'))
      link.href = candidate + (link.dataset['page'] ?? '');
  });
  document.head.append(style);
}

tryNext();
