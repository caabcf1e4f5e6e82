/** What a gate signs it takes itself, for every provider, scheme and option; or it says by name why it cannot sign that. */
import { describe, expect, it } from 'vitest';
import { type Draft, type Gate, SetupError } from '../src/index.ts';
import { RIGHT_PROVIDERS, RIGHT_SCHEMES } from './options/right-declarations.ts';
import { claimsFor, gateOfAnyKeys } from './support/gate-of-any-keys.ts';

interface Part {
  readonly headers?: Readonly<Record<string, string>>;
}

const TARGETS: readonly (Part & { readonly url: string })[] = [
  { url: 'https://api.example/hook?page=1' },
  { url: '/hook?page=1', headers: { host: 'api.example' } },
  { url: '/hook' },
];

const BODIES: readonly (Part & { readonly body: string })[] = [
  {
    body: '{"id":"evt_1","action_name":"a","parameters":{},"items":[{"a":1}],"notificationItems":[{"NotificationRequestItem":{}}]}',
  },
  {
    body: `a=1&user_id=2&bt_payload=PG4%2B&json=${encodeURIComponent('{"a":"1","event":{"event_type":"sent"}}')}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  },
  { body: '' },
];

const PARTS = { authorization: 'Bearer x', 'x-device': 'd', 'x-dict': 'a=1', 'x-list': 'a' };

const DRAFTS: readonly Draft[] = TARGETS.flatMap((target) =>
  BODIES.map(
    (body): Draft => ({
      method: 'POST',
      remoteAddress: '192.0.2.1',
      nonce: 'n-1',
      url: target.url,
      body: body.body,
      headers: { ...PARTS, ...target.headers, ...body.headers },
    }),
  ),
);

/** @returns whether it was signed */
async function signsWhatItTakes(options: object, draft: Draft): Promise<boolean> {
  const gate = gateOfAnyKeys(options);
  let signed: Awaited<ReturnType<Gate['sign']>>;
  try {
    signed = await gate.sign({ ...draft, claims: claimsFor(options) });
  } catch (error) {
    expect(error).toBeInstanceOf(SetupError);
    return false;
  }
  const verdict = await gate.verify({ ...signed, remoteAddress: '192.0.2.1' });
  expect(verdict.ok ? '' : `${verdict.reason}: ${verdict.message}`).toBe('');
  return true;
}

const named = (choice: unknown): string => JSON.stringify(choice);

const CHOICES: readonly (readonly [string, object])[] = [
  ...Object.values(RIGHT_PROVIDERS)
    .flat()
    .map((provider) => [named(provider), { provider }] as const),
  ...Object.values(RIGHT_SCHEMES)
    .flat()
    .map((scheme) => [named(scheme), { scheme }] as const),
];

describe.each(CHOICES)('%s', (_, options) => {
  it.each(DRAFTS.map((draft) => [draft.url, String(draft.body), draft] as const))(
    'at %s with %s',
    async (__, ___, draft) => {
      await signsWhatItTakes(options, draft);
    },
  );

  it('signs something, unless its keys are elsewhere', async () => {
    const signed = await Promise.all(DRAFTS.map((draft) => signsWhatItTakes(options, draft)));
    const isElsewhere = /jwks|agents|brand|keyUrl|clientId/.test(named(options));
    expect(signed.includes(true)).toBe(!isElsewhere);
  });
});
