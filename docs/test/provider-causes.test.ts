/** Prevents: a page that names a cause which `explain` would not name: each request is broken so, and explained. */
import { HeaderList, type SignedRequest, writtenProvider } from '@countersign/core';
import { explain } from '@countersign/core/explain';
import { describe, expect, it } from 'vitest';
import { keyOfProvider } from '../../packages/core/test/support/provider-key.ts';
import { rowsOf } from '../../scripts/effort.ts';
import {
  type Break,
  MISMATCH_CAUSES,
  type MismatchCause,
  mismatchCauses,
} from '../../scripts/provider-pages/mismatch-causes.ts';
import { PROVIDER_PAGES, type ProviderPage } from './provider-page.ts';
import { requestTo, unproved } from './provider-request.ts';

const URL_OF_HOOK = 'https://hooks.example/in/webhooks';
const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

interface Sent {
  readonly request: SignedRequest;
  readonly key: string;
  readonly nowMs: number;
}

const BREAKS: Readonly<Record<Break, (sent: Sent, page: ProviderPage) => Sent>> = {
  'reprinted-body': (sent) => withBody(sent, (text) => JSON.stringify(JSON.parse(text), null, 1)),
  'longer-body': (sent) => withBody(sent, (text) => `${text}\n`),
  'plain-http': (sent) => withUrl(sent, (url) => url.replace('https:', 'http:')),
  'inner-host': (sent) => withUrl(sent, (url) => url.replace('hooks.example', '127.0.0.1:3000')),
  'cut-path': (sent) => withUrl(sent, (url) => url.replace('/in/', '/')),
  'dropped-proof': (sent, page) => {
    const { request } = sent;
    return { ...sent, request: { ...request, headers: unproved(request, page).headers } };
  },
  'quoted-key': (sent) => ({ ...sent, key: `"${sent.key}"` }),
  late: (sent) => ({ ...sent, nowMs: sent.nowMs + DAY }),
  early: (sent) => ({ ...sent, nowMs: sent.nowMs - 20 * MINUTE }),
};

function withBody(sent: Sent, change: (text: string) => string): Sent {
  const text = change(new TextDecoder().decode(sent.request.body));
  return { ...sent, request: { ...sent.request, body: new TextEncoder().encode(text) } };
}

function withUrl(sent: Sent, change: (url: string) => string): Sent {
  const url = change(sent.request.url);
  const headers = [...sent.request.headers].map(([name, value]) =>
    name.toLowerCase() === 'host' ? [name, new URL(url).host] : [name, value],
  );
  return { ...sent, request: { ...sent.request, url, headers: new HeaderList(headers.flat()) } };
}

interface Row {
  readonly id: string;
  readonly cause: string;
  readonly page: ProviderPage;
  readonly row: MismatchCause;
}

const ROWS: readonly Row[] = PROVIDER_PAGES.filter(({ facts }) => facts.keyVariable !== undefined).flatMap(
  (page) => mismatchCauses(page.facts).map((row) => ({ id: page.id, cause: row.findings[0], page, row })),
);

async function firstFinding({ id, facts }: ProviderPage, { request, key, nowMs }: Sent) {
  const gate = {
    provider: writtenProvider(id, facts.provider.needs),
    keys: [key],
    now: () => nowMs,
  };
  const { verdict, findings } = await explain(request, gate, { budgetMs: 5000 });
  return verdict.ok ? 'accepted' : findings[0]?.id;
}

it('names every cause on some page, and on each page those that are likely there', () => {
  const named = new Set(PROVIDER_PAGES.flatMap(({ facts }) => mismatchCauses(facts)));
  expect(MISMATCH_CAUSES.filter((cause) => !named.has(cause))).toEqual([]);
  for (const { id, facts, markdown } of PROVIDER_PAGES) {
    const links = [...markdown.matchAll(/\.\.\/failures\/([\w-]+)\.md/g)].map(([, name]) => name);
    for (const { findings } of mismatchCauses(facts)) expect(links, id).toContain(findings[0]);
    expect(links.length, id).toBeGreaterThan(1);
  }
});

describe.each(rowsOf(ROWS, ({ cause }) => cause))('$cause on the page of $id', ({ id, page, row }) => {
  it('is what explain says first of such a request', async () => {
    const request = await requestTo(page, URL_OF_HOOK);
    const sent: Sent = { request, key: keyOfProvider(id).held[0] ?? '', nowMs: Date.now() };
    expect(await firstFinding(page, sent)).toBe('accepted');
    expect(row.findings).toContain(await firstFinding(page, BREAKS[row.break](sent, page)));
  });
});
