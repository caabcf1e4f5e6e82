/** The page for addresses that lead nowhere. Hosts answer with it at any depth, so nothing of it is relative: its script finds the rest. */
import { createHash } from 'node:crypto';

/** @param script what the page runs, inline */
export function notFoundHtml(script: string): string {
  const code = script.trim();
  const hash = createHash('sha256').update(code).digest('base64');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-${hash}'; style-src 'self'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Page not found · Countersign</title>
</head>
<body>
<main class="not-found">
<h1>Page not found</h1>
<p>Nothing is at this address. It may have moved: <a data-page="index.html">the first page</a> has the search, <a data-page="docs/failures/index.html">the failures</a> have an index.</p>
</main>
<script>${code}</script>
</body>
</html>
`;
}
