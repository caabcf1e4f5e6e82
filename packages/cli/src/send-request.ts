/** Sends a signed request as it stands, and reads a bounded answer. */
import type { SignedRequest } from '@countersign/core';
import { collectBytes } from '@countersign/core/collect-bytes';
import { duration } from '@countersign/core/internal/amounts';
import { UsageError } from './usage-error.ts';

export interface Answer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly (readonly [string, string])[];
  /** Cut at `maxBytes`. */
  readonly body: Uint8Array;
  readonly isCut: boolean;
  /** To the first byte of the answer's head. */
  readonly headMs: number;
  /** To its last byte, or to where it was cut. */
  readonly totalMs: number;
}

export interface SendParts {
  readonly fetch: typeof globalThis.fetch;
  readonly monotonicMs: () => number;
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** No answer came; `message` says why, `remedy` what to do. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
  readonly remedy: string;

  constructor(problem: string, remedy: string) {
    super(problem);
    this.remedy = remedy;
  }
}

/**
 * Sends; redirects are not followed.
 * @throws NoAnswerError where none came; UsageError where the request cannot be sent this way.
 */
export async function sendRequest(request: SignedRequest, parts: SendParts): Promise<Answer> {
  const { method, url, headers, body } = request;
  if (!/^https?:\/\//i.test(url)) {
    throw new UsageError(
      'the request has no absolute URL',
      'Give the URL that it goes to: countersign send URL FILE.',
    );
  }
  if (body.length > 0 && (method === 'GET' || method === 'HEAD')) {
    throw new UsageError(
      `a ${method} with a body cannot be sent from here`,
      'Print a curl line for it: countersign sign.',
    );
  }
  const startedMs = parts.monotonicMs();
  const elapsed = (): number => Math.round((parts.monotonicMs() - startedMs) * 10) / 10;
  try {
    const response = await parts.fetch(url, {
      method,
      headers: [...headers].filter(([name]) => !OWN_HEADERS.test(name)).map(([name, value]) => [name, value]),
      body: body.length === 0 ? null : new Uint8Array(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(parts.timeoutMs),
    });
    const headMs = elapsed();
    const read = await readBounded(response.body, parts.maxBytes);
    const { status, statusText } = response;
    return { status, statusText, headers: [...response.headers], ...read, headMs, totalMs: elapsed() };
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') throw late(new URL(url), parts);
    throw noAnswer(error, new URL(url));
  }
}

/** The connection's own; whoever sends says them. */
const OWN_HEADERS =
  /^(?:host|connection|content-length|transfer-encoding|keep-alive|upgrade|expect|te|trailer)$/i;

async function readBounded(
  stream: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<Pick<Answer, 'body' | 'isCut'>> {
  const collected = collectBytes();
  for await (const chunk of stream ?? []) {
    collected.add(chunk);
    // Leaving the loop cancels the stream.
    if (collected.length > maxBytes) break;
  }
  const isCut = collected.length > maxBytes;
  return { body: collected.take().subarray(0, maxBytes), isCut };
}

function late({ host }: URL, { timeoutMs }: SendParts): NoAnswerError {
  return new NoAnswerError(
    `${host} did not answer within ${duration(timeoutMs)}`,
    'Give it longer with --timeout SECONDS, or look at its log.',
  );
}

/** Why a call of `fetch` failed, in words that hold for each command. */
export function noAnswer(error: unknown, { host, hostname, port }: URL): NoAnswerError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const text = cause instanceof Error ? cause.message : String(cause);
  if (text === 'bad port') {
    return new NoAnswerError(
      `port ${port} belongs to another protocol, so HTTP clients, like browsers, refuse to call it`,
      'Let the server listen on another port.',
    );
  }
  switch (code) {
    case 'ECONNREFUSED':
      return new NoAnswerError(`nothing listens at ${host}`, 'Start the server, or check the port.');
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new NoAnswerError(
        `the host name ${hostname} cannot be resolved`,
        'Check the host name and the network.',
      );
    case 'ECONNRESET':
    case 'UND_ERR_SOCKET':
      return new NoAnswerError(
        `${host} closed the connection before it answered`,
        'Look at its log, and check whether it expects https.',
      );
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return new NoAnswerError(
        `${host}’s certificate is not trusted (${code})`,
        'Name its authority in NODE_EXTRA_CA_CERTS.',
      );
    case 'CERT_HAS_EXPIRED':
      return new NoAnswerError(
        `${host}’s certificate has expired`,
        'Have it renewed, or check the clock of this machine.',
      );
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return new NoAnswerError(
        `${host}’s certificate is for another name`,
        'Call it by a name that the certificate has.',
      );
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return new NoAnswerError(
        `${host} does not answer in TLS`,
        'Check the port, or use http:// if it expects plain HTTP.',
      );
    default:
      // OpenSSL's own text names its source files, over several lines.
      if (code.startsWith('ERR_SSL_')) {
        return new NoAnswerError(
          `${host} and this machine have no TLS version or cipher in common (${code})`,
          'Check which TLS versions it accepts.',
        );
      }
      return new NoAnswerError(`no answer from ${host}: ${text}`, 'Check the address and the network.');
  }
}
