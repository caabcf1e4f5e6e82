/** Calls, answers and texts for the tests of answers. */
import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import { type Accepted, HeaderList } from '@countersign/core';
import fc from 'fast-check';
import type { Call } from '../../src/call.ts';
import { sendAnswer } from '../../src/http/answer-sender.ts';
import { type HttpAnswer, isStream } from '../../src/http-answer.ts';
import { listen } from '../harness.ts';

export interface TestCall extends Call {
  /** What broke streams off. */
  readonly failures: unknown[];
}

/** A call whose request was a verified form of these fields, or no form. */
export function callWith(fields?: Readonly<Record<string, string>>): TestCall {
  const failures: unknown[] = [];
  const evidence = { provider: 'p', bodyBytes: 0, signatures: 1, comparisons: 1, readingsTried: 1, nowMs: 0 };
  const accepted: Accepted = {
    ok: true,
    provider: 'p',
    keyId: 'main',
    evidence,
    ...(fields && { fields: new Map(Object.entries(fields)) }),
  };
  return {
    request: { method: 'POST', url: '/', headers: new HeaderList([]), body: new Uint8Array(0) },
    requestId: '1',
    path: '/',
    query: '',
    params: {},
    remoteAddress: '127.0.0.1',
    accepted,
    claim: undefined,
    answerEarly: () => {},
    onSenderLeft: () => () => {},
    streamFailed: (error) => void failures.push(error),
    failures,
  };
}

/** By lower-case name. @throws Error where a name occurs twice. */
export function headersOf({ headers }: HttpAnswer): Readonly<Record<string, string>> {
  const found = new Map<string, string>();
  for (let i = 0; i < headers.length; i += 2) {
    const name = String(headers[i]);
    if (found.has(name)) throw new Error(`${name} twice`);
    found.set(name, String(headers[i + 1]));
  }
  return Object.fromEntries(found);
}

export async function textOf({ body }: HttpAnswer): Promise<string> {
  if (!isStream(body)) return Buffer.from(body).toString();
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Serves one answer over real HTTP, and gives the response before its body is read. */
export async function serve(answer: HttpAnswer, method = 'GET'): Promise<IncomingMessage> {
  const server = createServer((_request, response) => sendAnswer(response, answer, false));
  const origin = await listen(server);
  const request = httpRequest(origin, { agent: false, method });
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
}

/** Texts of which some would do harm if they were taken for markup. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc
    .array(
      fc.constantFrom(
        '<script>alert(1)</script>',
        '"><img src=x onerror=alert(1)>',
        "' autofocus onfocus='alert(1)",
        '</title></style></h1></main>',
        '<!--',
        ']]>',
        '&lt;',
        '&#60;',
        '&',
        ' ',
        '\0',
        '\r\n',
      ),
    )
    .map((parts) => parts.join('')),
);

/** What a parser of HTML would take for markup, in order: equal for two texts of which neither brings any of its own. */
export function skeleton(html: string): string {
  return html.replace(/&#\d+;/g, '').replace(/[^<>"'&]/g, '');
}

/** The text that a parser of HTML would read. */
export function unescaped(html: string): string {
  return html.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
}
