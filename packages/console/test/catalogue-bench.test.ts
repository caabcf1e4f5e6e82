/** What the playground does with the fields, for every provider and every sender that is written down. */
import { HeaderList, type Provider, providers, verify } from '@countersign/core';
import { sharedTokenRecipe, tokenRecipe } from '@countersign/core/internal/signing-recipe';
import { assert as check, property, string, uint8Array, webUrl } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Bench,
  bodyAs,
  fieldsOf,
  keysOf,
  requestOf,
  type Target,
  targetOptions,
} from '../src/catalogue/bench.ts';
import { type Break, breakBench } from '../src/catalogue/break-bench.ts';
import { DECLARED_SENDERS } from '../src/catalogue/declared-senders.generated.ts';
import {
  type CatalogueEntry,
  catalogueEntries,
  matchingEntries,
  nearestEntry,
} from '../src/catalogue/entries.ts';
import { judgeBench } from '../src/catalogue/judge-bench.ts';
import { provedText } from '../src/catalogue/part-names.ts';
import { keylessGate, proofFacts } from '../src/catalogue/proof-facts.ts';
import { readWritten } from '../src/catalogue/read-written.ts';
import { programOf } from '../src/catalogue/set-up-code.ts';
import { sampleBench, signBench, startTarget } from '../src/catalogue/sign-bench.ts';

async function outcomeOf(bench: Bench): Promise<string> {
  const judged = await judgeBench(bench);
  if (judged.kind === 'fault') return judged.problem;
  const { verdict } = judged;
  return verdict.ok ? 'accepted' : `${verdict.reason} at ${verdict.step}`;
}

/** Without the search for the cause, which takes its time. */
async function verdictOf(bench: Bench): Promise<string> {
  const verdict = await verify(requestOf(bench), {
    ...targetOptions(bench.target),
    keys: keysOf(bench),
    allowShortKey: true,
  });
  return verdict.ok ? 'accepted' : `${verdict.reason} at ${verdict.step}`;
}

async function broken(bench: Bench, how: Break): Promise<string> {
  return verdictOf(await breakBench(bench, how));
}

/** Its proof is a token, which holds a hash of the body. */
function bindsBody({ target }: Bench): boolean {
  return (tokenRecipe(keylessGate(target).scheme)?.bound.length ?? 0) > 0;
}

describe.each(providers.map(({ id }) => id))('%s', (id) => {
  it('is signed with a key made for it, and signed anew as it stands', async () => {
    const bench = await sampleBench(startTarget(id));
    expect(await outcomeOf(bench)).toBe('accepted');
    const again = await signBench({ ...bench, body: bench.body.replace('1250', '1350') });
    expect(await outcomeOf(again)).toBe('accepted');
    expect(again.body).toContain('1350');
  });

  it('refuses another key and a changed proof at the compare, and a changed body where it covers it', async () => {
    const bench = await sampleBench(startTarget(id));
    const { covered } = keylessGate(bench.target).coverage;
    expect(await outcomeOf(await breakBench(bench, 'key'))).toBe('signature-mismatch at compare');
    const changed = await breakBench(bench, 'proof');
    expect(await verdictOf(changed)).toBe('signature-mismatch at compare');
    expect(await outcomeOf(await signBench(changed))).toBe('accepted');
    expect(await broken(bench, 'body')).toBe(
      !covered.includes('body')
        ? 'accepted'
        : bindsBody(bench)
          ? 'binding-mismatch at compare'
          : 'signature-mismatch at compare',
    );
    if (covered.includes('timestamp'))
      expect(await outcomeOf(await breakBench(bench, 'late'))).toBe('expired at fresh');
  });

  it('says where its proof sits', () => {
    const gate = keylessGate(startTarget(id));
    const facts = proofFacts(gate);
    expect(facts.length).toBeGreaterThan(1);
    for (const { value } of facts) expect(value).not.toMatch(/undefined|\[object/);
    if (sharedTokenRecipe(gate.scheme) === undefined)
      expect(facts.map(({ name }) => name)).toContain('Algorithm');
  });
});

/** Of these nobody here has the half of a key that signs, or their requests need what only they know. */
const NOT_SAMPLED = DECLARED_SENDERS.filter(({ scheme }) => /query|member|jwks/.test(scheme)).map(
  ({ name }) => name,
);

describe('senders that are written down', () => {
  it.each(DECLARED_SENDERS.filter(({ name }) => !NOT_SAMPLED.includes(name)))(
    '$name is signed, and refused with a changed proof',
    async ({ scheme }) => {
      const target: Target = { kind: 'scheme', declaration: scheme };
      const bench = await sampleBench(target);
      expect(await verdictOf(bench)).toBe('accepted');
      expect(await broken(bench, 'proof')).toBe('signature-mismatch at compare');
    },
  );

  it('stand in the catalogue, each with a gate that can be built of it', () => {
    const titles = catalogueEntries().map(({ title }) => title);
    for (const { name } of DECLARED_SENDERS) expect(titles).toContain(name);
  });
});

describe('the search', () => {
  const entries = catalogueEntries();
  it.each([
    ['x-hub-signature-256', 'GitHub webhooks'],
    ['stripe', 'Stripe webhooks'],
    ['DPOP', 'DPoP-bound access tokens'],
    ['ed25519 discord', 'Discord interactions and webhook events'],
    ['body timestamp hmac-sha1 form', 'Flow Production Tracking action menu items'],
  ])('%s leads to %s', (text, title) => {
    expect(matchingEntries(entries, text, undefined).map((entry) => entry.title)).toContain(title);
  });

  it('takes every word, and the kind', () => {
    expect(matchingEntries(entries, 'stripe ed25519', undefined)).toEqual([]);
    expect(matchingEntries(entries, '', 'token').every(({ kind }) => kind === 'token')).toBe(true);
    expect(matchingEntries(entries, 'shopify', 'token')).toEqual([]);
  });

  it.each([
    ['gihtub', 'GitHub webhooks'],
    ['Strpe ', 'Stripe webhooks'],
    ['twillio', 'Twilio webhooks'],
    ['git-lab', 'GitLab webhooks with a signing token'],
    ['herokku', 'Heroku app webhooks'],
    ['x_twiter', 'X (Twitter) webhooks'],
  ])('of the misspelt %s the nearest name is %s', (text, title) => {
    expect(matchingEntries(entries, text, undefined)).toEqual([]);
    expect(nearestEntry(entries, text)?.title).toBe(title);
  });

  it.each(['', ' ', 'zzzzzz', 'a sender of our own', 'x'.repeat(1000)])('of “%s” no name is near', (text) => {
    expect(nearestEntry(entries, text)).toBeUndefined();
  });
});

describe('what a sender’s proof covers, in a line', () => {
  it.each([
    ['stripe', 'proves body, time, id, event type'],
    ['braintree', 'proves single members or fields only'],
    ['adyen', 'proves single members or fields only'],
    ['approov', 'proves who sent it, nothing of the request'],
  ])('of %s is: %s', (id, text) => {
    const entry = catalogueEntries().find(({ key }) => key === id) as CatalogueEntry;
    expect(provedText(entry.coverage)).toBe(text);
  });
});

describe('the program of the set-up', () => {
  const providerOf = (id: string) => providers.find((provider) => provider.id === id) as Provider;

  it.each(['meta', 'trello', 'x-twitter', 'braintree'])(
    'of %s takes the test of the address by its other method',
    (id) => {
      expect(programOf(providerOf(id))).toContain(`app.all('/webhooks/${id}', `);
    },
  );

  it('of GitHub takes POST alone', () => {
    expect(programOf(providerOf('github'))).toContain("app.post('/webhooks/github', ");
  });
});

describe('the fields', () => {
  const EMPTY: Bench = {
    target: startTarget('github'),
    secret: '',
    encoding: '',
    method: 'POST',
    url: 'https://app.example/',
    headers: '',
    body: '',
    bodyForm: 'text',
    at: '',
    signed: { message: undefined, url: '', body: new Uint8Array(0) },
  };

  it('give back the request that they were filled with, byte for byte', () => {
    check(
      property(
        uint8Array({ maxLength: 300 }),
        webUrl(),
        string({ unit: 'grapheme-ascii', maxLength: 60 }),
        (body, url, value) => {
          const headers = new HeaderList(['X-One', value.trim(), 'x-two', 'Zo\u00c3\u00ab']);
          const request = requestOf({ ...EMPTY, ...fieldsOf({ method: 'PUT', url, headers, body }) });
          expect(Array.from(request.body)).toEqual(Array.from(body));
          expect([...request.headers]).toEqual([...headers]);
          expect(request.url).toBe(url);
        },
      ),
    );
  });

  it('show a body in hexadecimal and back', () => {
    const bench = { ...EMPTY, body: 'Zoë\n' };
    const hex = { ...bench, ...bodyAs(bench, 'hex') };
    expect(hex.body).toBe('5a6fc3ab0a');
    expect(bodyAs(hex, 'text').body).toBe('Zoë\n');
  });

  it.each<readonly [what: string, change: Partial<Bench>, says: RegExp]>([
    ['a line that is no header', { headers: 'nothing here' }, /“nothing here” is not a header/],
    ['a body that is no hexadecimal', { bodyForm: 'hex', body: 'abc' }, /not hexadecimal/],
    ['a time that is none', { at: 'yesterday' }, /not a valid time/],
    ['no key', {}, /key-empty/],
    [
      'an option that there is not',
      { secret: 'x'.repeat(20), target: { kind: 'provider', id: 'stripe', options: 'tolerance: 1' } },
      /tolerance/,
    ],
    [
      'options that are no YAML',
      { target: { kind: 'provider', id: 'stripe', options: 'a: [' } },
      /neither YAML nor JSON/,
    ],
    ['a declaration that is a list', { target: { kind: 'scheme', declaration: '- a' } }, /Write an object/],
  ])('%s is told of, and nothing fails', async (_, change, says) => {
    const judged = await judgeBench({ ...EMPTY, ...change });
    const text =
      judged.kind === 'fault' ? `${judged.problem} ${judged.remedy}` : JSON.stringify(judged.findings);
    expect(text).toMatch(says);
  });

  it('take an alias that stands for itself many times as no declaration', () => {
    const nine = (item: string): string => Array.from({ length: 9 }, () => item).join(',');
    const names = [...'abcdefghi'];
    const bomb = names
      .map((name, i) => `${name}: &${name} [${nine(i === 0 ? 'x' : `*${names[i - 1]}`)}]`)
      .join('\n');
    expect(readWritten(bomb)).toHaveProperty('problem');
  });
});

it('a body that only its digest covers is shown beside the one that was signed', async () => {
  const bench = await sampleBench(startTarget('http-message-signatures'));
  const judged = await judgeBench(await breakBench(bench, 'body'));
  expect(judged.kind === 'judged' && judged.diff?.of).toBe('body');
});

it('the verdict comes before the search for its cause', async () => {
  const bench = await sampleBench(startTarget('stripe'));
  const told: boolean[] = [];
  const judged = await judgeBench(await breakBench(bench, 'body'), (first) => {
    told.push(first.kind === 'judged' && first.isSearching && !first.verdict.ok);
  });
  expect(told).toEqual([true]);
  expect(judged.kind === 'judged' && judged.isSearching).toBe(false);
});
