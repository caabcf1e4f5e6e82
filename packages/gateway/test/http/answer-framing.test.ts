/** What an answer's head says of its body, and whether one follows: also where the connection is ended with it (RFC 9110 §6.4.1, §8.6). */
import { expect, it } from 'vitest';
import { openSocket, readToEnd, SECRET, start } from '../harness.ts';

const page = 'origin: https://page.example\r\naccess-control-request-method: POST\r\n';
const gates = {
  keyed: {
    path: '/keyed',
    provider: 'github',
    keys: [{ secret: SECRET }],
    respond: { status: 200 },
    cors: { origins: ['https://page.example'] },
  },
  empty: { path: '/empty', provider: 'none', methods: 'all', respond: { status: 204 } },
} as const;

/** Each as it is, and with a body that never comes whole: then the answer ends the connection. */
const ENDINGS = {
  'a whole request': 'connection: close\r\n\r\n',
  'one whose body is on its way': 'transfer-encoding: chunked\r\n\r\n1\r\nx\r\n',
} as const;

const HEADS = {
  'no gate': ['/n', ''],
  'no proof': ['/keyed', ''],
  'a bad target': ['/a\\\\b', ''],
  'an own path': ['/health', ''],
  'a fixed answer': ['/empty', ''],
  'a preflight': ['/keyed', page],
  'an expectation': ['/keyed', 'expect: wonders\r\n'],
} as const;

for (const [ending, end] of Object.entries(ENDINGS)) {
  for (const [what, [path, fields]] of Object.entries(HEADS)) {
    // Its body is waited for.
    if (what === 'a fixed answer' && ending !== 'a whole request') continue;
    it.each(['HEAD', 'GET', 'OPTIONS', 'POST'])(`${ending}, ${what}: %s`, async (method) => {
      const gateway = await start(gates);
      const socket = await openSocket(gateway.publicPort);
      socket.on('error', () => {});
      socket.end(`${method} ${path} HTTP/1.1\r\nhost: a\r\n${fields}${end}`);
      const answer = await readToEnd(socket);
      const [head = '', ...body] = answer.split('\r\n\r\n');
      const status = Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]);
      const length = /^content-length: (\d+)$/im.exec(head)?.[1];
      if (status === 204) expect(length).toBeUndefined();
      if (method === 'HEAD' || status === 204) expect(body.join('')).toBe('');
      else expect(body.join('\r\n\r\n')).toHaveLength(Number(length ?? 'NaN'));
    });
  }
}
