/** What the tests of the platform share: a platform that ends with its test, and a client of its API. */
import { onTestFinished } from 'vitest';
import type { FlowentPlatform, FlowentPlatformOptions } from '../../src/flowent-platform/model.ts';
import { startFlowentPlatform } from '../../src/flowent-platform/platform.ts';

export const NOW_MS = 1_760_000_000_000;
export const KEY = 'flowent-key-of-tests';
export const TENANT = { apiToken: 'api-token-of-tests', hmacKey: KEY };

/** Starts a platform with one known tenant, which ends with the test. */
export async function startPlatform(options: FlowentPlatformOptions = {}): Promise<FlowentPlatform> {
  const platform = await startFlowentPlatform({ tenants: [TENANT], now: () => NOW_MS, ...options });
  onTestFinished(() => platform.close());
  return platform;
}

/** A fetch for webhooks that passes every registration test without a server. */
export const passingFetch: typeof globalThis.fetch = async (_, init) => {
  const text = new TextDecoder().decode(init?.body as Uint8Array);
  const { action_name } = JSON.parse(text) as { readonly action_name: string };
  return Response.json({ result: `Test successful for action: ${action_name}`, error: '' });
};

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Calls the API; an object is sent as JSON, a text or bytes as they are. */
export async function callApi(
  platform: FlowentPlatform,
  method: string,
  path: string,
  options: { readonly body?: unknown; readonly token?: string; readonly signal?: AbortSignal } = {},
): Promise<Reply> {
  const { body, token, signal } = options;
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(platform.baseUrl + path, {
    method,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    body: body === undefined ? null : raw ? (body as string) : JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
}

/** Exchanges a tenant's API token. */
export async function tokenOf(platform: FlowentPlatform, tenant = 0): Promise<string> {
  const api_token = platform.tenants[tenant]?.apiToken;
  const reply = await callApi(platform, 'POST', '/token/exchange', { body: { api_token } });
  return String(reply.body['jwt_token']);
}

export type Client = (method: string, path: string, body?: unknown) => Promise<Reply>;

/** A client with a token of a tenant's. */
export async function clientOf(platform: FlowentPlatform, tenant = 0): Promise<Client> {
  const token = await tokenOf(platform, tenant);
  return (method, path, body) => callApi(platform, method, path, { body, token });
}

/** What to register for an action that a server answers. */
export function draft(name: string, serverUrl: string) {
  return {
    name,
    description: `Does ${name}.`,
    webhook_url: `${serverUrl}/actions/${name}`,
    json_schema: { type: 'object' },
  };
}
