/** What the tests of the platform share: a platform that ends with its test, a client of its API, a webhook receiver. */
import type { IncomingHttpHeaders } from 'node:http';
import { onTestFinished } from 'vitest';
import type { IncodePayload } from '../../src/incode.ts';
import type { IncodePlatform, IncodePlatformOptions } from '../../src/incode-platform/model.ts';
import { startIncodePlatform } from '../../src/incode-platform/platform.ts';
import { startTestServer } from '../test-server.ts';

export const NOW_MS = 1_760_000_000_000;
export const DAY_MS = 86_400_000;
export const API_KEY = 'api-key-of-tests';
export const ADMIN = { email: 'admin@example.com', password: 'password-of-tests' };
export const FLOW_ID = '65f0c1d2e3a4b5c6d7e8f9aa';

/** Starts a platform with known credentials, which ends with the test. */
export async function startPlatform(options: IncodePlatformOptions = {}): Promise<IncodePlatform> {
  const defaults = { apiKey: API_KEY, clientId: 'client-of-tests', flowId: FLOW_ID, admin: ADMIN };
  const platform = await startIncodePlatform({ ...defaults, now: () => NOW_MS, ...options });
  onTestFinished(() => platform.close());
  return platform;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Empty where the answer is no JSON. */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface CallOptions {
  /** An object is sent as JSON, a text as it is. */
  readonly body?: unknown;
  /** Sent as X-Incode-Hardware-Id. */
  readonly token?: string;
  /** Instead of the right ones, or besides; undefined leaves one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

/** Calls the API with all headers but a token. */
export async function callApi(
  platform: IncodePlatform,
  method: string,
  path: string,
  { body, token, headers = {}, signal }: CallOptions = {},
): Promise<Reply> {
  const sent = new Headers();
  const right = { 'api-version': '1.0', 'content-type': 'application/json', 'x-api-key': platform.apiKey };
  const all = { ...right, 'x-incode-hardware-id': token, ...headers };
  for (const [name, value] of Object.entries(all)) if (value !== undefined) sent.set(name, value);
  const response = await fetch(platform.apiUrl + path, {
    method,
    headers: sent,
    body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: objectOf(text) };
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** What every start must say. */
export const START = { countryCode: 'ALL', configurationId: FLOW_ID, language: 'en-US' };

export interface Session {
  readonly token: string;
  readonly interviewId: string;
}

export async function startSession(platform: IncodePlatform, members: object = {}): Promise<Session> {
  const { body } = await callApi(platform, 'POST', '/omni/start', { body: { ...START, ...members } });
  return { token: String(body['token']), interviewId: String(body['interviewId']) };
}

export async function logIn(platform: IncodePlatform): Promise<string> {
  const { body } = await callApi(platform, 'POST', '/executive/log-in', { body: platform.admin });
  return String(body['token']);
}

/** The address of a session's page. */
export async function pageOf(platform: IncodePlatform, { token }: Session): Promise<string> {
  const path = `/0/omni/onboarding-url?clientId=${platform.clientId}`;
  const { body } = await callApi(platform, 'GET', path, { token });
  return String(body['url']);
}

/** A promise, and the function that resolves it. */
export function signal(): { readonly came: Promise<void>; readonly give: () => void } {
  let give = (): void => {};
  const came = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { came, give };
}

export interface ReceivedWebhook {
  readonly headers: IncomingHttpHeaders;
  readonly payload: IncodePayload;
}

export interface WebhookReceiver {
  readonly url: string;
  readonly received: readonly ReceivedWebhook[];
}

/**
 * Starts a receiver of webhooks, which ends with the test.
 * @param answer settles when the answer, 200 `{"ok":true}`, is to go out. Default: at once.
 */
export async function startReceiver(answer: () => Promise<void> = async () => {}): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  const origin = await startTestServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      received.push({
        headers: request.headers,
        payload: JSON.parse(Buffer.concat(chunks).toString('utf8')),
      });
      await answer();
      response.end('{"ok":true}');
    });
  });
  return { url: `${origin}/webhook`, received };
}
