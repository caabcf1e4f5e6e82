/** Deliveries to NATS JetStream: one message each, delivered once a stream has stored it. */
import { Buffer } from 'node:buffer';
import { SetupError } from '@countersign/core/internal/setup-error';
import type { JetStreamClient } from '@nats-io/jetstream';
import type { MsgHdrs, NatsConnection } from '@nats-io/transport-node';
import { closedDestination, endedBy } from '../attempt-failed.ts';
import type { AttemptResult, Destination, Message } from '../destination.ts';
import { KeptConnection, type NatsCredentials, type NatsTls } from '../nats-connection.ts';
import { natsFailure, tooLong } from '../nats-faults.ts';
import { natsHeaders } from '../nats-headers.ts';
import type { NatsAddress } from '../nats-probe.ts';
import { createSubject } from '../nats-subject.ts';

export interface NatsDestinationOptions {
  /** Addresses such as `nats://127.0.0.1:4222`, in the order in which they are tried; `tls:` for no connection without TLS. */
  readonly servers: readonly string[];
  /** Made of words, dots and `{gate}`, `{provider}`, `{type}`. A stream must take it. */
  readonly subject: string;
  readonly credentials?: NatsCredentials;
  readonly tls?: NatsTls;
  /** Default 5,000. */
  readonly connectTimeoutMs?: number;
}

const CONNECT_TIMEOUT_MS = 5_000;
const DEFAULT_PORT = 4_222;

/** How long the client itself waits for an acknowledgement. As a rule the signal ends an attempt before; a message is held until then. */
const ACK_TIMEOUT_MS = 120_000;

/** Loads the client, and connects, at the first send. @throws SetupError for options that cannot work. */
export async function createNatsDestination(options: NatsDestinationOptions): Promise<Destination> {
  const { connectTimeoutMs = CONNECT_TIMEOUT_MS } = options;
  const urls = options.servers.map(serverUrl);
  if (urls.length === 0)
    throw new SetupError('servers', 'there is none', 'Name one, e.g. nats://127.0.0.1:4222.');
  const tls = options.tls ?? (urls.some(({ protocol }) => protocol === 'tls:') ? {} : undefined);
  const servers = urls.map(addressOf);
  const connection = new KeptConnection({
    servers,
    connectTimeoutMs,
    ...(options.credentials && { credentials: options.credentials }),
    ...(tls && { tls }),
  });
  const subjectOf = createSubject(options.subject);
  const named = servers.map(({ host, port }) => `${host}:${port}`).join(', ');
  const clients = new WeakMap<NatsConnection, JetStreamClient>();

  async function publish(message: Message, signal: AbortSignal): Promise<AttemptResult> {
    const subject = subjectOf(message.event);
    let wasSent = false;
    try {
      const { nats, unlessLost } = await connection.current();
      if (signal.aborted) return endedBy(signal);
      const { jetstream } = await import('@nats-io/jetstream');
      const client = clients.get(nats) ?? jetstream(nats);
      clients.set(nats, client);
      const { headers, bytes } = await natsMessage(message);
      const maxBytes = nats.info?.max_payload ?? bytes;
      if (bytes > maxBytes) return tooLong(bytes, maxBytes);
      wasSent = true;
      const publishing = client.publish(subject, message.body, { headers, timeout: ACK_TIMEOUT_MS });
      const { stream, seq, duplicate } = await unlessLost(publishing);
      return { ok: true, answer: Buffer.from(JSON.stringify({ stream, seq, duplicate })) };
    } catch (error) {
      if (connection.isClosed) return closedDestination();
      return natsFailure({ error, servers: named, subject, wasSent });
    }
  }

  return {
    kind: 'nats',
    send: (message, signal) => {
      if (connection.isClosed) return Promise.resolve(closedDestination());
      if (signal.aborted) return Promise.resolve(endedBy(signal));
      return new Promise((resolve) => {
        const onAbort = (): void => resolve(endedBy(signal));
        signal.addEventListener('abort', onAbort, { once: true });
        void publish(message, signal).then((result) => {
          signal.removeEventListener('abort', onAbort);
          resolve(result);
        });
      });
    },
    close: () => connection.close(),
  };
}

function serverUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'nats:' && url.protocol !== 'tls:') || url.hostname === '')
    throw new SetupError(
      'servers',
      'one is no address of NATS',
      'Write it in full, e.g. nats://127.0.0.1:4222.',
    );
  if (url.username !== '' || url.password !== '')
    throw new SetupError(
      'servers',
      'an address holds a user or a token',
      'Leave it out, and give a token, a user and a password, an nkey or creds beside it.',
    );
  return url;
}

function addressOf({ hostname, port }: URL): NatsAddress {
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? DEFAULT_PORT : Number(port) };
}

interface NatsMessage {
  readonly headers: MsgHdrs;
  /** How long the server finds it. */
  readonly bytes: number;
}

const FIRST_LINE = 'NATS/1.0\r\n';

async function natsMessage(message: Message): Promise<NatsMessage> {
  const { headers: createHeaders } = await import('@nats-io/transport-node');
  const carried = createHeaders();
  let bytes = FIRST_LINE.length + '\r\n'.length + message.body.length;
  for (const { name, value } of natsHeaders(message)) {
    carried.append(name, value);
    bytes += Buffer.byteLength(`${name}: ${value}\r\n`);
  }
  return { headers: carried, bytes };
}
