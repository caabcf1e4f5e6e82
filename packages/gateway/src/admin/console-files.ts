/** The web console's built files, as answers. They are the same for everybody and hold no secret: nobody has to be logged in. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HttpAnswer } from '../http-answer.ts';

/** Of the built files, as `@countersign/console` names it, or what finds it. */
export type ConsoleFolder = URL | (() => Promise<URL>);

export interface ConsoleFiles {
  /** The answer to a request for one of them or for a page of the console; undefined where the request is for something else. */
  answer(request: ConsoleRequest): Promise<HttpAnswer> | undefined;
}

/** What is looked at of a request. */
export interface ConsoleRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: {
    readonly accept?: string | undefined;
    readonly 'accept-encoding'?: string | string[] | undefined;
    readonly 'if-none-match'?: string | undefined;
  };
}

interface BuiltFile {
  readonly headers: readonly string[];
  readonly etag: string;
  readonly plain: Uint8Array;
  /** As it was compressed when it was built. */
  readonly gzip: Uint8Array | undefined;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * Scripts and styles are its own files only, and no text ever becomes markup (Trusted Types): what a sender wrote into a body or a header
 * cannot run, whatever page shows it.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  // No script makes a policy of its own by which text would become markup after all.
  "trusted-types 'none'",
].join('; ');

const HEADERS: readonly string[] = [
  'content-security-policy',
  POLICY,
  'x-content-type-options',
  'nosniff',
  'referrer-policy',
  'no-referrer',
  'cross-origin-opener-policy',
  'same-origin',
  'cross-origin-resource-policy',
  'same-origin',
];

/** What of the listener is not the console's. */
const OTHER_PATHS = /^\/(?:api|metrics|health|ready)(?:\/|$)/;

export function createConsoleFiles(folder: ConsoleFolder): ConsoleFiles {
  let files: Promise<ReadonlyMap<string, BuiltFile>> | undefined;
  return {
    answer({ method, url = '', headers }) {
      const path = url.split('?', 1)[0] ?? '';
      if ((method !== 'GET' && method !== 'HEAD') || !path.startsWith('/') || OTHER_PATHS.test(path))
        return undefined;
      const isPage = headers.accept?.includes('text/html') === true;
      // A page's address is the console's own matter; a file that is missing is none.
      if (!isPage && !path.startsWith('/assets/')) return undefined;
      files ??= readFrom(folder).catch((error: unknown) => {
        // The next request reads them again: a folder that is being written is whole a moment later.
        files = undefined;
        throw error;
      });
      return files.then((byPath) => answerOf(byPath.get(path) ?? byPath.get('/index.html'), headers, path));
    },
  };
}

function answerOf(file: BuiltFile | undefined, headers: ConsoleRequest['headers'], path: string): HttpAnswer {
  if (file === undefined || (path.startsWith('/assets/') && file.headers === HTML_HEADERS)) return NOT_BUILT;
  if (headers['if-none-match'] === file.etag)
    return { status: 304, headers: [...file.headers, 'etag', file.etag], body: '' };
  const isGzip = file.gzip !== undefined && /\bgzip\b/.test(String(headers['accept-encoding'] ?? ''));
  return {
    status: 200,
    headers: [...file.headers, 'etag', file.etag, ...(isGzip ? ['content-encoding', 'gzip'] : [])],
    body: isGzip && file.gzip ? file.gzip : file.plain,
  };
}

const NOT_BUILT: HttpAnswer = {
  status: 404,
  headers: [...HEADERS, 'content-type', 'text/plain; charset=utf-8', 'cache-control', 'no-store'],
  body: 'There is no such file. If all are missing, the console was not built: npm run build.\n',
};

const HTML_HEADERS: readonly string[] = [
  ...HEADERS,
  'content-type',
  TYPES['.html'] ?? '',
  'cache-control',
  'no-cache',
  'vary',
  'accept-encoding',
];

async function readFrom(folder: ConsoleFolder): Promise<ReadonlyMap<string, BuiltFile>> {
  return readFiles(fileURLToPath(typeof folder === 'function' ? await folder() : folder));
}

/** All of them, once: some hundred kilobytes. A folder that is not there has none. */
async function readFiles(folder: string): Promise<ReadonlyMap<string, BuiltFile>> {
  const names = await readdir(folder, { recursive: true }).catch((): string[] => []);
  const byPath = new Map<string, BuiltFile>();
  for (const name of names) {
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    const plain = await readFile(join(folder, name));
    byPath.set(`/${name.replaceAll('\\', '/')}`, {
      headers: type === TYPES['.html'] ? HTML_HEADERS : assetHeaders(type),
      etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
      plain,
      gzip: names.includes(`${name}.gz`) ? await readFile(join(folder, `${name}.gz`)) : undefined,
    });
  }
  return byPath;
}

/** Their names change with what is in them. */
function assetHeaders(type: string): readonly string[] {
  return [
    ...HEADERS,
    'content-type',
    type,
    'cache-control',
    'public, max-age=31536000, immutable',
    'vary',
    'accept-encoding',
  ];
}
