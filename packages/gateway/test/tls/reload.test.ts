/** Certificates that are replaced while the listener serves. */

import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, writeFileSync } from 'node:fs';
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { SetupError } from '@countersign/core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { TlsConfig } from '../../src/config/config.ts';
import type { TlsInput } from '../../src/config/config-input.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import type { Log } from '../../src/log/log.ts';
import { type ListenerTls, openListenerTls } from '../../src/tls/listener-tls.ts';
import { tlsWarnings } from '../../src/tls/open-tls.ts';
import { hmacHeaders, later, SECRET, temporaryDir } from '../harness.ts';
import { startReloading } from '../setting/reloading.ts';
import { type Authority, createAuthority, type Issued } from './authority.ts';

let authority: Authority;
let first: Issued;
let second: Issued;

beforeAll(() => {
  authority = createAuthority('servers');
  first = authority.issue('first', 'IP:127.0.0.1');
  second = authority.issue('second', 'IP:127.0.0.1');
});

const GATE = { path: '/g', provider: 'hmac', keys: [{ secret: SECRET }], respond: { status: 202 } } as const;

function put(dir: string, { certFile, keyFile }: Issued): void {
  copyFileSync(certFile, join(dir, 'cert.pem'));
  copyFileSync(keyFile, join(dir, 'key.pem'));
}

async function startServing(tls: Partial<TlsInput> = {}) {
  const dir = temporaryDir();
  put(dir, first);
  const listen = { public: '127.0.0.1:0', admin: '127.0.0.1:0' };
  const files = { cert: join(dir, 'cert.pem'), key: join(dir, 'key.pem') };
  const input = { listen: { ...listen, tls: { ...files, ...tls } }, gates: { g: GATE } };
  return { ...(await startReloading(input)), dir, input };
}

async function post(url: string, body: string, options: RequestOptions = {}) {
  const headers = hmacHeaders(body);
  const ca = authority.ca;
  const request = httpsRequest(`${url}/g`, { method: 'POST', ca, agent: false, headers, ...options });
  request.end(body);
  const [response] = await once(request, 'response');
  const socket: TLSSocket = response.socket;
  const { CN: name } = socket.getPeerCertificate().subject;
  response.resume();
  await once(response, 'end');
  return { status: response.statusCode as number, name, socket };
}

describe('a reload', () => {
  it('takes another pair of the same files into use, and connections that are open go on', async () => {
    const { dir, gateway } = await startServing();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    later(() => agent.destroy());
    const before = await post(gateway.publicUrl, 'a', { agent });
    put(dir, second);
    await gateway.reload();
    const open = await post(gateway.publicUrl, 'b', { agent });
    const fresh = await post(gateway.publicUrl, 'c');
    expect([before.name, open.name, fresh.name]).toEqual(['first', 'first', 'second']);
    expect(open.status).toBe(202);
  });

  it('that names other files or another version of TLS needs no restart', async () => {
    const { gateway, reload, input } = await startServing();
    const { certFile: cert, keyFile: key } = second;
    const tls = { cert, key, minVersion: 'TLSv1.3' } as const;
    const report = await reload({ ...input, listen: { ...input.listen, tls } });
    expect(report).toMatchObject({ result: 'applied', restart: [] });
    expect(await post(gateway.publicUrl, 'a')).toMatchObject({ status: 202, name: 'second' });
    await expect(post(gateway.publicUrl, 'b', { maxVersion: 'TLSv1.2' })).rejects.toThrow();
  });

  it('with a key that is not the certificate’s changes nothing, and names the place', async () => {
    const { gateway, reload, input } = await startServing();
    const tls = { cert: first.certFile, key: second.keyFile };
    const report = await reload({ ...input, listen: { ...input.listen, tls } });
    expect(report).toMatchObject({
      result: 'broken',
      findings: [{ path: 'listen.tls.key', problem: 'it is not the key of the certificate in cert' }],
    });
    expect(await post(gateway.publicUrl, 'a')).toMatchObject({ status: 202, name: 'first' });
  });

  it('that asks clients for certificates needs a restart', async () => {
    const { reload, input } = await startServing();
    const tls = { ...input.listen.tls, ca: authority.caFile, clientCertificates: 'required' } as const;
    const report = await reload({ ...input, listen: { ...input.listen, tls } });
    expect(report).toMatchObject({ result: 'restart', restart: ['listen'] });
  });

  it('loses no request of many that come meanwhile', async () => {
    const { dir, gateway } = await startServing();
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    later(() => agent.destroy());
    let isOver = false;
    const statuses: number[] = [];
    const names = new Set<unknown>();
    const sender = async (id: number): Promise<void> => {
      for (let n = 0; !isOver; n++) {
        // Half of them on connections of their own.
        const options = id % 2 === 0 ? { agent } : {};
        const { status, name } = await post(gateway.publicUrl, `${id}-${n}`, options);
        statuses.push(status);
        names.add(name);
      }
    };
    const senders = Array.from({ length: 8 }, (_, id) => sender(id));
    for (let n = 0; n < 6; n++) {
      put(dir, n % 2 === 0 ? second : first);
      await gateway.reload();
      const soFar = statuses.length;
      await vi.waitFor(() => expect(statuses.length).toBeGreaterThan(soFar + 20), { timeout: 20_000 });
    }
    isOver = true;
    await Promise.all(senders);
    expect(statuses.filter((status) => status !== 202)).toEqual([]);
    expect(names).toEqual(new Set(['first', 'second']));
  }, 60_000);

  it('with another authority of clients ends connections that the old one let in', async () => {
    const [old, next] = [createAuthority('old'), createAuthority('next')];
    const { gateway, reload, input } = await startServing({
      ca: old.caFile,
      clientCertificates: 'required',
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    later(() => agent.destroy());
    const { cert, key } = old.issue('client', 'DNS:client.example');
    const { socket } = await post(gateway.publicUrl, 'a', { agent, cert, key });
    const tls = { ...input.listen.tls, ca: next.caFile };
    const closed = once(socket, 'close');
    await reload({ ...input, listen: { ...input.listen, tls } });
    await closed;
    await expect(post(gateway.publicUrl, 'b', { cert, key })).rejects.toThrow();
    const genuine = next.issue('client', 'DNS:client.example');
    expect(await post(gateway.publicUrl, 'c', { cert: genuine.cert, key: genuine.key })).toMatchObject({
      status: 202,
    });
  });
});

describe('files that change by themselves', () => {
  interface Line {
    readonly record: object;
    readonly text: string;
  }

  async function openWatched(now: () => number = Date.now) {
    const dir = temporaryDir();
    put(dir, first);
    const lines: Line[] = [];
    const write = (record: object, text: string) => void lines.push({ record, text });
    const log: Pick<Log, 'info' | 'warn' | 'error'> = { info: write, warn: write, error: write } as never;
    const file = (name: string) => ({ kind: 'file', file: join(dir, name) }) as const;
    const config: TlsConfig = {
      cert: file('cert.pem'),
      key: file('key.pem'),
      clientCertificates: 'none',
      minVersion: 'TLSv1.2',
    };
    const tls: ListenerTls = await openListenerTls({ listener: 'public', config, now, log, lookMs: 20 });
    later(() => tls.close());
    return { dir, lines, tls };
  }

  it('are read again', async () => {
    const { dir, lines } = await openWatched();
    put(dir, second);
    await vi.waitFor(() =>
      expect(lines.map(({ text }) => text)).toContain(
        'the listener uses its new certificate; connections that are open go on',
      ),
    );
  });

  it('that are broken leave what is in use, and it is said once', async () => {
    const { dir, lines, tls } = await openWatched();
    const { expiresMs } = tls.figures();
    writeFileSync(join(dir, 'cert.pem'), 'rubbish');
    const said = () => lines.filter(({ text }) => text.includes('cannot be used'));
    await vi.waitFor(() => expect(said()).toHaveLength(1));
    await tls.look();
    await tls.look();
    expect(said()).toEqual([
      {
        record: { listener: 'public', problem: 'listen.tls.cert: it holds no certificate' },
        text: 'the listener’s certificates have changed and cannot be used: it goes on with those that it has; mend the files, and they are read again within half a minute',
      },
    ]);
    expect(tls.figures().expiresMs).toBe(expiresMs);
  });

  it('of which one is there before the other are no trouble', async () => {
    const { dir, lines, tls } = await openWatched();
    tls.close();
    copyFileSync(second.certFile, join(dir, 'cert.pem'));
    await tls.look();
    copyFileSync(second.keyFile, join(dir, 'key.pem'));
    await tls.look();
    expect(lines.filter(({ text }) => text.includes('cannot be used'))).toEqual([]);
  });

  it.each([
    [15, []],
    [
      13,
      ['the listener’s certificate expires in less than 14 days: renew it; its file is read again by itself'],
    ],
    [
      -1,
      [
        'the listener’s certificate has expired, and whoever checks it does not connect: renew it; its file is read again by itself',
      ],
    ],
  ])('%i days before the certificate expires the log says: %j', async (days, texts) => {
    const { expiresMs } = (await openWatched()).tls.figures();
    const { lines, tls } = await openWatched(() => expiresMs - days * 86_400_000);
    await tls.look();
    expect(lines.map(({ text }) => text)).toEqual(texts);
  });
});

it('a check tells of a certificate that expires within 14 days', async () => {
  const { certFile: cert, keyFile: key } = first;
  const { config } = parseConfig(
    { listen: { tls: { cert, key } }, store: ':memory:', gates: { g: GATE } },
    { baseDir: '/', env: {} },
  );
  const nowMs = Date.parse(new X509Certificate(first.cert).validTo) - 13 * 86_400_000;
  const day = new Date(nowMs + 13 * 86_400_000).toISOString().slice(0, 10);
  expect(await tlsWarnings(config, nowMs)).toEqual([
    {
      path: 'listen.tls.cert',
      code: 'certificate-expires',
      severity: 'warning',
      sentence: `The certificate, or one between it and its authority, expires on ${day}. Renew it; a running gateway reads the file again by itself.`,
    },
  ]);
  expect(await tlsWarnings(config, nowMs - 2 * 86_400_000)).toEqual([]);
});

describe('certificates that cannot be used', () => {
  const open = async (files: Partial<Record<'cert' | 'key' | 'ca', string>>): Promise<string> => {
    const dir = temporaryDir();
    put(dir, first);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, `${name}.pem`), text);
    const file = (name: string) => ({ kind: 'file', file: join(dir, `${name}.pem`) }) as const;
    const config: TlsConfig = {
      cert: file('cert'),
      key: file('key'),
      ...('ca' in files && { ca: file('ca') }),
      clientCertificates: 'none',
      minVersion: 'TLSv1.2',
    };
    try {
      const log = { info() {}, warn() {}, error() {} };
      (await openListenerTls({ listener: 'public', config, now: Date.now, log })).close();
      return 'nothing is wrong';
    } catch (error) {
      if (error instanceof SetupError) return error.message.replaceAll(dir, 'FOLDER');
      throw error;
    }
  };

  it.each([
    [
      'rubbish',
      { cert: 'rubbish' },
      'listen.tls.cert: it holds no certificate. Give certificates in PEM: -----BEGIN CERTIFICATE-----.',
    ],
    [
      'a file that was cut off',
      { cert: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n' },
      'listen.tls.cert: its certificate 1 of 1 cannot be read. Compare it with `openssl x509 -noout -text`; a file that was cut off is the usual cause.',
    ],
    [
      'no key',
      { key: '-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n' },
      'listen.tls.key: it is no private key. Give the private key in PEM: -----BEGIN PRIVATE KEY-----.',
    ],
    [
      'a key with a passphrase',
      { key: '-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n' },
      'listen.tls.key: the key is encrypted with a passphrase. Decrypt it, for instance with `openssl pkey`, and let nobody but the gateway’s user read the file.',
    ],
    [
      'a file that is too long',
      { ca: 'a'.repeat(1_048_577) },
      'listen.tls.ca: the file FOLDER/ca.pem is longer than 1 MB. Name a PEM file.',
    ],
  ])('%s', async (_, files, message) => {
    expect(await open(files)).toBe(message);
  });

  it('a key of another certificate', async () => {
    expect(await open({ key: second.key })).toBe(
      'listen.tls.key: it is not the key of the certificate in cert. Give the key that the certificate was requested with; the server’s own certificate stands first in cert.',
    );
  });

  it('a key that is too weak', async () => {
    const { cert, key } = authority.issue('weak', '', 30, ['-newkey', 'rsa:1024', '-nodes']);
    expect(await open({ cert, key })).toBe(
      'listen.tls.cert: TLS does not take it (ERR_SSL_EE_KEY_TOO_SMALL). Have a certificate issued with a key that is strong enough: RSA of 2,048 bits or more, or P-256.',
    );
  });

  it('a file that is not there', async () => {
    const config: TlsConfig = {
      cert: { kind: 'file', file: '/nowhere/cert.pem' },
      key: { kind: 'file', file: first.keyFile },
      clientCertificates: 'none',
      minVersion: 'TLSv1.2',
    };
    const log = { info() {}, warn() {}, error() {} };
    await expect(openListenerTls({ listener: 'admin', config, now: Date.now, log })).rejects.toThrow(
      'listen.adminTls.cert: the file /nowhere/cert.pem cannot be read (ENOENT). Put the file there, or give the gateway’s user the right to read it.',
    );
  });
});
