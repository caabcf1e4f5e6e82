/** Prevents: a configuration on docs/deploy.md by which a proxy changes, loses, holds up or misrepresents a request. */
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { HeaderList, type SignedRequest } from '@countersign/core';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { exchange, MANNERS, statusOf } from '../../../interop/system/proxies/wire.ts';
import { runs, someOf } from '../../../scripts/effort.ts';
import { type DeployedProxy, deploy, HOST, ORIGIN, PROXIES, whyNot } from './deployed-proxy.ts';
import { ALL_SENDERS, ANY_PATH, type GatewayBehind, signAny, startGatewayBehind } from './gateway-behind.ts';
import {
  byHttp2,
  CLIENT_ADDRESS,
  headOf,
  lastOne,
  openHttp1,
  openSecurely,
  targetOf,
} from './senders-side.ts';

const MAX_BODY_BYTES = 1_048_576;

const TARGETS = [
  '/a%2Fb',
  '/a%2fb',
  '/a//b',
  '//a',
  '/a/',
  '/a/..;/b',
  '/a;v=1/b',
  '/a+b',
  '/a%2Bb',
  '/caf%C3%A9',
  '/caf%c3%a9',
  '/%E2%98%83',
  '/%7Euser',
  '/~user',
  '/a%20b',
  '/a%25b',
  "/a!$&'()*,:=@b",
  '/a[b]',
  '/a%5Cb',
  '/a%zzb',
  '/a%00b',
  '/a/%2e%2e/b',
  '/a/../b',
  '/a/./b',
  '/a|b',
  '/a{b}',
  '/a"b',
  '/a^b',
  '/a\\b',
  '/a?',
  '/a??',
  '/a?x=1&x=2&y=',
  '/a?x=a+b%20c%2B',
  '/a?x=1;y=2',
  '/a?x=%zz',
  '/a?x=/../b//c',
  '/a?x=a|b{c}',
  '/a?x={host}',
];

/** Targets that a program passes on otherwise than they are written, by either HTTP. The page says so. */
const REWRITTEN: Readonly<Record<string, readonly string[]>> = {
  nginx: [],
  caddy: ['/a|b', '/a{b}', '/a"b', '/a^b'],
  haproxy: [],
};

for (const proxy of PROXIES) {
  const { program } = proxy;
  const reason = process.env['CI'] ? undefined : whyNot(program);
  if (reason !== undefined) console.warn(`What docs/deploy.md says of ${program} is not run: ${reason}.`);

  describe.skipIf(reason !== undefined)(`${program}, as on docs/deploy.md`, () => {
    let behind: GatewayBehind;
    let deployed: DeployedProxy;
    beforeAll(async () => {
      behind = await startGatewayBehind();
      deployed = await deploy(proxy, behind);
    });
    afterEach(() => void behind.taken());
    afterAll(async () => {
      await deployed.stop();
      await behind.stop();
    });

    const sendParts = (parts: readonly Buffer[]): Promise<string> =>
      exchange(deployed.port, parts, openSecurely);
    const send = async (request: SignedRequest): Promise<number> =>
      statusOf(await sendParts([lastOne(request)]));
    const expectWhole = (request: SignedRequest): void =>
      expect(behind.taken()).toMatchObject([
        { method: request.method, url: targetOf(request), body: Buffer.from(request.body) },
      ]);

    it.each(ALL_SENDERS)('passes on what $name has signed, however it is written', async ({ name, sign }) => {
      const next = (): Promise<SignedRequest> => sign(`${ORIGIN}/${name}?a=1&b=%20c`);
      for (const manner of someOf(MANNERS, 3)) {
        const request = await next();
        const status = statusOf(await sendParts(manner.parts(request)));
        expect(`${manner.name}: ${status}`).toBe(`${manner.name}: 200`);
        expectWhole(request);
      }
      const request = await next();
      expect(await byHttp2(deployed.port, [request])).toEqual([200]);
      expectWhole(request);
    });

    it('leaves the path as it is written', async () => {
      const rewritten = { http1: [] as string[], http2: [] as string[] };
      for (const target of TARGETS) {
        const request = signAny(ANY_PATH + target, Buffer.from('odd'));
        const alone = statusOf(await exchange(behind.publicPort, [lastOne(asPassedOn(request))]));
        const urls = behind.taken().map(({ url }) => url);
        const isSame = (status: number): boolean =>
          isRefused(status) === isRefused(alone) && `${behind.taken().map(({ url }) => url)}` === `${urls}`;
        if (!isSame(await send(request))) rewritten.http1.push(target);
        if (!isSame((await byHttp2(deployed.port, [request]))[0] ?? 0)) rewritten.http2.push(target);
      }
      const expected = REWRITTEN[program];
      expect(rewritten).toEqual({ http1: expected, http2: expected });
    });

    it('passes on the largest body byte for byte, with a length and in chunks, and refuses a larger one with 413', async () => {
      const largest = signAny(`${ANY_PATH}/large`, randomBytes(MAX_BODY_BYTES));
      expect(await send(largest)).toBe(200);
      expectWhole(largest);
      expect(statusOf(await sendParts(inChunks(largest)))).toBe(200);
      expectWhole(largest);
      expect(await byHttp2(deployed.port, [largest])).toEqual([200]);
      expectWhole(largest);
      const larger = signAny(`${ANY_PATH}/large`, randomBytes(MAX_BODY_BYTES + 1));
      expect(await send(larger)).toBe(413);
      expect(statusOf(await sendParts(inChunks(larger)))).toBe(413);
      expect(await byHttp2(deployed.port, [larger])).toEqual([413]);
      expect(behind.taken()).toEqual([]);
    });

    it('does not unpack what is packed', async () => {
      const packed = signAny(`${ANY_PATH}/packed`, gzipSync('{"a":1}'), [['Content-Encoding', 'gzip']]);
      expect(await send(packed)).toBe(200);
      const [arrived] = behind.taken();
      expect(arrived?.body).toEqual(Buffer.from(packed.body));
      expect(arrived?.headers.get('content-encoding')).toEqual(['gzip']);
    });

    it('believes no stranger who says whom a request is from, or sent to', async () => {
      const lies: [string, string][] = [
        ['X-Forwarded-For', '6.6.6.6'],
        ['X-Forwarded-Host', 'evil.example'],
        ['X-Forwarded-Proto', 'http'],
      ];
      const lying = signAny(`${ANY_PATH}/lies`, Buffer.from('{}'), [...lies, ...lies]);
      const told = {
        'x-forwarded-for': [`${CLIENT_ADDRESS}, 127.0.0.1`],
        'x-forwarded-host': [HOST],
        'x-forwarded-proto': ['https'],
      };
      for (const status of [await send(lying), ...(await byHttp2(deployed.port, [lying]))]) {
        expect(status).toBe(200);
      }
      const arrived = behind.taken();
      expect(arrived).toHaveLength(2);
      for (const { headers } of arrived) expect(Object.fromEntries(headers)).toMatchObject(told);
    });

    it('answers 421 for another host, and passes nothing on', async () => {
      const { method, url, body } = signAny(`${ANY_PATH}/host`, Buffer.from('{}'));
      const other = { method, url, body, headers: HeaderList.from([['Host', 'evil.example']]) };
      expect(await send(other)).toBe(421);
      expect(await byHttp2(deployed.port, [other])).toEqual([421]);
      expect(behind.taken()).toEqual([]);
    });

    it('answers others while many senders are in the middle of a request', async () => {
      const slow = await Promise.all(
        Array.from({ length: 50 }, async (_, i) => {
          const socket = await openSecurely(deployed.port);
          const request = signAny(`${ANY_PATH}/slow?${i}`, randomBytes(20_000));
          const bytes = lastOne(request);
          socket.write(bytes.subarray(0, bytes.length / 2));
          return { socket, rest: bytes.subarray(bytes.length / 2) };
        }),
      );
      expect(await send(signAny(`${ANY_PATH}/quick`, Buffer.from('{}')))).toBe(200);
      const statuses = slow.map(async ({ socket, rest }) => {
        socket.write(rest);
        let answer = '';
        for await (const piece of socket) answer += (piece as Buffer).toString('latin1');
        return statusOf(answer);
      });
      expect(new Set(await Promise.all(statuses))).toEqual(new Set([200]));
      expect(behind.taken()).toHaveLength(51);
    });

    it('passes on many at once, and each once', async () => {
      const many = Array.from({ length: runs(2000) }, (_, i) =>
        signAny(`${ANY_PATH}/many?${i}`, randomBytes(1 + ((i * 997) % 3000))),
      );
      const sending = openHttp1(deployed.port, 8);
      onTestFinished(sending.end);
      const half = Math.ceil(many.length / 2);
      const statuses = await Promise.all([
        byHttp2(deployed.port, many.slice(0, half)),
        Promise.all(many.slice(half).map(sending.send)),
      ]);
      expect(new Set(statuses.flat())).toEqual(new Set([200]));
      const arrived = behind.taken();
      expect(arrived.map(({ url }) => url).toSorted()).toEqual(many.map(targetOf).toSorted());
    });
  });
}

const isRefused = (status: number): boolean => status < 200 || status >= 400;

/** With what the proxy is to say. */
function asPassedOn(request: SignedRequest): SignedRequest {
  const more: [string, string][] = [
    ['X-Forwarded-Proto', 'https'],
    ['X-Forwarded-Host', HOST],
  ];
  return { ...request, headers: HeaderList.from([...request.headers, ...more]) };
}

const CHUNK_BYTES = 7_001;

function inChunks(request: SignedRequest): readonly Buffer[] {
  const parts = [
    Buffer.from(`${headOf(request)}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n`, 'latin1'),
  ];
  for (let at = 0; at < request.body.length; at += CHUNK_BYTES) {
    const piece = request.body.subarray(at, at + CHUNK_BYTES);
    parts.push(Buffer.from(`${piece.length.toString(16)}\r\n`), Buffer.from(piece), Buffer.from('\r\n'));
  }
  return [Buffer.concat([...parts, Buffer.from('0\r\n\r\n')])];
}
