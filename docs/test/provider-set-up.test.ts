/** Prevents: a provider's page by which nobody gets past the sender's test of the address, or that asks for a key that is fetched. */
import { createGate, done, replyTo, writtenProvider } from '@countersign/core';
import { providerSetUp } from '@countersign/core/internal/provider-set-up';
import { describe, expect, it } from 'vitest';
import { keyOfProvider } from '../../packages/core/test/support/provider-key.ts';
import { PROVIDER_PAGES } from './provider-page.ts';

/** What each sender asks, and what it reads in the answer. */
const TESTS: Readonly<Record<string, readonly [query: string, answer: RegExp]>> = {
  braintree: ['bt_challenge=20f9f8ed05f77439fe955c977e4c8a53', /^pubkey\|[0-9a-f]{40}$/],
  meta: ['hub.mode=subscribe&hub.verify_token=a+word+of+yours&hub.challenge=1158201444', /^1158201444$/],
  'x-twitter': ['crc_token=abc', /"response_token":"sha256=/],
};

const tested = PROVIDER_PAGES.filter(({ markdown }) => markdown.includes('by an unsigned GET'));

it('knows the test of every sender that sends one without a signature', () => {
  expect(tested.map(({ id }) => id).sort()).toEqual(Object.keys(TESTS).sort());
});

describe.each(tested)('the set-up on the page of $id', ({ id, facts, yaml }) => {
  it('answers the sender’s test of the address', async () => {
    const { options } = providerSetUp(facts.provider);
    for (const name of Object.keys(options)) expect(yaml).toContain(`${name}: "\${env:`);
    const gate = createGate({ provider: writtenProvider(id, options), keys: [keyOfProvider(id).signing] });
    const [query, answer] = TESTS[id] ?? ['', /$^/];
    const received = await gate.receive(
      { method: 'GET', url: `/webhooks/${id}?${query}`, headers: { host: 'hooks.example' }, body: '' },
      () => done(),
    );
    expect(received.kind === 'handshake' ? replyTo(received).body : received.kind).toMatch(answer);
  });
});

describe.each(PROVIDER_PAGES)('the page of $id', ({ facts, markdown }) => {
  it('names a key’s variable if a key has to be entered, and else none', () => {
    const { keyVariable } = facts.provider;
    expect(markdown.includes(`\`${keyVariable}\``)).toBe(providerSetUp(facts.provider).hasKey);
  });

  it('tells of signed parts of the body only where there are some', () => {
    const isTold = markdown.includes('Of the body some parts are proved');
    if (isTold) expect(facts.partlySigned).toContain('body');
    if (!facts.partlySigned.includes('body')) expect(isTold).toBe(false);
  });
});
