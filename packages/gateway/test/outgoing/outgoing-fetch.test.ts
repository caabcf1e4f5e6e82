import { once } from 'node:events';
import { createServer as createTcpServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createOutgoingFetch } from '../../src/outgoing/outgoing-fetch.ts';
import { codeOf, resolver, startServer } from './support.ts';

describe('a call to an address from outside', () => {
  it('reaches nothing on this machine: by name, by address, by any spelling, with the system’s resolver', async () => {
    const { port, paths } = await startServer();
    const fetch = createOutgoingFetch({ policy: 'public' });
    const hosts = [
      'localhost',
      '127.0.0.1',
      '127.1',
      '2130706433',
      '0177.0.0.1',
      '0x7f000001',
      '[::1]',
      '[::ffff:127.0.0.1]',
    ];
    for (const host of hosts)
      expect(await codeOf(fetch(`http://${host}:${port}/`))).toBe('REFUSED_LOOPBACK_ADDRESS');
    expect(await codeOf(fetch(`http://0.0.0.0:${port}/`))).toBe('REFUSED_RESERVED_ADDRESS');
    expect(paths).toEqual([]);
  });

  it('connects to nothing where one of several addresses is inside, in whatever order they come', async () => {
    const { port, paths } = await startServer();
    for (const answer of [
      ['8.8.8.8', '127.0.0.1'],
      ['127.0.0.1', '8.8.8.8'],
      ['2606:4700::1111', '::ffff:127.0.0.1'],
    ]) {
      const { lookup } = resolver(answer);
      const fetch = createOutgoingFetch({ policy: 'public', lookup });
      expect(await codeOf(fetch(`http://mixed.example:${port}/`))).toBe('REFUSED_LOOPBACK_ADDRESS');
    }
    expect(paths).toEqual([]);
  });

  it.each([
    ['no address', [], 'REFUSED_UNREADABLE_ADDRESS'],
    ['what is not an address', ['127.1'], 'REFUSED_UNREADABLE_ADDRESS'],
    ['a private one', ['10.0.0.7'], 'REFUSED_PRIVATE_ADDRESS'],
    ['a link-local one', ['fe80::1'], 'REFUSED_LINK_LOCAL_ADDRESS'],
    ['a multicast one', ['224.0.0.1'], 'REFUSED_MULTICAST_ADDRESS'],
  ])('is refused where its name resolves to %s', async (_, addresses, code) => {
    const fetch = createOutgoingFetch({ policy: 'public', lookup: resolver(addresses).lookup });
    expect(await codeOf(fetch('http://some.example/'))).toBe(code);
  });

  it('is judged anew with each connection: a name that was public and is this machine a moment later', async () => {
    const { port, paths } = await startServer();
    // IANA has given this part of 2000::/3 to nobody.
    const { lookup, asked } = resolver(['2f00::1'], ['127.0.0.1']);
    const fetch = createOutgoingFetch({ policy: 'public', lookup });
    const away = new AbortController();
    const first = codeOf(fetch(`http://rebinds.example:${port}/`, { signal: away.signal }));
    await expect.poll(() => asked.length).toBe(1);
    away.abort();
    expect(await first).not.toMatch(/^REFUSED/);
    expect(await codeOf(fetch(`http://rebinds.example:${port}/`))).toBe('REFUSED_LOOPBACK_ADDRESS');
    expect(paths).toEqual([]);
  });
});

describe('an address of another scheme', () => {
  it.each([
    'data:text/plain,200',
    'blob:nodedata:1',
    'about:blank',
    'file:///etc/passwd',
    'ftp://127.0.0.1/',
  ])('%s is not called, and nothing answers in its place', async (url) => {
    for (const policy of ['configured', 'public'] as const)
      await expect(createOutgoingFetch({ policy })(url)).rejects.toThrow(
        /is not called: only http: and https: are/,
      );
  });
});

describe('a call to where the configuration says', () => {
  it('goes to the address that was judged, of one resolution: a second answer changes nothing', async () => {
    const { port, paths } = await startServer();
    const { lookup, asked } = resolver(['127.0.0.1'], ['169.254.169.254']);
    const fetch = createOutgoingFetch({ policy: 'configured', lookup });
    expect(await (await fetch(`http://backend.example:${port}/a`)).text()).toBe('here');
    expect([asked, paths]).toEqual([['backend.example'], ['/a']]);
  });

  it('never reaches a cloud’s metadata service, whatever it is called', async () => {
    const fetch = createOutgoingFetch({ policy: 'configured' });
    for (const host of [
      '169.254.169.254',
      '0xa9fea9fe',
      '[::ffff:a9fe:a9fe]',
      '[fd00:ec2::254]',
      '[64:ff9b::a9fe:a9fe]',
    ]) {
      for (const scheme of ['http', 'https'])
        expect(await codeOf(fetch(`${scheme}://${host}/`))).toBe('REFUSED_METADATA_ADDRESS');
    }
    for (const address of [
      '169.254.169.254',
      'fd00:ec2::254',
      '100.100.100.200',
      '192.0.0.192',
      '::ffff:169.254.169.254',
    ]) {
      for (const answer of [[address], ['127.0.0.1', address], [address, '127.0.0.1']]) {
        const named = createOutgoingFetch({ policy: 'configured', lookup: resolver(answer).lookup });
        expect(await codeOf(named('http://backend.example/'))).toBe('REFUSED_METADATA_ADDRESS');
      }
    }
  });

  it('says where it did not go, and why', async () => {
    const fetch = createOutgoingFetch({ policy: 'configured', lookup: resolver(['169.254.169.254']).lookup });
    await expect(fetch('http://backend.example/')).rejects.toMatchObject({
      cause: {
        name: 'AddressRefused',
        message: 'backend.example was not called: it is a cloud’s metadata service.',
      },
    });
  });

  it('follows no redirect, also where it is asked to', async () => {
    const { port, paths } = await startServer((_, response) => {
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    const fetch = createOutgoingFetch({ policy: 'configured' });
    const { status } = await fetch(`http://localhost:${port}/`, { redirect: 'follow' });
    expect([status, paths]).toEqual([302, ['/']]);
  });

  it('sends what Node’s own fetch sends', async () => {
    const heads: string[][] = [];
    const { port } = await startServer(({ rawHeaders }, response) => {
      heads.push(rawHeaders);
      response.end();
    });
    const call = { method: 'POST', headers: { accept: 'application/json', 'X-One': '1' }, body: '{}' };
    for (const send of [fetch, createOutgoingFetch({ policy: 'configured' })])
      await (await send(`http://127.0.0.1:${port}/`, call)).arrayBuffer();
    const [nodes = [], ours = []] = heads.map((head) => head.map((text) => text.toLowerCase()).sort());
    expect(ours).toEqual(nodes);
    expect(ours.length).toBeGreaterThan(10);
  });

  it('keeps the name for TLS: it asks for it, and not for the address', async () => {
    const hello = Promise.withResolvers<Buffer>();
    const server = createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', (bytes: Buffer) => {
        hello.resolve(bytes);
        socket.destroy();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const fetch = createOutgoingFetch({ policy: 'configured', lookup: resolver(['127.0.0.1']).lookup });
    await expect(fetch(`https://named.example:${port}/`)).rejects.toThrow();
    const text = (await hello.promise).toString('latin1');
    expect(text).toContain('named.example');
    // The extension ALPN with one protocol (RFC 7301 §3.1).
    expect(text).toContain('\x00\x10\x00\x0b\x00\x09\x08http/1.1');
  });
});
