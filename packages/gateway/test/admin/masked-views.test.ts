/** What a gate or a session masks is in no view: each route of the admin API that shows something of an event, against each place where a value may stand. */
import { type AdminClient, createAdminClient } from '@countersign/api';
import { describe, expect, it } from 'vitest';
import { receiver, settled } from '../deliver/receiver.ts';
import { actionsModule, send, start, type TestGateway } from '../harness.ts';

/** Nothing else has it. */
const VALUE = 'ada.lovelace@example.org';
const TRANSFORMS = new URL('../../src/deliver/define-transform.ts', import.meta.url).href;
const MASK = { headers: ['x-user'], members: ['email', 'customer.name'] };

interface Kept {
  readonly client: AdminClient;
  readonly id: string;
  readonly gateway: TestGateway;
}

/** Places of a request where a masked value may stand. */
const PLACES: Readonly<
  Record<string, { readonly path?: string; readonly headers?: Record<string, string>; readonly body: string }>
> = {
  'a member': { body: JSON.stringify({ n: 1, email: VALUE }) },
  'a member that is escaped': { body: `{"n":1,"em\\u0061il":"${VALUE}"}` },
  'a member within others': {
    body: JSON.stringify({ n: 1, customer: { name: VALUE }, list: [{ email: VALUE }] }),
  },
  'a header': { body: '{"n":1}', headers: { 'X-User': VALUE } },
  'a parameter': { body: '{"n":1}', path: `?email=${VALUE}` },
  'a field of a form': {
    body: `n=1&email=${VALUE}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  },
  'a body that cannot be masked': { body: `{"email":"${VALUE}"` },
};

/** A receiver that says all that it got, a transformation that moves it, an action that quotes it. */
async function keepOne(place: string): Promise<Kept> {
  const { path = '', headers = {}, body } = PLACES[place] ?? { body: '' };
  const echo = await receiver((response) => {
    response.statusCode = 500;
    response.end(JSON.stringify({ said: body, headers, path }));
  });
  const transform = actionsModule(`
    import { defineTransform } from '${TRANSFORMS}';
    export const moved = defineTransform((event) => ({
      headers: { 'x-moved': encodeURIComponent(event.text() + event.headers.get('x-user') + event.url) },
      body: { moved: event.text(), url: event.url },
    }));
    export const thrown = defineTransform((event) => {
      throw new Error(event.text() + event.headers.get('x-user') + event.url);
    });`);
  const order = { json: 'email' };
  const gateway = await start({
    inbox: {
      path: '/inbox',
      provider: 'none',
      keep: {
        mask: MASK,
        deliver: [
          { name: 'plain', to: echo.url, retries: [], order },
          { name: 'by-name', to: echo.url, retries: [], order: { json: 'customer.name' } },
          { name: 'by-header', to: echo.url, retries: [], order: { header: 'x-user' } },
          { name: 'moved', to: echo.url, retries: [], transform: `${transform}#moved` },
          { name: 'thrown', to: echo.url, retries: [], transform: `${transform}#thrown` },
        ],
      },
    },
  });
  const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
  expect((await send(`${gateway.publicUrl}/inbox${path}`, { body, headers })).status).toBe(200);
  await settled(gateway.store, 'dead', 5);
  const [event] = (await client.call('events', {})).events;
  return { client, gateway, id: event?.id ?? '' };
}

const DESTINATIONS = ['plain', 'by-name', 'by-header', 'moved', 'thrown'];

/** Each view of an event, as the commands and the console read it. */
const VIEWS: Readonly<Record<string, (kept: Kept) => Promise<unknown>>> = {
  list: ({ client }) => client.call('events', {}),
  follow: ({ client }) => client.call('followEvents', { place: 0 }),
  event: ({ client, id }) => client.call('event', { id }),
  'search of what is shown': ({ client }) => client.call('searchEvents', { text: 'inbox' }),
  deliveries: ({ client }) => client.call('deliveries', {}),
  'each delivery with its attempts': ({ client, id }) =>
    Promise.all(DESTINATIONS.map((destination) => client.call('delivery', { event: id, destination }))),
  'previews of each destination': ({ client, id }) =>
    Promise.all(DESTINATIONS.map((destination) => client.call('previewDelivery', { id, destination }))),
  'what became of it when it was sent again': ({ client, id }) => client.call('sendEventAgain', { id }),
  destinations: ({ client }) => client.call('destinations', {}),
  gates: ({ client }) => client.call('gates'),
  metrics: ({ client }) => client.call('metrics'),
  'what the log says': async ({ gateway }) =>
    gateway.log.filter((line) => !line.includes('an action failed')),
};

describe.each(Object.keys(PLACES))('%s', (place) => {
  it('is in no view', async () => {
    const kept = await keepOne(place);
    for (const [name, view] of Object.entries(VIEWS)) {
      const text = JSON.stringify(await view(kept));
      const all = `${text}${decoded(text)}`;
      expect([name, all.includes(VALUE), all.includes('lovelace')]).toEqual([name, false, false]);
    }
  });

  it('is found by no search', async () => {
    const { client } = await keepOne(place);
    for (const text of [VALUE, 'lovelace', 'ada.'])
      expect((await client.call('searchEvents', { text })).events).toEqual([]);
  });
});

/** Values that are encoded in others. */
function decoded(text: string): string {
  const base64 = [...text.matchAll(/"[a-zA-Z]*Base64":"([^"]*)"/g)].map(([, bytes = '']) =>
    Buffer.from(bytes, 'base64').toString(),
  );
  return [text, ...base64]
    .map((part) => decodeURIComponent(part.replace(/%(?![0-9a-f]{2})/gi, '')))
    .join('\n');
}

it('an export has the bytes: it is how a store is moved', async () => {
  const { client } = await keepOne('a header');
  expect(JSON.stringify(await client.call('exportEvents', { place: 0 }))).toContain(VALUE);
});

it('what is not masked is shown and found, and a preview says that it is made of what is shown', async () => {
  const { client, id } = await keepOne('a member');
  expect((await client.call('searchEvents', { text: '"n":1' })).events).toHaveLength(1);
  const preview = await client.call('previewDelivery', { id, destination: 'plain' });
  expect(preview).toMatchObject({ kind: 'message', masked: true });
  expect(Buffer.from(preview.bodyBase64 ?? '', 'base64').toString()).toBe('{"n":1,"email":"***"}');
  const { deliveries } = await client.call('event', { id });
  expect(deliveries.find(({ destination }) => destination === 'plain')).toMatchObject({ orderKey: '***' });
});
