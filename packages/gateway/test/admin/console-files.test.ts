import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConsoleFiles } from '../../src/admin/console-files.ts';
import type { HttpAnswer } from '../../src/http-answer.ts';
import { send, start, temporaryDir } from '../harness.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-console-'));
const SCRIPT = 'console.log("built")';

beforeAll(() => {
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  writeFileSync(join(folder, 'assets/index-1.js'), SCRIPT);
  writeFileSync(join(folder, 'assets/index-1.js.gz'), gzipSync(SCRIPT));
  writeFileSync(join(folder, 'assets/notes.txt'), 'not for the web');
});
afterAll(() => rmSync(folder, { recursive: true }));

const files = createConsoleFiles(pathToFileURL(`${folder}/`));
const HTML = { accept: 'text/html,*/*' };

async function get(url: string, headers: object = {}, method = 'GET'): Promise<HttpAnswer | undefined> {
  return files.answer({ method, url, headers });
}

/** Names in lower case. */
function headersOf(answer: HttpAnswer | undefined): Record<string, string> {
  const list = answer?.headers ?? [];
  return Object.fromEntries(list.flatMap((name, i) => (i % 2 === 0 ? [[name, list[i + 1] ?? '']] : [])));
}

describe('the console’s files', () => {
  it.each(['/', '/live', '/requests/some%2Fid', '/gates/github?tab=keys', '/index.html'])(
    'answer a browser that opens %s with the page',
    async (url) => {
      const answer = await get(url, HTML);
      expect(answer?.status).toBe(200);
      expect(headersOf(answer)['content-type']).toBe('text/html; charset=utf-8');
    },
  );

  it.each(['/api/gates', '/api', '/metrics', '/health', '/ready'])(
    'leave %s to the API, whatever is accepted',
    async (url) => {
      expect(await get(url, HTML)).toBeUndefined();
    },
  );

  it.each(['POST', 'DELETE', 'PUT', 'OPTIONS'])('leave %s to the API', async (method) => {
    expect(await get('/', HTML, method)).toBeUndefined();
  });

  it('leave what no browser opens to the API', async () => {
    expect(await get('/anything', { accept: 'application/json' })).toBeUndefined();
    expect(await get('http://127.0.0.1/live', HTML)).toBeUndefined();
  });

  it('are handed out as they were compressed, to those that take that', async () => {
    const packed = await get('/assets/index-1.js', { 'accept-encoding': 'br, gzip' });
    expect(headersOf(packed)['content-encoding']).toBe('gzip');
    expect(gunzipSync(packed?.body as Uint8Array).toString()).toBe(SCRIPT);
    const plain = await get('/assets/index-1.js', {});
    expect(headersOf(plain)['content-encoding']).toBeUndefined();
    expect(Buffer.from(plain?.body as Uint8Array).toString()).toBe(SCRIPT);
  });

  it('are asked for once: a browser that has one hears 304', async () => {
    const { etag = '' } = headersOf(await get('/assets/index-1.js'));
    expect((await get('/assets/index-1.js', { 'if-none-match': etag }))?.status).toBe(304);
    expect((await get('/assets/index-1.js', { 'if-none-match': '"other"' }))?.status).toBe(200);
  });

  it.each([
    '/assets/missing.js',
    '/assets/notes.txt',
    '/assets/../index.html',
    '/assets/%2e%2e/index.html',
    '/assets/__proto__',
    '/assets/',
  ])('have nothing at %s', async (url) => {
    for (const headers of [{}, HTML]) expect((await get(url, headers))?.status).toBe(404);
  });

  it('run no script but their own, in no frame, and make no text into markup', async () => {
    const policy = headersOf(await get('/', HTML))['content-security-policy'];
    for (const rule of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"])
      expect(policy).toContain(rule);
    for (const rule of ["require-trusted-types-for 'script'", "trusted-types 'none'"])
      expect(policy).toContain(rule);
    expect(policy).not.toMatch(/unsafe|\*|data:|https?:/);
  });

  it('that cannot be read are answered 500 and told in the log, and are read again for the next request', async () => {
    const dir = temporaryDir();
    mkdirSync(join(dir, 'index.html'));
    const gateway = await start(
      { k: { path: '/k', provider: 'none', keep: {} } },
      { console: pathToFileURL(`${dir}/`) },
    );
    const open = () => send(`${gateway.adminUrl}/live`, { method: 'GET', headers: HTML });
    expect(await open()).toMatchObject({ status: 500, text: expect.not.stringContaining(dir) });
    expect(gateway.log.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({
        msg: 'the console could not be read',
        error: expect.objectContaining({ message: expect.stringContaining('EISDIR') }),
      }),
    );
    rmdirSync(join(dir, 'index.html'));
    writeFileSync(join(dir, 'index.html'), '<!doctype html>');
    expect((await open()).status).toBe(200);
  });

  it('are looked for with the first request, and again where they were not there', async () => {
    const places = [Promise.reject(new Error('nowhere')), Promise.resolve(pathToFileURL(`${folder}/`))];
    for (const place of places) place.catch(() => {});
    let count = 0;
    const files = createConsoleFiles(async () => places[count++] ?? Promise.reject(new Error('asked again')));
    const open = () => files.answer({ method: 'GET', url: '/', headers: HTML });
    expect(count).toBe(0);
    await expect(open()).rejects.toThrow('nowhere');
    expect((await open())?.status).toBe(200);
    expect((await open())?.status).toBe(200);
    expect(count).toBe(2);
  });

  it('say what to do where they were not built', async () => {
    const empty = createConsoleFiles(pathToFileURL(join(folder, 'nowhere/')));
    const answer = await empty.answer({ method: 'GET', url: '/', headers: HTML });
    expect(answer).toMatchObject({ status: 404, body: expect.stringContaining('npm run build') });
  });
});
