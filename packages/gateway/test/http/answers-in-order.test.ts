import { describe, expect, it } from 'vitest';
import { openSocket, readToEnd, start, startUpstream, type TestGateway } from '../harness.ts';

const any = { path: '/any', provider: 'none', methods: 'all', respond: { status: 204 } } as const;
const GET = 'GET /any HTTP/1.1\r\nhost: x\r\n\r\n';

/** What comes back until the gateway ends the connection. */
async function exchange(gateway: TestGateway, text: string): Promise<string> {
  const socket = await openSocket(gateway.publicPort);
  socket.on('error', () => {});
  socket.write(text);
  return readToEnd(socket);
}

/** The status codes in it, in order. */
function statuses(text: string): readonly string[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map((match) => match[1] ?? '');
}

describe('what is not a request', () => {
  it('is answered after the requests before it, in their order', async () => {
    const started = Promise.withResolvers<TestGateway>();
    // Answers once the gateway has answered what came later: by then it has read what is no request.
    const upstream = await startUpstream(async (_, response) => {
      const { publicUrl } = await started.promise;
      await (await fetch(`${publicUrl}/any`)).arrayBuffer();
      response.end('whole');
    });
    const slow = { ...any, path: '/slow', forward: { to: upstream.url } };
    const { respond: _, ...forwarding } = slow;
    const gateway = await start({ any, slow: forwarding });
    started.resolve(gateway);
    const SLOW = GET.replace('/any', '/slow');
    for (const [text, expected] of [
      [`${SLOW}xx\r\n\r\n`, ['200', '400']],
      [`${SLOW}${GET}xx\r\n\r\n`, ['200', '204', '400']],
      [`${GET}${SLOW}\x16\x03\x01\x02\x00`, ['204', '200', '400']],
      [`${SLOW}CONNECT a.example:443 HTTP/1.1\r\nhost: a.example:443\r\n\r\n`, ['200', '501']],
      [`${SLOW}GET /any HTTP/1.1\r\nhost: x\r\nx-long: ${'a'.repeat(70_000)}\r\n\r\n`, ['200', '431']],
    ] as const) {
      const answer = await exchange(gateway, text);
      expect(statuses(answer)).toEqual(expected);
      expect(answer).toContain('whole');
    }
  });

  it('is answered on a connection that was used before', async () => {
    const gateway = await start({ any });
    const socket = await openSocket(gateway.publicPort);
    socket.write(GET);
    await new Promise((resolve) => socket.once('data', resolve));
    socket.write('xx\r\n\r\n');
    expect(statuses(await readToEnd(socket))).toEqual(['400']);
  });

  it('is refused as such where it should be a body', async () => {
    const gateway = await start({ any });
    const answer = await exchange(
      gateway,
      'POST /any HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nno chunk\r\n',
    );
    expect(statuses(answer)).toEqual(['400']);
    expect(gateway.records).toMatchObject([{ gate: 'any', reason: 'malformed-request', status: 400 }]);
  });

  it('ends the connection: what comes after it is not run', async () => {
    const gateway = await start({ any });
    const post = `POST /any HTTP/1.1\r\nhost: x\r\ncontent-length: 2000000\r\n\r\n${'a'.repeat(2_000_000)}`;
    expect(statuses(await exchange(gateway, post + GET))).toEqual(['413']);
    expect(gateway.records.map(({ status }) => status)).toEqual([413]);
  });

  it('is a tunnel (RFC 9110 §9.3.6), which is refused', async () => {
    const gateway = await start({ any });
    const answer = await exchange(gateway, 'CONNECT a.example:443 HTTP/1.1\r\nhost: a.example:443\r\n\r\n');
    expect(statuses(answer)).toEqual(['501']);
  });
});

describe('a message that is not of HTTP/1', () => {
  it('is refused by its version (RFC 9110 §15.6.6)', async () => {
    const gateway = await start({ any });
    for (const version of ['2.0', '0.9'])
      expect(statuses(await exchange(gateway, GET.replace('1.1', version)))).toEqual(['505']);
    expect(statuses(await exchange(gateway, GET.replace('1.1', '1.0')))).toEqual(['204']);
    expect(gateway.records.map(({ reason }) => reason)).toEqual([
      'unsupported-version',
      'unsupported-version',
      undefined,
    ]);
  });

  it('is refused by its transfer coding (RFC 9112 §6.1)', async () => {
    const gateway = await start({ any });
    const post = (coding: string, version = '1.1') =>
      exchange(
        gateway,
        `POST /any HTTP/${version}\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: ${coding}\r\n\r\n0\r\n\r\n`,
      );
    expect(statuses(await post('gzip, chunked'))).toEqual(['501']);
    expect(statuses(await post('Chunked'))).toEqual(['204']);
    expect(statuses(await post('chunked', '1.0'))).toEqual(['400']);
    expect(statuses(await post('gzip'))).toEqual(['501']);
  });
});
