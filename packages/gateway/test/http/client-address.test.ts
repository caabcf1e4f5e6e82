import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import {
  canonicalAddress,
  clientAddress,
  createTrustedProxies,
  MAX_FORWARDED_CHARS,
  MAX_FORWARDED_ENTRIES,
  networkOf,
} from '../../src/client-address.ts';
import { isMisfit, readAddressRange } from '../../src/config/read-text.ts';
import { later, openSocket, send, start, startUpstream, token } from '../harness.ts';

function proxiesOf(...texts: readonly string[]) {
  const proxies = createTrustedProxies(
    texts.map((text) => {
      const range = readAddressRange(text);
      if (isMisfit(range)) throw new Error(`${text} is not a range`);
      return range;
    }),
  );
  if (proxies === undefined) throw new Error('there are no proxies');
  return proxies;
}

const proxies = proxiesOf('127.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8');
const PEER = '127.0.0.1';

describe('trusted proxies', () => {
  it('are undefined where there are none', () => {
    expect(createTrustedProxies([])).toBeUndefined();
  });

  it.each([
    ['127.0.0.1', true],
    ['127.0.0.2', false],
    ['10.255.0.1', true],
    ['11.0.0.1', false],
    ['::1', true],
    ['::2', false],
    ['fd12:3456::1', true],
    ['fe80::1', false],
  ])('%s: %s', (address, expected) => {
    expect(proxies.has(address)).toBe(expected);
  });

  it('may be written as a range that is mapped into IPv6', () => {
    const odd = proxiesOf('10.0.0.0/8', '::ffff:192.0.2.0/120');
    expect(['10.9.9.9', '192.0.2.7', '192.0.3.7'].map((one) => odd.has(one))).toEqual([true, true, false]);
  });
});

describe('canonicalAddress', () => {
  it.each([
    ['1.2.3.4', '1.2.3.4'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['::FFFF:102:304', '1.2.3.4'],
    ['0:0:0:0:0:ffff:1.2.3.4', '1.2.3.4'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['01.2.3.4', undefined],
    ['', undefined],
    ['localhost', undefined],
  ])('makes of %j %j', (text, expected) => {
    expect(canonicalAddress(text)).toBe(expected);
  });
});

describe('clientAddress', () => {
  it.each<[string | undefined, string]>([
    [undefined, PEER],
    ['', PEER],
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:5678', '203.0.113.7'],
    ['2001:db8::7', '2001:db8::7'],
    ['[2001:db8::7]', '2001:db8::7'],
    ['[2001:DB8::7]:443', '2001:db8::7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    [' 203.0.113.7\t', '203.0.113.7'],
    // What the client wrote itself stands to the left.
    ['198.51.100.1, 203.0.113.7', '203.0.113.7'],
    ['127.0.0.1, 203.0.113.7,10.0.0.2', '203.0.113.7'],
    ['203.0.113.7, 10.0.0.2, [fd00::1]:80, ::ffff:10.0.0.3', '203.0.113.7'],
    ['10.0.0.1, 10.0.0.2', '10.0.0.1'],
    ['203.0.113.7, unknown', PEER],
    ['203.0.113.7, unknown, 10.0.0.2', '10.0.0.2'],
    ['203.0.113.7,, 10.0.0.2', '10.0.0.2'],
    [',203.0.113.7', '203.0.113.7'],
    [',10.0.0.2', '10.0.0.2'],
    [',', PEER],
    ['203.0.113.7,', PEER],
    ['2001:db8::7:', PEER],
    ['203.0.113.7:', PEER],
    ['203.0.113.7:123456', PEER],
    ['203.0.113.256', PEER],
    ['203.0.113', PEER],
    ['[203.0.113.7]', PEER],
    ['[2001:db8::7', PEER],
    ['"[2001:db8::7]"', PEER],
    ['2001:db8::7%eth0', PEER],
    ['[fe80::7%eth0]:80', PEER],
    ['for=203.0.113.7', PEER],
    // HTTP's white space is SP and HTAB (RFC 9110 §5.6.3): the byte 0xA0 is part of what it stands beside.
    ['203.0.113.7\u00a0', PEER],
    ['203.0.113.7, \u00a010.0.0.2', PEER],
    ['198.51.100.1,203.0.113.7\u00a0,10.0.0.2', '10.0.0.2'],
  ])('of %j is %s', (forwardedFor, expected) => {
    expect(clientAddress(PEER, forwardedFor, proxies)).toBe(expected);
  });

  it('reads so many entries and no more', () => {
    const hops = (count: number): string => Array(count).fill('10.0.0.2').join();
    const client = '203.0.113.7';
    expect(clientAddress(PEER, `${client},${hops(MAX_FORWARDED_ENTRIES - 1)}`, proxies)).toBe(client);
    expect(clientAddress(PEER, `${client},${hops(MAX_FORWARDED_ENTRIES)}`, proxies)).toBe('10.0.0.2');
  });

  it('reads so many characters and no more, and no part of an entry', () => {
    const fill = (chars: number): string => '10.0.0.2'.padStart(chars);
    const client = '203.0.113.7';
    const room = MAX_FORWARDED_CHARS - client.length - 1;
    expect(clientAddress(PEER, `x,${client},${fill(room)}`, proxies)).toBe(client);
    expect(clientAddress(PEER, `${client},${fill(room + 1)}`, proxies)).toBe('10.0.0.2');
    expect(clientAddress(PEER, fill(MAX_FORWARDED_CHARS + 1), proxies)).toBe(PEER);
  });

  it('is a trusted proxy’s only where all addresses are, and never throws', () => {
    const trusted = fc.oneof(
      fc.ipV4().map((ip) => ip.replace(/^\d+/, '10')),
      fc.constantFrom('127.0.0.1', '::1', '[::1]:80', '::ffff:10.1.1.1', '10.0.0.1:9'),
    );
    const foreign = fc.oneof(
      fc.ipV4().map((ip) => ip.replace(/^\d+/, '203')),
      fc
        .array(fc.integer({ min: 0, max: 0xffff }), { minLength: 7, maxLength: 7 })
        .map((groups) => `2001:${groups.map((group) => group.toString(16)).join(':')}`),
    );
    const entry = fc.oneof(
      trusted.map((text) => ({ text, isTrusted: true })),
      foreign.map((text) => ({ text, isTrusted: false })),
    );
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 12 }), fc.constantFrom(',', ', ', ' ,\t'), (entries, glue) => {
        const list = entries.map(({ text }) => text).join(glue);
        const result = clientAddress(PEER, list, proxies);
        const last = entries.findLast(({ isTrusted }) => !isTrusted);
        expect(proxies.has(result)).toBe(last === undefined);
        if (last !== undefined) expect(result).toBe(canonicalAddress(last.text));
        // What the client wrote to the left of its own address changes nothing.
        if (last !== undefined) expect(clientAddress(PEER, `1.1.1.1,${list}`, proxies)).toBe(result);
      }),
      { seed: 4, numRuns: runs(2000) },
    );
  });

  it('is an address, whatever is read', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        ',',
        ' ',
        ':',
        '[',
        ']',
        '.',
        '%',
        '10.0.0.2',
        '203.0.113.7',
        '::',
        '::ffff:',
        'f',
        '"',
      ),
      fc.string({ maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const result = clientAddress(PEER, pieces.join(''), proxies);
        expect(canonicalAddress(result)).toBe(result);
      }),
      { seed: 4, numRuns: runs(5000) },
    );
  });
});

const key = Buffer.from('k'.repeat(64));
const listen = { public: '127.0.0.1:0', admin: 'off' };
const behindProxy = { listen: { ...listen, trustedProxies: ['127.0.0.1', '10.0.0.0/8'] } };

describe('a gate for tokens of one address', () => {
  async function gate(options: object) {
    const gateway = await start(
      {
        app: {
          path: '/app',
          scheme: { type: 'jwt', algorithm: 'HS256', ip: true },
          keys: [{ secret: key.toString('base64'), encoding: 'base64' }],
          respond: { status: 200 },
        },
      },
      options,
    );
    const authorization = `Bearer ${token({ exp: Math.floor(Date.now() / 1000) + 60, ip: '203.0.113.7' }, key)}`;
    return async (forwardedFor: string | string[]) => {
      const headers = { authorization, 'x-forwarded-for': forwardedFor };
      const { status } = await send(`${gateway.publicUrl}/app`, { method: 'GET', headers });
      return [status, gateway.records.at(-1)?.reason];
    };
  }

  it('takes the address that a trusted proxy names, from several fields in order', async () => {
    const ask = await gate(behindProxy);
    expect(await ask('203.0.113.7')).toEqual([200, undefined]);
    expect(await ask(['198.51.100.1', '203.0.113.7:4711', '10.0.0.2'])).toEqual([200, undefined]);
    expect(await ask('203.0.113.7, 198.51.100.1')).toEqual([401, 'claim-mismatch']);
    expect(await ask(['203.0.113.7', '198.51.100.1'])).toEqual([401, 'claim-mismatch']);
  });

  it('believes no one else', async () => {
    const others = await gate({ listen: { ...listen, trustedProxies: ['10.0.0.0/8'] } });
    expect(await others('203.0.113.7')).toEqual([401, 'claim-mismatch']);
    const none = await gate({ listen });
    expect(await none('203.0.113.7')).toEqual([401, 'claim-mismatch']);
  });
});

describe('a forwarding gate', () => {
  async function forwarded(options: object, headers: Record<string, string | string[]>) {
    const upstream = await startUpstream((_, response) => response.end());
    const gateway = await start(
      { api: { path: '/v1', provider: 'none', methods: ['GET'], forward: { to: upstream.url } } },
      options,
    );
    const sent = { host: 'inner.example', ...headers };
    await send(`${gateway.publicUrl}/v1`, { method: 'GET', headers: sent });
    const flat = upstream.received[0]?.headers ?? [];
    const lines: string[] = [];
    for (let i = 0; i < flat.length; i += 2) {
      if (/^x.forwarded/i.test(flat[i] ?? '')) lines.push(`${flat[i]}: ${flat[i + 1]}`);
    }
    return lines;
  }
  const said = {
    'X-Forwarded-For': ['198.51.100.1', '203.0.113.7'],
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Host': 'gate.example.com',
    'X-Forwarded-User': 'root',
    X_Forwarded_For: '1.1.1.1',
  };

  it('passes on what a trusted proxy says, with the proxy at the end', async () => {
    expect(await forwarded(behindProxy, said)).toEqual([
      'x-forwarded-for: 198.51.100.1, 203.0.113.7, 127.0.0.1',
      'x-forwarded-proto: https',
      'x-forwarded-host: gate.example.com',
    ]);
  });

  it('does so though the client names the fields in Connection', async () => {
    const connection = 'x-forwarded-for, x-forwarded-proto, close';
    expect((await forwarded(behindProxy, { ...said, connection })).slice(0, 2)).toEqual([
      'x-forwarded-for: 198.51.100.1, 203.0.113.7, 127.0.0.1',
      'x-forwarded-proto: https',
    ]);
  });

  it.each<[string, Record<string, string | string[]>]>([
    ['says nothing', {}],
    ['says what is not a protocol', { 'x-forwarded-proto': 'gopher', 'x-forwarded-host': '' }],
    ['says two things', { 'x-forwarded-proto': ['https', 'http'], 'x-forwarded-host': ['a', 'b'] }],
  ])('goes by the socket where a trusted proxy %s', async (_what, headers) => {
    expect(await forwarded(behindProxy, headers)).toEqual([
      'x-forwarded-for: 127.0.0.1',
      'x-forwarded-proto: http',
      'x-forwarded-host: inner.example',
    ]);
  });

  it('drops what others say', async () => {
    const options = { listen: { ...listen, trustedProxies: ['10.0.0.0/8'] } };
    expect(await forwarded(options, said)).toEqual([
      'x-forwarded-for: 127.0.0.1',
      'x-forwarded-proto: http',
      'x-forwarded-host: inner.example',
    ]);
  });
});

describe('whom a limit counts', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7'],
    ['2001:db8:0:1::1', '2001:db8:0:1::/64'],
    ['2001:0DB8:0000:0001:ffff:ffff:ffff:ffff', '2001:db8:0:1::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['64:ff9b::1.2.3.4', '64:ff9b:0:0::/64'],
    ['fe80::1%lo', 'fe80:0:0:0::/64'],
    ['', ''],
    ['unknown', 'unknown'],
  ])('%s: %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it('is the same for all addresses of a /64, however they are written, and for no other', () => {
    const group = fc.integer({ min: 0, max: 0xffff });
    fc.assert(
      fc.property(
        fc.array(group, { minLength: 8, maxLength: 8 }),
        fc.array(group, { minLength: 4, maxLength: 4 }),
        (address, host) => {
          const write = (groups: readonly number[]): string =>
            groups.map((one) => one.toString(16)).join(':');
          const network = address.slice(0, 4);
          fc.pre(network.some((one) => one !== 0));
          const expected = `${write(network)}::/64`;
          expect(networkOf(write(address))).toBe(expected);
          expect(networkOf(write([...network, ...host]).toUpperCase())).toBe(expected);
        },
      ),
      {
        numRuns: runs(2000),
        seed: 20_261_125,
        examples: [
          [
            [1, 0, 0, 0, 0, 0, 0, 1],
            [0, 0, 0, 0],
          ],
          [
            [0, 0, 0, 1, 0, 0, 0, 0],
            [0, 0, 0, 1],
          ],
        ],
      },
    );
  });
});

describe('a session behind a trusted proxy', () => {
  it('counts the requests of each client by itself', async () => {
    const upstream = await startUpstream((_, response) => {
      response.end(JSON.stringify({ access_token: 'a', token_type: 'Bearer', expires_in: 3600 }));
    });
    const gateway = await start(undefined, {
      ...behindProxy,
      storeKey: '0123456789abcdef'.repeat(4),
      sessions: {
        partner: {
          broker: 'oauth2-client-credentials',
          at: '/partner',
          tokenUrl: `${upstream.url}/token`,
          clientId: 'c',
          clientSecret: 's',
          auth: 'none',
          origins: ['https://page.example'],
          requestsPerMinute: 1,
        },
      },
    });
    const ask = async (address: string): Promise<number> => {
      const headers = { 'x-forwarded-for': address, origin: 'https://page.example' };
      return (await send(`${gateway.publicUrl}/partner/token`, { method: 'GET', headers })).status;
    };
    const statuses = [await ask('203.0.113.7'), await ask('203.0.113.8'), await ask('203.0.113.7')];
    expect(statuses).toEqual([200, 200, 429]);
    const ipv6 = ['2001:db8:0:1::1', '2001:db8:0:1:ffff::2', '2001:db8:0:2::1', '::ffff:203.0.113.7'];
    const counted: number[] = [];
    for (const address of ipv6) counted.push(await ask(address));
    expect(counted).toEqual([200, 429, 200, 429]);
  });
});

describe('the address of a connection', () => {
  it('is known to its first request, though the sender has reset the connection by then', async () => {
    const gateway = await start({
      open: { path: '/open', provider: 'none', methods: ['GET'], respond: { status: 204 } },
    });
    const client = await openSocket(gateway.publicPort);
    const seen = new Promise<string | undefined>((resolve) => {
      const onStart = (message: unknown): void => {
        const { request } = message as { readonly request: IncomingMessage };
        if (request.url !== '/open?reset') return;
        client.resetAndDestroy();
        resolve(request.socket.remoteAddress);
      };
      subscribe('http.server.request.start', onStart);
      later(() => void unsubscribe('http.server.request.start', onStart));
    });
    client.write('GET /open?reset HTTP/1.1\r\nhost: x\r\n\r\n');
    expect(await seen).toBe('127.0.0.1');
  });
});
