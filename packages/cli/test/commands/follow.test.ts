/** `countersign events follow`: a gateway, a server here, and what goes wrong between them. */
import { once } from 'node:events';
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../../../../scripts/free-ports.ts';
import { newFolder, type Started, startProgram } from '../support.ts';
import { type Day, startDay, TOKEN } from './day-bench.ts';

interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: readonly string[];
  readonly body: Buffer;
}

interface Local {
  readonly url: string;
  readonly received: Received[];
}

const OK: RequestListener = (_, response) => response.writeHead(204).end();

/** A server here, which notes what it gets. */
async function startLocal(answer: RequestListener = OK, port = 0): Promise<Local> {
  const received: Received[] = [];
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method, url, rawHeaders: headers } = request;
    received.push({ method, url, headers, body: Buffer.concat(chunks) });
    answer(request, response);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

function follow({ cwd, adminUrl }: Day, args: readonly string[]): Started {
  const env = { COUNTERSIGN_ADMIN_TOKEN: TOKEN, HOME: cwd };
  return startProgram(['events', 'follow', '--admin', adminUrl, ...args], cwd, env);
}

const SOON = { timeout: 30_000 };
const bodiesOf = ({ received }: Local): readonly string[] => received.map(({ body }) => body.toString());

describe('countersign events follow', () => {
  it('sends each event byte for byte, in the order in which it was kept, with the headers as they came', async () => {
    const day = await startDay();
    const local = await startLocal();
    const odd = Uint8Array.from({ length: 256 }, (_, i) => i);
    await day.keep(2, {
      method: 'PUT',
      url: '/open/a%2Fb?x=1&x=2',
      headers: [
        'Host',
        'hooks.example',
        'X-B',
        '1',
        'x-a',
        '\u00ff\u0080',
        'X-b',
        '',
        'Connection',
        'close',
        'Transfer-Encoding',
        'chunked',
        'X-Hub-Signature-256',
        'sha256=00',
        'Authorization',
        '',
      ],
      withheld: { names: ['authorization'] },
      body: odd,
    });
    await day.keep(1, { method: 'DELETE', headers: [], body: new Uint8Array(0) });
    const { ended, said } = follow(day, ['--to', local.url, '--from', 'start', '--once']);
    expect(await ended).toEqual([0, null]);
    const host = new URL(local.url).host;
    expect(local.received).toEqual([
      {
        method: 'PUT',
        url: '/open/a%2Fb?x=1&x=2',
        headers: [
          'Host',
          host,
          'X-B',
          '1',
          'x-a',
          '\u00ff\u0080',
          'X-b',
          '',
          'X-Hub-Signature-256',
          'sha256=00',
          'Content-Length',
          '256',
          'X-Forwarded-Host',
          'hooks.example',
          // Of this connection.
          'Connection',
          'close',
        ],
        body: Buffer.from(odd),
      },
      {
        method: 'DELETE',
        url: '/open/1',
        headers: ['Host', host, 'Connection', 'close'],
        body: Buffer.alloc(0),
      },
    ]);
    expect(said.out).toMatch(
      /✓ 204 {2}open {2}PUT \/open\/a%2Fb\?x=1&x=2 .*\n.*✓ 204 {2}open {2}DELETE \/open\/1 .*\n$/,
    );
    expect(said.err).toContain(
      '! The event 01890000-0000-7000-8000-000000000002 is sent without Authorization, which the gateway keeps secret.\n',
    );
  }, 60_000);

  it('calls an address with a path as it stands, keeps the sender’s Host where it is told to, and tells what was answered', async () => {
    const day = await startDay();
    const local = await startLocal((_, response) => response.writeHead(500).end('no'));
    await day.keep(1, { type: 'push' });
    const { ended, said } = follow(day, [
      '--to',
      `${local.url}/here?now=1`,
      '--keep-host',
      '--from',
      'start',
      '--once',
      '--json',
    ]);
    expect(await ended).toEqual([1, null]);
    expect(local.received[0]).toMatchObject({
      url: '/here?now=1',
      headers: expect.arrayContaining(['a.example']),
    });
    expect(local.received[0]?.headers).not.toContain('X-Forwarded-Host');
    expect(JSON.parse(said.out)).toMatchObject({
      gate: 'open',
      type: 'push',
      status: 500,
      tookMs: expect.any(Number),
    });
  }, 60_000);

  it('misses nothing and repeats nothing when the gateway dies in the middle, and when it is stopped itself', async () => {
    const day = await startDay();
    const local = await startLocal();
    await day.keep(1);
    const first = follow(day, ['--to', local.url, '--from', 'start']);
    await expect.poll(() => bodiesOf(local), SOON).toEqual(['{"n":1}']);
    await day.restart();
    await day.keep(2);
    await expect.poll(() => bodiesOf(local), SOON).toEqual(['{"n":1}', '{"n":2}']);
    first.child.kill('SIGINT');
    expect(await first.ended).toEqual([0, null]);
    // The laptop sleeps.
    for (const n of [3, 4]) await day.keep(n);
    const second = follow(day, ['--to', local.url, '--once']);
    expect(await second.ended).toEqual([0, null]);
    expect(bodiesOf(local)).toEqual([1, 2, 3, 4].map((n) => `{"n":${n}}`));
    // What is followed for another server has a place of its own.
    const other = follow(day, ['--to', `${local.url}/other`, '--once']);
    expect(await other.ended).toEqual([0, null]);
    expect(other.said.err).toMatch(
      /^There is no position to continue from: --from start begins with the first event, and without --once it waits for new ones\.\n/,
    );
    expect(local.received).toHaveLength(4);
    expect(readdirSync(join(day.cwd, '.local/state/countersign'))).toHaveLength(2);
  }, 120_000);

  it('waits while the server here is down, says so once, and goes on when it is there', async () => {
    const day = await startDay();
    for (const n of [1, 2]) await day.keep(n);
    const port = await freePort();
    const to = ['--to', `http://127.0.0.1:${port}`];
    const once = follow(day, [...to, '--from', 'start', '--once']);
    expect(await once.ended).toEqual([2, null]);
    expect(once.said.err).toContain(
      `countersign: nothing listens at 127.0.0.1:${port}\n  → Start the server, or check the port.\n`,
    );
    // With the event that it could not send.
    const { child, said, ended } = follow(day, to);
    const sentence = `! nothing listens at 127.0.0.1:${port}; retrying until it answers. Start the server, or check the port.\n`;
    await expect.poll(() => said.err, SOON).toContain(sentence);
    const local = await startLocal(OK, port);
    await expect.poll(() => bodiesOf(local), SOON).toHaveLength(2);
    child.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
    expect(bodiesOf(local)).toEqual(['{"n":1}', '{"n":2}']);
    expect(said.err.split(sentence)).toHaveLength(2);
  }, 60_000);

  it('goes on behind an event that makes the server hang up each time, and one that it never answers', async () => {
    const day = await startDay();
    for (const n of [1, 2, 3]) await day.keep(n);
    const local = await startLocal((request, response) => {
      if (request.url === '/open/1') request.socket.destroy();
      else if (request.url === '/open/3') response.writeHead(200).end();
    });
    const args = ['--to', local.url, '--from', 'start', '--once', '--timeout', '0.3'];
    const { said, ended } = follow(day, args);
    expect(await ended).toEqual([1, null]);
    expect(bodiesOf(local)).toEqual([1, 1, 1, 2, 3].map((n) => `{"n":${n}}`));
    const host = new URL(local.url).host;
    expect(said.out).toContain(
      `→ ${host} closed the connection before it answered. Look at its log, and check whether it expects https.\n`,
    );
    expect(said.out).toContain(
      `→ ${host} did not answer within 300 ms. Look at what it does with the event; --timeout SECONDS gives it longer.\n`,
    );
    expect(said.out.match(/[✓✗] \S+/g)).toEqual(['✗ hung-up', '✗ timeout', '✓ 200']);
  }, 60_000);

  it('begins with the event that is named, shows what it may not send, and says what a state file is not', async () => {
    const day = await startDay();
    const [, second] = [await day.keep(1), await day.keep(2)];
    const { said, ended } = follow(day, ['--from', second ?? '', '--once', '--gate', 'open']);
    expect(await ended).toEqual([0, null]);
    expect(said.out.split('\n').map((line) => line.split('  ')[3])).toEqual(['POST /open/2', undefined]);
    const file = join(day.cwd, 'place.json');
    writeFileSync(file, '{"cursor":"x"}');
    const wrong = follow(day, ['--state', file, '--once']);
    expect(await wrong.ended).toEqual([2, null]);
    expect(wrong.said.err).toBe(
      `countersign: ${file} does not say where to go on\n  → Name another with --state FILE, or delete it and say --from now, start or an event.\n`,
    );
    writeFileSync(file, '{"cursor":99}');
    const beyond = follow(day, ['--state', file, '--once']);
    expect(await beyond.ended).toEqual([2, null]);
    expect(beyond.said.err).toBe(
      `Keeps its position in ${file}\ncountersign: the gateway has kept less than was read from it before: it has another store, or this one was put back from a copy\n  → Say where to begin: --from start, --from now, or --from ID.\n`,
    );
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ cursor: 99 });
    expect(existsSync(`${file}.part`)).toBe(false);
  }, 60_000);

  it.each([
    ['all that is kept', ['--from', 'start']],
    ['what is kept from now on', []],
    ['an event and what comes after it', ['--from', 'first']],
    ['what comes of one type', ['--from', 'start', '--type', 'push']],
  ])(
    'tells that the store was put back from a copy, where it follows %s: at once, and at the next start',
    async (_, args) => {
      const day = await startDay();
      const first = await day.keep(1, { type: 'push' });
      const copy = join(day.cwd, 'copy.db');
      await day.gateway.store.upkeep.backup(copy);
      const putBack = () =>
        day.restart(() => {
          for (const end of ['', '-wal', '-shm']) rmSync(join(day.cwd, `store.db${end}`), { force: true });
          copyFileSync(copy, join(day.cwd, 'store.db'));
        });
      const state = ['--state', join(day.cwd, 'place.json')];
      const running = follow(day, [...state, ...args.map((arg) => (arg === 'first' ? first : arg))]);
      await expect.poll(() => running.said.err, SOON).toContain('Keeps its position');
      for (const n of [2, 3]) await day.keep(n, { type: n === 3 ? 'pull' : 'push' });
      const place = () => readFileSync(state[1] ?? '', 'utf8');
      await expect.poll(place, SOON).toContain('"cursor":3');
      const remembered = place();
      const less = 'the gateway has kept less than was read from it before';
      const rest = ': it has another store, or this one was put back from a copy\n  → Say where to begin';
      await putBack();
      expect(await running.ended).toEqual([2, null]);
      expect(running.said.err).toContain(`${less}${rest}`);
      // As many as there were, and others: nobody has seen them.
      for (const n of [12, 13, 14]) await day.keep(n, { type: 'push' });
      const next = follow(day, [...state, '--once', ...args.slice(2)]);
      expect(await next.ended).toEqual([2, null]);
      const [was, is] = [3, 13].map((n) => `01890000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`);
      expect(next.said.err).toContain(`the gateway has ${is} where ${was} was read from it before${rest}`);
      expect(place()).toBe(remembered);
      // While it runs, between two looks.
      const anew = follow(day, [...state, '--from', 'start']);
      await expect.poll(place, SOON).toContain('"cursor":4');
      anew.child.kill('SIGSTOP');
      await putBack();
      for (const n of [22, 23, 24, 25]) await day.keep(n);
      anew.child.kill('SIGCONT');
      expect(await anew.ended).toEqual([2, null]);
      expect(anew.said.err).toContain(rest);
    },
    120_000,
  );

  it('learns of an older state file’s place which event it was', async () => {
    const day = await startDay();
    const local = await startLocal();
    const [, second] = [await day.keep(1), await day.keep(2)];
    const file = join(day.cwd, 'place.json');
    writeFileSync(file, JSON.stringify({ admin: day.adminUrl, cursor: 2 }));
    expect(await follow(day, ['--state', file, '--once']).ended).toEqual([0, null]);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ admin: day.adminUrl, cursor: 2, id: second });
    await day.keep(3);
    expect(await follow(day, ['--state', file, '--to', local.url, '--once']).ended).toEqual([0, null]);
    expect(bodiesOf(local)).toEqual(['{"n":3}']);
  }, 60_000);

  it('lets one process at a time go on from a state file, whatever became of the one before', async () => {
    const day = await startDay();
    const file = join(day.cwd, 'place.json');
    const first = follow(day, ['--state', file]);
    await expect.poll(() => first.said.err, SOON).toContain('Keeps its position');
    const second = follow(day, ['--state', file, '--once']);
    expect(await second.ended).toEqual([2, null]);
    expect(second.said.err).toBe(
      `countersign: another countersign events follow (process ${first.child.pid}) goes on from ${file}\n  → Stop it, or name another file with --state FILE. Where that process is another program, delete ${file}.lock.\n`,
    );
    first.child.kill('SIGKILL');
    await first.ended;
    expect(await follow(day, ['--state', file, '--once']).ended).toEqual([0, null]);
    expect(readdirSync(day.cwd).filter((name) => name.startsWith('place'))).toEqual(['place.json']);
  }, 60_000);

  it.each([
    ['another gateway', { admin: 'http://127.0.0.1:1' }, 'another gateway, http://127.0.0.1:1'],
    ['one gate', { gate: 'hooks' }, 'the gate hooks'],
    ['every gate', { gate: undefined }, 'every gate'],
    ['one type', { type: 'push' }, 'the type push'],
  ])(
    'does not go on where %s was followed',
    async (_, written, difference) => {
      const day = await startDay();
      await day.keep(1);
      const file = join(day.cwd, 'place.json');
      writeFileSync(file, JSON.stringify({ admin: day.adminUrl, gate: 'open', cursor: 1, ...written }));
      const before = readFileSync(file, 'utf8');
      const { ended, said } = follow(day, ['--state', file, '--once', '--gate', 'open']);
      expect(await ended).toEqual([2, null]);
      expect(said.err).toBe(
        `countersign: ${file} remembers where ${difference} was followed\n  → Name another with --state FILE, or delete it and say --from now, start or an event.\n`,
      );
      expect(readFileSync(file, 'utf8')).toBe(before);
    },
    60_000,
  );

  it('waits for a body no longer than --timeout says, however it comes, and takes the status of its head', async () => {
    const day = await startDay();
    for (const n of [1, 2]) await day.keep(n);
    const local = await startLocal((_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('and on'), 20);
      response.on('close', () => clearInterval(timer));
    });
    const { said, ended } = follow(day, ['--to', local.url, '--from', 'start', '--once', '--timeout', '0.3']);
    expect(await ended).toEqual([0, null]);
    expect(said.out.match(/[✓✗] \S+/g)).toEqual(['✓ 200', '✓ 200']);
  }, 60_000);

  it('sends nothing of which a part is masked or was not kept, and says so', async () => {
    const day = await startDay();
    const local = await startLocal();
    const body = Buffer.from('{"email":"ada@example.org"}');
    const masked = await day.keep(1, { gate: 'masked', body });
    const hashed = { sha256: '0'.repeat(64), bodyBytes: 7 };
    const empty = await day.keep(2, { hashed, body: new Uint8Array(0) });
    await day.keep(3);
    const { ended, said } = follow(day, ['--to', local.url, '--from', 'start', '--once']);
    expect(await ended).toEqual([0, null]);
    expect(bodiesOf(local)).toEqual(['{"n":3}']);
    expect(said.err).toContain(`! The event ${masked} is not sent: something of it is masked.\n`);
    expect(said.err).toContain(`! The event ${empty} is not sent: its body is not kept.\n`);
    const shown = [await day.ask(['events', 'show', masked]), await day.ask(['events', 'show', empty])];
    expect(shown[0]?.out).toContain(
      '*** stands for what the gate’s keep.mask hides.\n{\n  "email": "***"\n}\n',
    );
    expect(shown[1]?.out).toContain(`Of its body of 7 bytes the SHA-256 is kept: ${hashed.sha256}\n`);
    expect(shown.map(({ out }) => out).join('')).not.toContain('ada@');
  }, 60_000);

  it('passes over an event that is not kept any more when its turn comes, says so, and counts what it did not send', async () => {
    const day = await startDay();
    const ids = [];
    for (const n of [1, 2, 3, 4]) ids.push(await day.keep(n));
    // Retention takes three of the page that is read already.
    const beforeMs = 1_790_000_000_004;
    const local = await startLocal(async (_, response) => {
      for (let after: number | undefined = 0; after !== undefined; )
        after = (await day.gateway.store.events.drop({ gate: 'open', beforeMs, after })).next;
      response.writeHead(204).end();
    });
    const { ended, said } = follow(day, ['--to', local.url, '--from', 'start', '--once']);
    expect(await ended).toEqual([0, null]);
    expect(bodiesOf(local)).toEqual(['{"n":1}', '{"n":4}']);
    expect(said.err).toContain(`! The event ${ids[1]} is not sent: it is no longer kept.\n`);
    expect(said.err).toContain(`! The event ${ids[2]} is not sent: it is no longer kept.\n`);
    expect(said.err).toMatch(/^2 events were not sent\.\n$/m);
  }, 60_000);

  it('passes over an event that is damaged in the store; each command says so of it', async () => {
    const day = await startDay();
    for (const n of [1, 2, 3]) await day.keep(n);
    const id = await day.keep(4, { body: Buffer.alloc(50_000, 'abc') });
    await day.restart(() => {
      const db = new DatabaseSync(join(day.cwd, 'store.db'));
      db.exec("UPDATE events SET headers = '[' WHERE url = '/open/2'");
      db.exec("UPDATE events SET body = x'00' WHERE url = '/open/4'");
      db.close();
    });
    const local = await startLocal();
    const { ended, said } = follow(day, ['--to', local.url, '--from', 'start', '--once']);
    expect(await ended).toEqual([0, null]);
    expect(bodiesOf(local)).toEqual(['{"n":1}', '{"n":3}']);
    expect(said.err.match(/! The event .*\n/g)).toEqual([
      '! The event 01890000-0000-7000-8000-000000000002 is not sent: it is damaged in the store.\n',
      `! The event ${id} is not sent: it is damaged in the store.\n`,
    ]);
    const shown = await day.ask(['events', 'show', id]);
    expect(shown).toEqual({
      code: 2,
      out: '',
      err: expect.stringMatching(
        /the event is damaged in the store, and cannot be read\n {2}→ Have its sender/,
      ),
    });
  }, 60_000);

  it('ends with 2 where nobody answers, or the token is wrong', async () => {
    const cwd = newFolder();
    const env = { COUNTERSIGN_ADMIN_TOKEN: 'x', HOME: cwd };
    const nobody = startProgram(
      ['events', 'follow', '--admin', `http://127.0.0.1:${await freePort()}`],
      cwd,
      env,
    );
    expect(await nobody.ended).toEqual([2, null]);
    const day = await startDay();
    const refused = startProgram(['events', 'follow', '--admin', day.adminUrl], cwd, env);
    expect(await refused.ended).toEqual([2, null]);
    expect(refused.said.err).toContain('answered 401');
  }, 60_000);
});
