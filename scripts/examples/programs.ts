/** The examples that are whole programs: each is sent genuine and changed webhooks. */
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { request as ask } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Example } from '../../packages/core/dist/explain/index.js';
import { freePorts } from '../free-ports.ts';
import { SECRET } from './program.ts';
import { listening, start, stop } from './start.ts';

/** As no printer of JSON writes it, with a letter of two bytes. */
export const BODY = '{ "id" : "evt_1","name":"J\u00f6rg",\n "amount":1.0 }\n';

interface Sent {
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

interface Answer {
  readonly status: number | undefined;
  readonly text: string;
}

type Send = (sent: Sent) => Promise<Answer>;

/** @throws Error where a genuine webhook is not taken, or a changed one is */
export async function runProgram(example: Example, folder: string): Promise<void> {
  const judges = judgesOf(example);
  if (example.frameworks[0] === 'lambda') return callHandler(example, folder, judges);
  const [port = 0] = await freePorts(1);
  const child = start(example, port, folder);
  try {
    await listening(port, child);
    await judges((sent) => send(port, sent));
  } finally {
    await stop(child);
  }
}

type Judges = (sending: Send) => Promise<void>;

/** What the example says that it is good for. */
function judgesOf({ topics }: Example): Judges {
  if (topics.includes('proxy-host')) return judgesAddresses;
  return async (sending) => {
    if (topics.includes('raw-body')) await judgesBodies(sending);
    if (topics.includes('decompression')) await judgesCompressed(sending);
  };
}

async function judgesBodies(sending: Send): Promise<void> {
  const body = Buffer.from(BODY);
  const genuine = await sending(json(body));
  if (genuine.status !== 200 || genuine.text !== 'evt_1') {
    throw new Error(`a genuine webhook is answered with ${genuine.status} ${genuine.text.slice(0, 200)}`);
  }
  await refuses(sending, json(Buffer.from(BODY.replace('1.0', '9.0')), body), 'a changed webhook');
}

/** What is compressed is proved as it came, whatever is made of it afterwards. */
async function judgesCompressed(sending: Send): Promise<void> {
  const body = Buffer.from(BODY);
  const compressed = gzipSync(body);
  const encoded = { 'content-encoding': 'gzip', 'content-type': 'application/octet-stream' };
  const { status } = await sending(json(compressed, compressed, encoded));
  if (status === 401 || status === 415) {
    throw new Error(`a webhook that was signed after compression is answered with ${status}`);
  }
  await refuses(sending, json(compressed, body, encoded), 'one that was signed before it');
}

/** A webhook of GitHub’s. @param signed the bytes that the signature is of */
function json(body: Uint8Array, signed = body, headers: Sent['headers'] = {}): Sent {
  const own = { 'content-type': 'application/json', 'x-hub-signature-256': githubSignature(signed) };
  return { target: '/webhook', headers: { ...own, ...headers }, body };
}

/** Behind a proxy that says what the sender called: the path and the query are as no URL printer leaves them. */
async function judgesAddresses(sending: Send): Promise<void> {
  for (const target of ['/hooks/a%2Fb?x=%3a+1&&y=', '/hooks/a/?b=c']) {
    const sent = {
      target,
      headers: {
        host: 'internal:8080',
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'hooks.example',
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': createHmac('sha1', SECRET)
          .update(`https://hooks.example${target}a1`)
          .digest('base64'),
      },
      body: Buffer.from('a=1'),
    };
    const { status } = await sending(sent);
    if (status !== 200) throw new Error(`${target} is answered with ${status}`);
    await refuses(sending, { ...sent, target: `${target}%20` }, 'another address');
  }
}

async function refuses(sending: Send, sent: Sent, what: string): Promise<void> {
  const { status } = await sending(sent);
  if (status !== 401) throw new Error(`${what} is answered with ${status}`);
}

function githubSignature(body: Uint8Array | string): string {
  return `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
}

/** With the target to the letter, which no URL is. */
export function send(port: number, { target, headers, body }: Sent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port,
      path: target,
      agent: false,
      method: 'POST',
      headers: { ...headers, 'content-length': body.length },
    };
    const asked = ask(options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, text }));
    });
    asked.on('error', reject).end(body);
  });
}

/** As a function URL calls it. */
async function callHandler({ code }: Example, folder: string, judges: Judges): Promise<void> {
  const path = join(folder, 'lambda.mjs');
  writeFileSync(path, code);
  process.env['WEBHOOK_SECRET'] = SECRET;
  process.env['GITHUB_WEBHOOK_SECRET'] = SECRET;
  for (const isBase64Encoded of [true, false]) {
    // One anew, for which nothing is a repeat.
    const { handler } = await import(`${pathToFileURL(path).href}?${isBase64Encoded}`);
    await judges(async ({ target, headers, body }) => {
      const [rawPath, ...query] = target.split('?');
      // Bytes that are no text come in base64, whatever else does.
      const isBytes = isBase64Encoded || 'content-encoding' in headers;
      const event = {
        requestContext: { http: { method: 'POST' } },
        rawPath,
        rawQueryString: query.join('?'),
        headers,
        body: Buffer.from(body).toString(isBytes ? 'base64' : 'utf8'),
        isBase64Encoded: isBytes,
      };
      // A function that throws is answered for with 502.
      const answer = await Promise.resolve(handler(event)).catch(() => ({ statusCode: 502 }));
      return { status: answer.statusCode, text: answer.body ?? '' };
    });
  }
}
