/** Serves a built site on this machine, as a host would: below any prefix, with its own page for what is not there. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
  '.md': 'text/markdown; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
};

/** @param prefix what stands before every address: `/`, `/countersign/` */
export function createSiteServer(folder: string, prefix: string): Server {
  return createServer(({ method, url = '/' }, response) => {
    if (method !== 'GET' && method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
      return;
    }
    const file = fileOf(folder, prefix, url);
    const content = file === undefined ? undefined : contentOf(file);
    const type = TYPES[content === undefined || file === undefined ? '.html' : extname(file)];
    const headers = { 'content-type': type ?? 'application/octet-stream', 'cache-control': 'no-store' };
    response.writeHead(content === undefined ? 404 : 200, headers);
    response.end(content ?? contentOf(join(folder, '404.html')));
  });
}

/** Undefined for what is not below the prefix, or would lead out of the folder. */
function fileOf(folder: string, prefix: string, url: string): string | undefined {
  try {
    const path = decodeURIComponent(url.split('?', 1)[0] ?? '');
    if (!path.startsWith(prefix)) return undefined;
    const file = join(folder, path.slice(prefix.length), path.endsWith('/') ? 'index.html' : '');
    return file.startsWith(normalize(folder + sep)) ? file : undefined;
  } catch {
    return undefined;
  }
}

function contentOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
