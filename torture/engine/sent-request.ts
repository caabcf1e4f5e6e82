/** The requests that torture sends: number n of a seed is always the same, so that nothing but its hash must be remembered. Signed here by hand, never by what is tried. */
import { createHash, createHmac } from 'node:crypto';
import { seededRandom } from '../../scripts/seeded-random.ts';

/** Keys of the two gates. */
export const KEYS = {
  github: 'torture-github-secret-0123456789abcdef',
  standard: Buffer.from('torture-standard-webhooks-key-01'),
} as const;

export type GateName = keyof typeof KEYS;

/** How the path of a request names its gate. */
export const PATHS: Readonly<Record<GateName, string>> = {
  github: '/hooks/github',
  standard: '/hooks/standard',
};

/** Says which request it is; beside the proof, not of it. */
export const NUMBER_HEADER = 'x-torture-number';

/** How the credentials begin that some requests bring. */
export const CREDENTIALS = 'Bearer withheld-';

/** Names and values in turn. */
export type RawHeaders = readonly string[];

export interface RequestParts {
  readonly method: string;
  readonly url: string;
  readonly headers: RawHeaders;
  readonly body: Buffer;
}

export interface SentRequest {
  readonly n: number;
  readonly gate: GateName;
  /** No gate may take it. */
  readonly isForged: boolean;
  readonly bodyBytes: number;
  /** The whole request, as it goes over the wire. */
  readonly wire: Buffer;
  /** Of method, target, headers and body: what a store must hold. */
  readonly digest: string;
  /** Of the body alone: what a destination must get. */
  readonly bodyDigest: string;
}

export interface RequestSource {
  /** @param signedAtS what the sender's clock says; the time in a signature */
  make(n: number, signedAtS: number): SentRequest;
}

export interface SourceOptions {
  readonly seed: number;
  /** Of the largest bodies. Default 200 KB. */
  readonly largeBytes?: number;
  /** Of a hundred requests so many are forged. Default 6. */
  readonly forgedPercent?: number;
  /** All bodies are JSON of about so many bytes. Default: bodies of every kind. */
  readonly bodyBytes?: number;
  /** All go to it. Default: to both. */
  readonly gate?: GateName;
}

const POOL_BYTES = 512 * 1024;
/** Sealed apart, and empty among the headers: who has no store key has no values. */
const WITHHELD: ReadonlySet<string> = new Set(['authorization', 'cookie']);

export function createRequestSource({
  seed,
  largeBytes = 200 * 1024,
  forgedPercent = 6,
  bodyBytes,
  gate: onlyGate,
}: SourceOptions): RequestSource {
  const pool = randomBytes(seed, POOL_BYTES);
  return {
    make(n, signedAtS) {
      const draw = seededRandom(seed ^ Math.imul(n + 1, 0x9e3779b1));
      const drawnGate: GateName = draw() % 2 === 0 ? 'github' : 'standard';
      const gate = onlyGate ?? drawnGate;
      const isForged = draw() % 100 < forgedPercent;
      const mark = `torture-${seed}-${n}`;
      const body =
        bodyBytes === undefined ? bodyOf({ mark, pool, largeBytes, draw }) : jsonBody(mark, bodyBytes);
      const parts = { n, gate, body, signedAtS, draw };
      const request = isForged ? forged(parts) : genuine(parts);
      return {
        n,
        gate,
        isForged,
        bodyBytes: request.body.length,
        wire: wireOf(request),
        digest: digestOf(request),
        bodyDigest: createHash('sha256').update(request.body).digest('base64url'),
      };
    },
  };
}

/** Of all that a store must give back. Values that are withheld count as empty. */
export function digestOf({ method, url, headers, body }: RequestParts): string {
  const shown = headers.map((text, i) =>
    i % 2 === 1 && WITHHELD.has((headers[i - 1] ?? '').toLowerCase()) ? '' : text,
  );
  return createHash('sha256')
    .update(JSON.stringify([method, url, shown]))
    .update(body)
    .digest('base64url');
}

/** Whether the request proves itself, judged by hand: what stands in a store is held against it once more. */
export function isProved(gate: GateName, { headers, body }: RequestParts): boolean {
  const value = (name: string): string => headerOf(headers, name) ?? '';
  if (gate === 'github') return value('x-hub-signature-256') === githubSignature(body);
  const signature = standardSignature(value('webhook-id'), value('webhook-timestamp'), body);
  return value('webhook-signature') === signature;
}

export function headerOf(headers: RawHeaders, name: string): string | undefined {
  const at = headers.findIndex((text, i) => i % 2 === 0 && text.toLowerCase() === name);
  return at < 0 ? undefined : headers[at + 1];
}

interface BodyParts {
  /** Makes it another than all others. */
  readonly mark: string;
  readonly pool: Buffer;
  readonly largeBytes: number;
  readonly draw: () => number;
}

/**
 * A body that begins with digits and a point is refused under Standard Webhooks, as they could be the time's fraction: none does.
 * What must come back to the byte: text, every byte there is, what is no UTF-8, what compresses and what does not, what looks like HTTP.
 */
function bodyOf({ mark, pool, largeBytes, draw }: BodyParts): Buffer {
  const kind = draw() % 100;
  const cut = (bytes: number): Buffer => {
    const at = draw() % Math.max(1, pool.length - bytes);
    return pool.subarray(at, at + bytes);
  };
  const json = (bytes: number): Buffer => jsonBody(mark, bytes);
  if (kind < 55) return json(60);
  if (kind < 65) return Buffer.concat([Buffer.from(mark), EVERY_BYTE]);
  if (kind < 75) return Buffer.concat([Buffer.from('~'), cut(draw() % 2_000), Buffer.from(mark)]);
  if (kind < 80)
    return Buffer.concat([Buffer.from([0, 0, 0xff, 0xfe, 0xc3]), Buffer.from(mark), Buffer.from([0])]);
  if (kind < 83)
    return Buffer.from(`\uFEFF${mark}\r\n\r\nPOST /hooks/github HTTP/1.1\r\ncontent-length: 0\r\n\r\n`);
  if (kind < 97) return json(1_000 + (draw() % 3_000));
  if (kind < 98) return json(largeBytes);
  if (kind < 99)
    return Buffer.concat([Buffer.from('~'), cut(largeBytes - mark.length - 1), Buffer.from(mark)]);
  return Buffer.from(mark);
}

function jsonBody(mark: string, bytes: number): Buffer {
  const head = JSON.stringify({ type: 'torture.sent', mark, filling: '' });
  const filling = 'lorem ipsum é '.repeat(Math.ceil(Math.max(0, bytes - head.length) / FILLING_BYTES));
  return Buffer.from(JSON.stringify({ type: 'torture.sent', mark, filling }));
}

/** In UTF-8. */
const FILLING_BYTES = 15;
const EVERY_BYTE = Buffer.from(Array.from({ length: 512 }, (_, i) => i & 0xff));

interface SignedParts {
  readonly n: number;
  readonly gate: GateName;
  readonly body: Buffer;
  readonly signedAtS: number;
  readonly draw: () => number;
}

function genuine({ n, gate, body, signedAtS, draw }: SignedParts): RequestParts {
  return {
    method: 'POST',
    // It ends, so that a number is not read into what stands behind it, wherever it turns up.
    url: `${PATHS[gate]}?n=${n}&end`,
    headers: [...commonHeaders(n, body, draw), ...proofHeaders(gate, n, signedAtS, body)],
    body,
  };
}

function proofHeaders(gate: GateName, n: number, signedAtS: number, body: Buffer): RawHeaders {
  if (gate === 'github')
    return [
      'X-GitHub-Event',
      'push',
      'X-GitHub-Delivery',
      `${n}`,
      'X-Hub-Signature-256',
      githubSignature(body),
    ];
  const id = `msg_${n}`;
  return [
    'webhook-id',
    id,
    'webhook-timestamp',
    `${signedAtS}`,
    'webhook-signature',
    standardSignature(id, `${signedAtS}`, body),
  ];
}

/** Order, case, repeats, empty values and bytes beyond ASCII: all of it is to be kept as it was. */
function commonHeaders(n: number, body: Buffer, draw: () => number): RawHeaders {
  const odd = draw() % 8;
  return [
    'Host',
    'torture.test',
    'Content-Type',
    'application/json',
    'X-Torture-Number',
    `${n}`,
    ...(odd === 0 ? ['X-Twice', 'a', 'accept', '*/*', 'x-tWICE', 'b,  c'] : []),
    ...(odd === 1 ? ['X-Bytes', Buffer.from([0xe9, 0x80, 0xff, 0x20, 0xc3]).toString('latin1')] : []),
    ...(odd === 2 ? ['X-Empty', '', 'Authorization', `${CREDENTIALS}${n}`] : []),
    'content-length',
    `${body.length}`,
  ];
}

/** In one of the ways in which a request is not what it says. Each fits its own number, so that it is known wherever it turns up. */
function forged(parts: SignedParts): RequestParts {
  const { gate, draw, signedAtS } = parts;
  const request = genuine(parts);
  const { body, headers } = request;
  const way = draw() % 5;
  if (way === 0 && body.length > 0) return { ...request, body: flipped(body, draw()) };
  if (way === 1) return { ...request, ...shorter(headers, body) };
  if (way === 2 && gate === 'standard') {
    return { ...request, headers: withHeader(headers, 'webhook-id', (id) => `${id}0`) };
  }
  if (way === 3 && gate === 'standard') {
    // Signed well, an hour ago.
    const old = proofHeaders(gate, parts.n, signedAtS - 3_600, body);
    return { ...request, headers: [...headers.slice(0, -old.length), ...old] };
  }
  const proof = gate === 'github' ? 'x-hub-signature-256' : 'webhook-signature';
  // Where a digest ends, so that it is still of the right form.
  return {
    ...request,
    headers: withHeader(headers, proof, (text) => `${text.slice(0, 20)}${turned(text[20])}${text.slice(21)}`),
  };
}

function turned(digit: string | undefined): string {
  return digit === '1' ? '2' : '1';
}

function flipped(body: Buffer, at: number): Buffer {
  const copy = Buffer.from(body);
  const place = at % copy.length;
  copy[place] = (copy[place] ?? 0) ^ (1 << (at % 8));
  return copy;
}

function shorter(headers: RawHeaders, body: Buffer): Pick<RequestParts, 'headers' | 'body'> {
  const length = body.length - 1;
  return {
    headers: withHeader(headers, 'content-length', () => `${length}`),
    body: body.subarray(0, length),
  };
}

function withHeader(headers: RawHeaders, name: string, change: (value: string) => string): RawHeaders {
  return headers.map((text, i) =>
    i % 2 === 1 && headers[i - 1]?.toLowerCase() === name ? change(text) : text,
  );
}

function githubSignature(body: Buffer): string {
  return `sha256=${createHmac('sha256', KEYS.github).update(body).digest('hex')}`;
}

function standardSignature(id: string, timestamp: string, body: Buffer): string {
  return `v1,${createHmac('sha256', KEYS.standard).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
}

function wireOf({ method, url, headers, body }: RequestParts): Buffer {
  let head = `${method} ${url} HTTP/1.1\r\n`;
  for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`;
  return Buffer.concat([Buffer.from(`${head}\r\n`, 'latin1'), body]);
}

function randomBytes(seed: number, bytes: number): Buffer {
  const random = seededRandom(seed);
  const buffer = Buffer.alloc(bytes);
  for (let at = 0; at < bytes; at += 4) buffer.writeUInt32LE(random(), at);
  return buffer;
}
