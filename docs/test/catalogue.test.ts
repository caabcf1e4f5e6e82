/** Prevents: a declaration on the page of senders that cannot be built, and a sender that is forgotten or stands there twice. */
import { readdirSync } from 'node:fs';
import {
  createGate,
  findProvider,
  type Gate,
  providerIds,
  SetupError,
  writtenProvider,
  writtenScheme,
} from '@countersign/core';
import { describe, expect, it } from 'vitest';
import { declaredRows, page, rowsOf, written } from './catalogue-rows.ts';
import { NOW, SENDERS, type Sender, type SenderKey } from './catalogue-senders.ts';

function senderOf(name: string): Sender {
  const sender = SENDERS[name];
  if (sender === undefined) throw new Error(`what ${name} sends is not written down`);
  return sender;
}

/** For any sender, or for what is no webhook. */
const NOT_OF_ONE = [
  'approov',
  'dpop',
  'firebase-app-check',
  'flow-production-tracking',
  'flow-production-tracking-webhook',
  'flowent',
  'hmac',
  'jwt-bearer',
];

/** Builds all but the keys, which no page has. */
function build(options: Parameters<typeof createGate>[0]): string | undefined {
  try {
    createGate(options);
    return undefined;
  } catch (error) {
    return error instanceof SetupError ? error.option : String(error);
  }
}

describe('the page of senders', () => {
  it.each(rowsOf('Ready-made'))('has a provider for $sender', ({ cell }) => {
    const named = written(cell);
    const { id, ...options } = typeof named === 'string' ? { id: named } : (named as { readonly id: string });
    const { needs, fetchesKeys } = findProvider(id) ?? {};
    const choice = writtenProvider(id, { ...needs, ...options });
    expect([undefined, 'keys']).toContain(build({ provider: choice }));
    if (!fetchesKeys && id !== 'truelayer') expect(build({ provider: choice })).toBe('keys');
  });

  /** Of these the requests that are written down lack what the providers demand: an option, or a claim that binds the body. */
  const OTHERWISE = [
    'Smile ID',
    'Upstash QStash',
    'Vonage',
    'Google Pub/Sub push',
    'MessageBird / Bird signed requests',
  ];
  const sending = rowsOf('Ready-made').filter(
    ({ sender }) => SENDERS[sender] !== undefined && !OTHERWISE.includes(sender),
  );

  it.each(sending)(
    'has for $sender a provider that takes what it sends, and not under another key',
    async (row) => {
      const { key, otherKey, request } = senderOf(row.sender);
      const gateOf = (secret: SenderKey): Gate =>
        createGate({ provider: writtenProvider(String(written(row.cell))), keys: [secret], now: () => NOW });
      expect(await gateOf(key).verify(request)).toMatchObject({ ok: true });
      expect(await gateOf(otherKey).verify(request)).toMatchObject({ ok: false });
    },
  );

  it('says of each provider whether it is unverified, as its data do', () => {
    for (const { cell, notes } of rowsOf('Ready-made')) {
      const choice = written(cell);
      const id = typeof choice === 'string' ? choice : (choice as { readonly id: string }).id;
      const isUnverified = findProvider(id)?.unverified !== undefined;
      expect(/\bunverified\b/.test(notes), cell).toBe(isUnverified);
    }
  });

  it('has every provider that is of one sender', () => {
    const named = rowsOf('Ready-made').map(({ cell }) => written(cell));
    const missing = providerIds.filter((id) => !NOT_OF_ONE.includes(id) && !named.includes(id));
    expect(missing).toEqual([]);
  });

  it.each(declaredRows)('declares $sender', ({ cell }) => {
    const scheme = written(cell) as Record<string, unknown>;
    expect(build({ scheme: writtenScheme(scheme) })).toBe('jwks' in scheme ? undefined : 'keys');
  });

  /** Whose requests are written down here; those of the others are vectors, and recipes.test.ts judges them. */
  const withRequests = declaredRows.filter(({ sender }) => SENDERS[sender] !== undefined);

  it('has requests of each sender that is declared', () => {
    const recipes = readdirSync('vectors/recipes').length;
    const without = declaredRows.filter(({ judged }) => judged === '').map(({ sender }) => sender);
    expect(without.filter((sender) => SENDERS[sender] === undefined)).toEqual([]);
    expect(declaredRows.filter(({ judged }) => judged !== '')).toHaveLength(recipes);
  });

  describe.each(withRequests)('of $sender', ({ sender, cell }) => {
    const scheme = written(cell) as Record<string, unknown>;
    /** A gate of the row's declaration, with a key. */
    const gateOf = (key: SenderKey): Gate =>
      createGate({
        scheme: writtenScheme(scheme),
        now: () => NOW,
        ...('jwks' in scheme ? { fetch: async () => new Response(key.secret) } : { keys: [key] }),
      });

    it('the declaration takes what the sender sends, and not under another key', async () => {
      const { key, otherKey, request } = senderOf(sender);
      expect(await gateOf(key).verify(request)).toMatchObject({ ok: true });
      expect(await gateOf(otherKey).verify(request)).toMatchObject({ ok: false });
    });

    // A gate whose keys are at an address has none to sign with.
    if ('jwks' in scheme) return;
    it('the declaration takes what a gate of it signs', async () => {
      const { key, privateKey = key, request, draft: further } = senderOf(sender);
      const { method, url, body } = request;
      const claims = { iss: scheme['issuer'], exp: NOW / 1000 + 60 };
      const draft = {
        method,
        url,
        ...(body !== '' && { body }),
        ...(scheme['type'] === 'jwt' && { claims }),
        ...further,
      };
      expect(await gateOf(key).verify(await gateOf(privateKey).sign(draft))).toMatchObject({ ok: true });
    });
  });

  it('has every sender once, and counts them', () => {
    const headings = [...page.matchAll(/^## (.+): (\d+)$/gm)].map(([, name = '', count]) => ({
      name,
      count,
    }));
    const rows = headings.map(({ name }) => rowsOf(name));
    expect(rows.map(({ length }) => length)).toEqual(headings.map(({ count }) => Number(count)));
    const senders = rows.flat().map(({ sender }) => sender);
    expect(new Set(senders).size).toBe(senders.length);
    expect(page).toContain(`\n${senders.length} senders`);
  });
});
