/** Connections to the admin listener, which anybody may open: they end somewhere. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { later, send } from '../harness.ts';
import { startConsole } from './access/browser.ts';

it('takes 256 at a time, and lets go of what is beyond until one has left', async () => {
  const { adminUrl = '' } = await startConsole();
  const port = Number(new URL(adminUrl).port);
  const open = (): Socket => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    later(() => void socket.destroy());
    return socket;
  };
  const all = Array.from({ length: 256 }, open);
  await Promise.all(all.map((socket) => once(socket, 'connect')));
  await once(open().resume(), 'close');
  all[0]?.destroy();
  await expect
    .poll(() =>
      send(`${adminUrl}/health`, { method: 'GET' }).then(
        ({ status }) => status,
        () => 'let go',
      ),
    )
    .toBe(200);
});

it('reads long bodies as far as there is memory for them, and short ones beside them', async () => {
  const { adminUrl = '', adminToken } = await startConsole();
  const { hostname, port } = new URL(adminUrl);
  const post = (length: number) =>
    [
      'POST /api/events/import HTTP/1.1',
      `host: ${hostname}:${port}`,
      `authorization: Bearer ${adminToken}`,
      'content-type: application/json',
      `content-length: ${length}`,
    ].join('\r\n');
  const begin = async (): Promise<Socket> => {
    const socket = connect(Number(port), hostname);
    later(() => void socket.destroy());
    // The head was judged once the listener asks for the body.
    socket.write(`${post(24 * 1024 * 1024)}\r\nexpect: 100-continue\r\n\r\n{`);
    expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1\.1 100 /);
    return socket;
  };
  const answerTo = async (bytes: number): Promise<object> => {
    const response = await fetch(`${adminUrl}/api/events/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ lines: ' '.repeat(bytes) }),
    });
    const { code, detail }: { code?: unknown; detail?: unknown } = JSON.parse(await response.text());
    return { status: response.status, code, detail };
  };
  const [first] = [await begin(), await begin()];
  await expect
    .poll(() => answerTo(100_000))
    .toEqual({
      status: 503,
      code: 'too-busy',
      detail: 'too many long requests are being read: try again in a moment',
    });
  expect(await answerTo(100)).toMatchObject({ status: 200 });
  first?.destroy();
  await expect.poll(() => answerTo(100_000)).toMatchObject({ status: 200 });
});
