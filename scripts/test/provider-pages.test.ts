/** Prevents: a list of providers that leaves one out, or says a number that is no longer so. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Provider, providers } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import { withCatalogueRows } from '../provider-pages/catalogue-rows.ts';
import { shortName, withNamedProviders } from '../provider-pages/named-providers.ts';
import { groupedProviders } from '../provider-pages/provider-groups.ts';
import { providerIndex } from '../provider-pages/provider-index.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (name: string): string => readFileSync(join(ROOT, name), 'utf8');

describe('the groups', () => {
  it('have every provider once', () => {
    const ids = groupedProviders(providers).flatMap(({ members }) => members.map(({ id }) => id));
    expect(ids.toSorted()).toEqual(providers.map(({ id }) => id).toSorted());
  });

  it('refuse a provider that is in none of them, by its name', () => {
    const [first] = providers as readonly [Provider, ...Provider[]];
    const other: Provider = { ...first, id: 'no-such-sender' };
    expect(() => groupedProviders([...providers, other])).toThrow('no-such-sender');
    expect(() => groupedProviders(providers.filter(({ id }) => id !== 'stripe'))).toThrow('stripe');
  });
});

describe('the index', () => {
  it('has a row of every provider, with its page', () => {
    const index = providerIndex(providers);
    for (const { id, title } of providers)
      expect(index).toContain(`| [${title}](providers/${id}.md) | \`${id}\` |`);
  });
});

describe('README.md', () => {
  const page = withNamedProviders(read('README.md'), read('docs/catalogue.md'));

  it('says how many providers there are, and how many senders more', () => {
    expect(page).toContain(`[${providers.length} providers](docs/providers.md)`);
    const [, declared] = /^## Declared: (\d+)$/m.exec(read('docs/catalogue.md')) ?? [];
    expect(page).toContain(`[${declared} senders more](docs/catalogue.md)`);
  });

  it('counts each provider in one group', () => {
    const [, text = ''] = page.split('with a page each: ');
    const named = text.split('\n')[0]?.match(/\(docs\/providers\//g)?.length ?? 0;
    const more = [...text.matchAll(/ and (\d+) more/g)].reduce((sum, [, count]) => sum + Number(count), 0);
    expect(named + more).toBe(providers.length);
  });

  it('is refused without the marks between which it is written', () => {
    expect(() => withNamedProviders('# A page', read('docs/catalogue.md'))).toThrow('README.md has no');
    expect(() => withNamedProviders(read('README.md'), '# A page')).toThrow('does not count');
  });
});

it.each([
  ['Stripe webhooks', 'Stripe'],
  ['Adyen standard webhooks', 'Adyen'],
  ['Discord interactions and webhook events', 'Discord'],
  ['Meta webhooks (WhatsApp, Messenger, Instagram)', 'Meta'],
  ['HubSpot requests, signature v3', 'HubSpot'],
  ['Docusign Connect messages', 'Docusign'],
  ['Agentic Commerce Protocol order events', 'Agentic Commerce Protocol'],
  ['Amazon SNS', 'Amazon SNS'],
  ['Standard Webhooks', 'Standard Webhooks'],
])('of %s the sender is %s', (title, name) => {
  expect(shortName(title)).toBe(name);
});

describe('the catalogue', () => {
  const table = (...rows: readonly string[]): string =>
    [
      '# Senders',
      '## Ready-made: 9',
      '',
      '| sender | provider | judged | notes |',
      '| --- | --- | --- | --- |',
      ...rows,
      '',
      '## Declared: 1',
      '',
    ].join('\n');

  it('is written as it is', () => {
    const page = read('docs/catalogue.md');
    expect(withCatalogueRows(page, ROOT)).toBe(page);
  });

  it('links and counts what is written by hand', () => {
    const { cases } = JSON.parse(read('vectors/providers/github.json'));
    const page = withCatalogueRows(
      table(
        '| GitHub | `github` | 1 of 1 | a note |',
        '| Somebody | `{ id: hmac, message: "a\\|b" }` |  |  |',
      ),
      ROOT,
    );
    expect(page).toBe(
      table(
        `| GitHub | [\`github\`](providers/github.md) | ${cases.length} of ${cases.length} | a note |`,
        '| Somebody | [`{ id: hmac, message: "a\\|b" }`](providers/hmac.md) |  |  |',
      ).replace('Ready-made: 9', 'Ready-made: 2'),
    );
  });

  it('has no provider that is none', () => {
    expect(() => withCatalogueRows(table('| A | `no-such-sender` |  |  |'), ROOT)).toThrow('no-such-sender');
  });
});
