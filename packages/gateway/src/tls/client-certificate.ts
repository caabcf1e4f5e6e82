/** What a client has proved with its TLS certificate. */
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { CertificateView } from '@countersign/api';

/** A certificate that the authorities of `listen.tls.ca` have issued, and whose key the client has. */
export interface ClientCertificate {
  /** All its subject alternative names, with their kinds. */
  readonly sans: readonly string[];
  /** SHA-256 of its DER: 64 hex digits in lower case. */
  readonly fingerprint: string;
  /** Milliseconds since the epoch. */
  readonly expiresMs: number;
  /** For the log: bounded. */
  readonly view: CertificateView;
}

const MAX_VIEWED_NAMES = 10;
const MAX_VIEWED_CHARS = 200;

/** Undefined where the client has shown none, or one that the authorities have not issued. */
export function clientCertificate(socket: Socket): ClientCertificate | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return undefined;
  const sans = readAltNames(certificate.subjectAltName ?? '');
  const fingerprint = certificate.fingerprint256.replaceAll(':', '').toLowerCase();
  return {
    sans,
    fingerprint,
    expiresMs: Date.parse(certificate.validTo),
    view: {
      sans: sans.slice(0, MAX_VIEWED_NAMES).map((san) => san.slice(0, MAX_VIEWED_CHARS)),
      fingerprint,
    },
  };
}

const KINDS: ReadonlyMap<string, string> = new Map([
  ['DNS', 'DNS'],
  ['URI', 'URI'],
  ['IP Address', 'IP'],
  ['email', 'email'],
]);
/** A name in quotes is JSON: it holds what could be taken for the next entry. */
const ENTRY = /(?:^|(?<!^), )([A-Za-z][A-Za-z0-9 ]*):("(?:[^"\\]|\\.)*"|[^",]*)(?=, |$)/y;

/**
 * The names of Node's text of the extension, such as `DNS:a.example, URI:"odd, name"`. Of a text that is not wholly understood there are
 * none: nobody gets in by what was misread.
 */
export function readAltNames(text: string): readonly string[] {
  const names: string[] = [];
  ENTRY.lastIndex = 0;
  let end = 0;
  while (end < text.length) {
    const [whole, kind = '', written = ''] = ENTRY.exec(text) ?? [];
    if (whole === undefined) return [];
    end += whole.length;
    const label = KINDS.get(kind);
    const name = written.startsWith('"') ? unquoted(written) : written;
    if (name === undefined) return [];
    if (label !== undefined) names.push(`${label}:${label === 'DNS' ? name.toLowerCase() : name}`);
  }
  return names;
}

function unquoted(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
