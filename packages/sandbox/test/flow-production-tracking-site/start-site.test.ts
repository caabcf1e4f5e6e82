import { createHmac } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SiteItem } from '../../src/flow-production-tracking-site/site-item.ts';
import {
  type Site,
  type SiteOptions,
  startSite,
} from '../../src/flow-production-tracking-site/start-site.ts';
import { startTestServer } from '../test-server.ts';

const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const SECRET = 'ami-demo-token';
const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/;

const REVIEW: SiteItem = {
  id: 'review',
  title: 'Review <these> & "those"',
  url: 'http://127.0.0.1:9/ami/review?a=1&b=2',
  secret: SECRET,
  opens: 'tab',
};

async function start(options: Partial<SiteOptions> = {}): Promise<Site> {
  const site = await startSite({ items: [REVIEW], now: () => NOW_MS, ...options });
  onTestFinished(() => site.close());
  return site;
}

/** The hidden fields and the attributes of a page's only form. */
function formOf(html: string) {
  const plain = (text = ''): string =>
    text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
  const [tag = ''] = /<form[^>]*>/.exec(html) ?? [];
  const attribute = (name: string): string => plain(new RegExp(`${name}="([^"]*)"`).exec(tag)?.[1]);
  const fields = new Map(
    [...html.matchAll(/<input type="hidden" name="([^"]*)"(?: value="([^"]*)")?/g)].map(
      ([, name, value]) => [plain(name), plain(value)] as const,
    ),
  );
  return { action: attribute('action'), encoding: attribute('enctype'), fields };
}

/** Picks as the page does: what its form holds, with the item and the selection filled in. */
async function pick(
  site: Site,
  item: string,
  selectedIds: string,
  { path = '/page/1353', origin = site.url }: { readonly path?: string; readonly origin?: string } = {},
): Promise<Response> {
  const grid = await (await fetch(site.url + path)).text();
  const { action, fields } = formOf(grid);
  const body = new URLSearchParams([...fields]);
  body.set('item', item);
  body.set('selected_ids', selectedIds);
  return fetch(site.url + action, { method: 'POST', headers: { origin }, body });
}

/** The signature by hand, over `name=value\r\n` of every field but the signature, sorted by code point. */
function signatureOf(fields: ReadonlyMap<string, string>, secret: string): string {
  const lines = [...fields]
    .filter(([name]) => name !== 'signature')
    .map(([name, value]) => `${name}=${value}\r\n`);
  const sorted = lines.map((line) => Buffer.from(line)).sort(Buffer.compare);
  return createHmac('sha1', secret).update(Buffer.concat(sorted)).digest('hex');
}

/** What a form for other eyes must hold, besides the signature. */
const FIELDS = {
  user_id: '34',
  user_login: 'ada',
  entity_type: 'Version',
  selected_ids: '900,931',
  ids: '900,931,904,907,915,912,926,921',
  title: 'All Versions',
  page_id: '1353',
  referrer_path: '/page/1353',
  cols: 'code,id,sg_status_list,description',
  column_display_names: 'Version,Id,Status,Description',
  view: 'Default',
  sort_column: 'code',
  sort_direction: 'asc',
  project_name: 'Gunslinger',
  project_id: '81',
  timestamp: '2026-01-02T03:04:05Z',
};

describe('a pick', () => {
  it('is a signed form for the item’s URL, with every field of the page', async () => {
    const site = await start();
    const answer = await pick(site, 'review', '931,900');
    expect(answer.status).toBe(200);
    const { action, encoding, fields } = formOf(await answer.text());
    expect(action).toBe(REVIEW.url);
    expect(encoding).toBe('application/x-www-form-urlencoded');
    const { signature, session_uuid, ...rest } = Object.fromEntries(fields);
    expect(rest).toEqual({ ...FIELDS, server_hostname: new URL(site.url).host });
    expect(session_uuid).toMatch(UUID);
    expect(signature).toBe(signatureOf(fields, SECRET));
    expect([...fields.keys()].slice(-2)).toEqual(['timestamp', 'signature']);
  });

  it('signs what is not ASCII as UTF-8', async () => {
    const site = await start({ project: { id: 7, name: 'Été – 東京 🎬 "a" <b> & c' } });
    const { fields } = formOf(await (await pick(site, 'review', '')).text());
    expect(fields.get('project_name')).toBe('Été – 東京 🎬 "a" <b> & c');
    expect(fields.get('signature')).toBe(signatureOf(fields, SECRET));
  });

  it('says nothing of a project where the page spans projects', async () => {
    const site = await start({ project: 'none' });
    const { fields } = formOf(await (await pick(site, 'review', '931')).text());
    expect([...fields.keys()].filter((name) => name.startsWith('project'))).toEqual([]);
    expect(fields.get('signature')).toBe(signatureOf(fields, SECRET));
  });

  it('says how the page is sorted and grouped, and lists ids in that order', async () => {
    const site = await start();
    const path = '/page/1353?sort=id&direction=desc&group=sg_status_list';
    const { fields } = formOf(await (await pick(site, 'review', '900,921', { path })).text());
    expect(Object.fromEntries(fields)).toMatchObject({
      sort_column: 'id',
      sort_direction: 'desc',
      grouping_column: 'sg_status_list',
      grouping_method: 'exact',
      grouping_direction: 'asc',
      ids: '921,900,912,915,904,931,926,907',
      selected_ids: '921,900',
    });
    expect(fields.get('signature')).toBe(signatureOf(fields, SECRET));
  });

  it('is signed anew each time, at the time of the pick', async () => {
    let nowMs = NOW_MS;
    const site = await start({ now: () => nowMs });
    const first = formOf(await (await pick(site, 'review', '931')).text()).fields;
    nowMs += 1000;
    const second = formOf(await (await pick(site, 'review', '931')).text()).fields;
    expect(second.get('timestamp')).toBe('2026-01-02T03:04:06Z');
    expect(second.get('signature')).toBe(signatureOf(second, SECRET));
    expect(second.get('signature')).not.toBe(first.get('signature'));
    // Two windows.
    expect(second.get('session_uuid')).not.toBe(first.get('session_uuid'));
  });

  it('names an event log entry in place of the fields where the item has a light payload', async () => {
    const site = await start({ items: [{ ...REVIEW, lightPayload: true }] });
    const [first, second] = await Promise.all([pick(site, 'review', '931'), pick(site, 'review', '931')]);
    const { fields } = formOf(await first.text());
    expect([...fields.keys()]).toEqual(['event_log_entry_id', 'timestamp', 'signature']);
    expect(fields.get('event_log_entry_id')).toMatch(/^\d+$/);
    expect(fields.get('signature')).toBe(signatureOf(fields, SECRET));
    expect(formOf(await second.text()).fields.get('event_log_entry_id')).not.toBe(
      fields.get('event_log_entry_id'),
    );
  });

  it('is a multipart form where the item says so', async () => {
    const site = await start({ items: [{ ...REVIEW, encoding: 'multipart' }] });
    expect(formOf(await (await pick(site, 'review', '931')).text()).encoding).toBe('multipart/form-data');
  });

  it('is refused where it does not come from the site’s own page', async () => {
    const site = await start();
    for (const origin of ['http://evil.example', 'null', site.url.replace('127.0.0.1', 'localhost')]) {
      const answer = await pick(site, 'review', '931', { origin });
      expect(answer.status, origin).toBe(403);
      expect(await answer.text()).toContain(site.url);
    }
    const body = new URLSearchParams({ item: 'review', page: '1353' });
    expect((await fetch(`${site.url}/pick`, { method: 'POST', body })).status).toBe(403);
    expect((await fetch(`${site.url}/pick?item=review&page=1353`)).status).toBe(405);
  });

  it('is refused for an item or a row that the page does not have, and without a session', async () => {
    const site = await start({ items: [REVIEW, { ...REVIEW, id: 'shots', entityType: 'Shot' }] });
    expect((await pick(site, 'no-such', '931')).status).toBe(404);
    expect((await pick(site, 'shots', '931')).status).toBe(404);
    expect((await pick(site, 'review', '931,1160')).status).toBe(400);
    expect((await pick(site, 'review', '931,x\r\ny=z')).status).toBe(400);
    expect((await pick(site, 'shots', '1160', { path: '/page/1354' })).status).toBe(200);
    const headers = { origin: site.url };
    const body = new URLSearchParams({ item: 'review', page: '1353', session: 'a\r\nb=c' });
    expect((await fetch(`${site.url}/pick`, { method: 'POST', headers, body })).status).toBe(400);
  });

  it('is refused where it is larger than any selection', async () => {
    const site = await start();
    const headers = { origin: site.url };
    const body = 'x'.repeat(1_000_001);
    expect((await fetch(`${site.url}/pick`, { method: 'POST', headers, body })).status).toBe(413);
  });
});

describe('the page', () => {
  it('lists the entities of one type and the items for it, and no secret', async () => {
    const items: readonly SiteItem[] = [
      { ...REVIEW, id: 'everywhere', title: 'Everywhere' },
      { ...REVIEW, id: 'versions', title: 'Only versions', entityType: 'Version' },
      { ...REVIEW, id: 'shots', title: 'Only shots', entityType: 'Shot' },
    ];
    const site = await start({ items });
    const first = await fetch(site.url);
    expect(first.url).toBe(`${site.url}/page/1353`);
    const versions = await first.text();
    const shots = await (await fetch(`${site.url}/page/1354`)).text();
    const menu = (html: string) =>
      [...html.matchAll(/role="menuitem"[^>]*value="([^"]*)"/g)].map(([, id]) => id);
    const ids = (html: string) => [...html.matchAll(/<tr data-id="(\d+)"/g)].map(([, id]) => id);
    expect(menu(versions)).toEqual(['everywhere', 'versions']);
    expect(menu(shots)).toEqual(['everywhere', 'shots']);
    expect(ids(versions).join()).toBe(FIELDS.ids);
    expect(ids(shots)).toEqual(['1160', '1161', '1162', '1163']);
    expect(versions + shots).not.toContain(SECRET);
  });

  it('shows the tables that it is given, as text', async () => {
    const code = `<script>alert('1')</script>`;
    const tables = [
      { entityType: 'Asset', rows: [{ id: 5, code, status: 'constructor', description: '&amp;' }] },
    ];
    const html = await (await fetch((await start({ tables })).url)).text();
    expect(html).toContain('All Assets');
    expect(html).toContain('&#60;script&#62;alert(&#39;1&#39;)&#60;/script&#62;');
    expect(html).not.toContain('<script>');
    expect(html).toContain('>constructor<');
    expect(html).toContain('&#38;amp;');
  });

  it('allows its own files, and frames of the modal items’ origins, only', async () => {
    const modal = (id: string, url: string): SiteItem => ({ ...REVIEW, id, url, opens: 'modal' });
    const items = [
      REVIEW,
      modal('one', 'http://127.0.0.1:8787/ami/one'),
      modal('two', 'http://127.0.0.1:8787/ami/two'),
      modal('three', 'https://actions.example/ami'),
    ];
    const site = await start({ items });
    const policyOf = (answer: Response): readonly string[] =>
      answer.headers.get('content-security-policy')?.split('; ') ?? [];
    expect(policyOf(await fetch(site.url))).toEqual([
      "default-src 'none'",
      "base-uri 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      "form-action 'self'",
      "frame-src 'self' http://127.0.0.1:8787 https://actions.example",
      "frame-ancestors 'none'",
    ]);
    expect(policyOf(await pick(site, 'one', '931'))).toEqual([
      "default-src 'none'",
      "base-uri 'none'",
      "script-src 'self'",
      "frame-ancestors 'self'",
    ]);
  });

  it.each([
    { path: '/grid.css', type: 'text/css' },
    { path: '/grid.js', type: 'text/javascript' },
    { path: '/hand-over.js', type: 'text/javascript' },
    { path: '/icon.svg', type: 'image/svg+xml' },
  ])('comes with $path', async ({ path, type }) => {
    const answer = await fetch((await start()).url + path);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe(`${type}; charset=utf-8`);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('is the only one', async () => {
    const site = await start();
    expect((await fetch(`${site.url}/page/1`)).status).toBe(404);
    expect((await fetch(`${site.url}/page/1353`, { method: 'POST' })).status).toBe(405);
    // Targets that no URL is made of.
    for (const path of ['//', 'http://evil.example/', '*']) {
      const status = await new Promise((done) => {
        httpRequest(site.url, { path }, (response) => done(response.resume().statusCode)).end();
      });
      expect(status, path).toBe(404);
    }
    expect((await fetch(site.url)).status).toBe(200);
  });
});

describe('startSite', () => {
  it.each([
    { items: [{ ...REVIEW, id: 'a b' }], says: 'item "a b": the id is malformed' },
    { items: [REVIEW, REVIEW], says: 'item "review": two items have this id' },
    { items: [{ ...REVIEW, title: '' }], says: 'item "review": the title is empty' },
    { items: [{ ...REVIEW, secret: '' }], says: 'item "review": the secret is empty' },
    { items: [{ ...REVIEW, url: '/ami' }], says: 'item "review": the url is not one' },
    { items: [{ ...REVIEW, url: 'javascript:alert(1)' }], says: 'item "review": the url is not one' },
  ])('refuses what it cannot show: $says', async ({ items, says }) => {
    const error = await startSite({ items }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RangeError);
    expect(String(error)).toContain(says);
    expect(String(error)).not.toContain(SECRET);
  });

  it('refuses to start without a table, and on a port that is taken', async () => {
    await expect(startSite({ items: [], tables: [] })).rejects.toThrow(/tables: there is none/);
    const port = Number(new URL((await start()).url).port);
    await expect(startSite({ items: [], port })).rejects.toThrow(/EADDRINUSE/);
  });

  it('closes while connections are open', async () => {
    const site = await startSite({ items: [REVIEW] });
    await fetch(site.url);
    await site.close();
    await expect(fetch(site.url)).rejects.toThrow();
  });
});

/** A receiver that keeps the last request. */
async function startReceiver() {
  const last: { url?: string | undefined; headers: NodeJS.Dict<string | string[]>; body: string } = {
    headers: {},
    body: '',
  };
  const origin = await startTestServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    Object.assign(last, {
      url: request.url,
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    });
    response.writeHead(202).end('kept');
  });
  return { url: `${origin}/hooks/site?a=1`, last };
}

describe('a webhook of the site', () => {
  const event = { event_type: 'Shotgun_Version_Change', entity: { type: 'Version', id: 931 } };

  it('is one delivery, signed over its bytes', async () => {
    const { url, last } = await startReceiver();
    const site = await start();
    const { status, body } = await site.sendWebhook({ url, secret: SECRET, event });
    expect({ status, body: new TextDecoder().decode(body) }).toEqual({ status: 202, body: 'kept' });
    expect(last.url).toBe('/hooks/site?a=1');
    expect(JSON.parse(last.body)).toEqual({ data: event, timestamp: '2026-01-02T03:04:05Z' });
    const signature = createHmac('sha1', SECRET).update(last.body).digest('hex');
    expect(last.headers['x-sg-signature']).toBe(`sha1=${signature}`);
    const first = last.headers;
    expect(first['x-sg-delivery-id']).toMatch(UUID);
    expect(first['x-sg-event-batch-id']).toMatch(UUID);
    await site.sendWebhook({ url, secret: SECRET, event });
    expect(last.headers['x-sg-delivery-id']).not.toBe(first['x-sg-delivery-id']);
    expect(last.headers['x-sg-webhook-id']).toBe(first['x-sg-webhook-id']);
  });

  it('is a batch where it has events, even one', async () => {
    const { url, last } = await startReceiver();
    const site = await start();
    for (const count of [1, 50]) {
      const events = Array.from({ length: count }, (_, i) => ({ ...event, id: `95.${i}.0` }));
      await site.sendWebhook({ url, secret: SECRET, events });
      expect(JSON.parse(last.body)).toEqual({
        timestamp: '2026-01-02T03:04:05.678Z',
        data: { deliveries: events },
      });
      const signature = createHmac('sha1', SECRET).update(last.body).digest('hex');
      expect(last.headers['x-sg-signature']).toBe(`sha1=${signature}`);
    }
  });

  it.each([0, 51])('is no batch of %i', async (length) => {
    const site = await start();
    const events = Array.from({ length }, () => event);
    const sent = site.sendWebhook({ url: 'http://127.0.0.1:9', secret: SECRET, events });
    await expect(sent).rejects.toThrow(/1 to 50 events/);
  });
});
