/** Prevents: a declaration on the page of senders that cannot be built, and a sender that is forgotten or stands there twice. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { createGate, type Gate, SetupError, writtenProvider, writtenScheme } from '@countersign/core';
import { startGateway } from '@countersign/gateway';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { parseConfig } from '../../packages/gateway/src/config/parse-config.ts';
import { NOW, SENDERS, type Sender, type SenderKey, type SentRequest } from './catalogue-senders.ts';

const page = readFileSync('docs/catalogue.md', 'utf8');

interface Row {
  readonly sender: string;
  readonly cell: string;
}

/** The first two cells of each row of the section’s table. */
function rowsOf(heading: string): readonly Row[] {
  const [, rest = ''] = page.split(`## ${heading}: `);
  const [section = ''] = rest.split('\n## ');
  return section.split('\n').flatMap((line) => {
    const [, sender = '', cell = ''] = line.split(/(?<!\\)\|/).map((text) => text.trim());
    return cell === '' || sender === 'sender' || sender.startsWith('---') ? [] : [{ sender, cell }];
  });
}

function written(cell: string): unknown {
  return parse((/`(.*)`/.exec(cell)?.[1] ?? '').replaceAll('\\|', '|'));
}

/** `fetch` sends no Host of one's own. */
async function statusOf(
  url: string,
  { method, headers, body }: Pick<SentRequest, 'method' | 'headers' | 'body'>,
): Promise<number> {
  const sent = httpRequest(url, { method, headers, agent: false }).end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  answer.resume();
  return answer.statusCode ?? 0;
}

function senderOf(name: string): Sender {
  const sender = SENDERS[name];
  if (sender === undefined) throw new Error(`what ${name} sends is not written down`);
  return sender;
}

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
    const choice = written(cell);
    const { id, ...options } =
      typeof choice === 'string' ? { id: choice } : (choice as { readonly id: string });
    expect(build({ provider: writtenProvider(id, options) })).toBe('keys');
  });

  it.each([...rowsOf('Declared'), ...rowsOf('Declared in part')])('declares $sender', ({ cell }) => {
    const scheme = written(cell) as Record<string, unknown>;
    expect(build({ scheme: writtenScheme(scheme) })).toBe('jwks' in scheme ? undefined : 'keys');
  });

  describe.each([...rowsOf('Declared'), ...rowsOf('Declared in part')])('of $sender', ({ sender, cell }) => {
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

  it('gives Trello’s path a second gate, which answers the HEAD that the first does not take', async () => {
    const row = rowsOf('Declared').find(({ sender }) => sender === 'Trello');
    const note = page.split('\n').find((line) => line.startsWith('| Trello |')) ?? '';
    expect(note).toContain('(`provider: none`, `methods: [HEAD]`, `respond`)');
    const { key, request } = senderOf('Trello');
    const path = '/in';
    const { config } = parseConfig(
      {
        listen: { public: '127.0.0.1:0', admin: 'off' },
        store: 'memory:',
        gates: {
          trello: { path, scheme: written(row?.cell ?? '') as object, keys: [key], respond: { status: 204 } },
          'trello-asks': { path, provider: 'none', methods: ['HEAD'], respond: { status: 200 } },
        },
      },
      { baseDir: '/', env: {} },
    );
    const gateway = await startGateway({ config, logSink: { write() {} } });
    onTestFinished(() => gateway.close());
    const ask = (method: string, headers = {}): Promise<number> =>
      statusOf(`${gateway.publicUrl}${new URL(request.url).pathname}?b=2&a=1`, {
        method,
        headers: { host: 'hooks.example', ...headers },
        body: method === 'POST' ? request.body : '',
      });
    expect(await ask('HEAD')).toBe(200);
    expect(await ask('POST', request.headers)).toBe(204);
    expect(await ask('POST')).toBe(401);
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
