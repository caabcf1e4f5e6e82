/** What became of an HTTP attempt that got no answer, and what an operator can do about it. */
import { attemptFailed } from './attempt-failed.ts';
import type { AttemptFailed } from './destination.ts';

export interface ConnectionFault {
  /** What the call failed with. */
  readonly error: unknown;
  /** Host and port: no more of the address is told, since its path may hold a token. */
  readonly host: string;
  /** A connection took the request: the destination may have it. */
  readonly wasSent: boolean;
}

/** By the code of the error, where no connection was made. */
const UNREACHABLE: Readonly<Record<string, (host: string) => string>> = {
  ECONNREFUSED: (host) =>
    `Nothing listens at ${host}. Start the destination’s server, or correct its address.`,
  ENOTFOUND: (host) => `The name of ${host} does not exist. Correct the address, or the name’s DNS entry.`,
  EAI_AGAIN: (host) =>
    `The name of ${host} could not be looked up. See whether this machine’s resolver works.`,
  UND_ERR_CONNECT_TIMEOUT: (host) =>
    `${host} did not take a connection in time. See whether it runs, and whether a firewall drops what comes from here.`,
  EHOSTUNREACH: (host) => `There is no way to ${host}. See whether its machine and the network between run.`,
  ENETUNREACH: (host) =>
    `There is no network to ${host}. See whether this machine has one, and for IPv6 too.`,
  EMFILE: () =>
    'This process may open no more connections. Raise its limit of open files (ulimit -n), or lower the destination’s concurrency.',
};

/** Codes of OpenSSL and Node for a certificate that is not believed. */
const CERTIFICATE =
  /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|CRL|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE/;
const TLS = /^(ERR_SSL|ERR_TLS|EPROTO)/;
const REFUSED_ADDRESS = /^REFUSED_[A-Z_]+_ADDRESS$/;

/** Of errors that the client raises for a request that it would not write. */
const UNWRITABLE: ReadonlySet<string> = new Set([
  'UND_ERR_INVALID_ARG',
  'UND_ERR_NOT_SUPPORTED',
  'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH',
]);

export function connectionFailure({ error, host, wasSent }: ConnectionFault): AttemptFailed {
  const code = codeOf(error);
  if (UNWRITABLE.has(code))
    return attemptFailed(
      'not-started',
      'The request cannot be written: its method or one of its headers has a byte that HTTP does not allow. Mend the transformation that made it, and redrive the delivery.',
      { ends: 'delivery' },
    );
  return wasSent ? lost(error, code, host) : unreachable(code, host);
}

function unreachable(code: string, host: string): AttemptFailed {
  if (REFUSED_ADDRESS.test(code))
    return attemptFailed(
      'address-refused',
      `${host} is not called, since its address is one that deliveries must not go to (${code}). Correct the address, or what its name resolves to.`,
      { throttles: true },
    );
  return attemptFailed('unreachable', unreachableSentence(code, host), { throttles: true });
}

function unreachableSentence(code: string, host: string): string {
  const said = Object.hasOwn(UNREACHABLE, code) ? UNREACHABLE[code] : undefined;
  if (said !== undefined) return said(host);
  if (CERTIFICATE.test(code))
    return `The certificate of ${host} is not believed (${code}). Renew it, or have it signed by an authority that this machine trusts (NODE_EXTRA_CA_CERTS).`;
  if (TLS.test(code))
    return `${host} and this gateway agreed on no TLS connection (${code}). See whether the address should begin with http: there, and which versions of TLS it takes.`;
  return `No connection to ${host} was made${inBrackets(code)}. See whether it runs, and can be reached from here.`;
}

function lost(error: unknown, code: string, host: string): AttemptFailed {
  // Some of the parser's errors have no code.
  if (code.startsWith('HPE_') || (error instanceof Error && error.name === 'HTTPParserError'))
    return attemptFailed(
      'connection-lost',
      `What answers at ${host} does not speak HTTP/1.1${inBrackets(code)}. See whether the port is right, and whether the address should begin with https:.`,
      { throttles: true },
    );
  // undici ends the connection with these words, and cannot be told to read on (RFC 9110 §15.2 would have it).
  if (code === 'UND_ERR_SOCKET' && error instanceof Error && error.message === 'bad response')
    return attemptFailed(
      'connection-lost',
      `${host} answered 100 Continue, which was not asked for, and this gateway takes no such answer. It may have taken the event. Have it, or the proxy before it, answer with the final status alone.`,
      { throttles: true },
    );
  if (code === 'UND_ERR_HEADERS_OVERFLOW')
    return attemptFailed(
      'connection-lost',
      `The head of ${host}’s answer is longer than 16 KB. Have it answer with fewer headers.`,
      { throttles: true },
    );
  return attemptFailed(
    'connection-lost',
    `${host} closed the connection before it answered${inBrackets(code)}. It may have taken the event; see its log, and that of a proxy before it.`,
    { throttles: true },
  );
}

function inBrackets(code: string): string {
  return code === '' ? '' : ` (${code})`;
}

/** The error's code, or that of the first of several: a name of two addresses fails at both. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error instanceof AggregateError ? codeOf(error.errors[0]) : '';
}
