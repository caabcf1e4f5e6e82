/** A Flowent platform as the contract suite reaches it: by its API alone, leaving nothing behind. */
import assert from 'node:assert/strict';
import { isObject } from '@countersign/core/internal/is-object';

/** A platform, and an action server that it can reach. */
export interface FlowentPlatformTarget {
  /** `https://…/api/v1/gateway` */
  readonly baseUrl: string;
  /** Of a tenant with room for three more actions. */
  readonly apiToken: string;
  /** Where an action server answers the registration test of this action, with any query; another URL for another name. */
  readonly webhookUrl: (name: string) => string;
  /** A URL of the form that the platform takes, where the registration test fails. */
  readonly failingWebhookUrl: string;
  /** A good name, another each time, of at most 50 characters, that the tenant has no action of. */
  readonly unusedName: () => string;
  /** Default: the runtime's `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
}

/** What the API answered. */
export interface ApiReply {
  readonly status: number;
  readonly body: unknown;
}

/** A target in use by one test. */
export interface FlowentPlatformBench {
  readonly target: FlowentPlatformTarget;
  /** Calls the API. `body` is sent as JSON; a string is sent as it is. `token` is the tenant's unless another or none is given. */
  call(
    method: string,
    path: string,
    request?: { readonly body?: unknown; readonly token?: string | undefined },
  ): Promise<ApiReply>;
  /** Calls `POST /actions`, and remembers the name for `clean`. */
  create(draft: Readonly<Record<string, unknown>>): Promise<ApiReply>;
  /** Deletes what `create` made. */
  clean(): Promise<void>;
}

/** Exchanges the API token and makes the bench. */
export async function openBench(target: FlowentPlatformTarget): Promise<FlowentPlatformBench> {
  const { fetch = globalThis.fetch } = target;
  const send = async (
    method: string,
    path: string,
    body: unknown,
    token: string | undefined,
  ): Promise<ApiReply> => {
    const response = await fetch(target.baseUrl + path, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    assert.ok(!text.includes(target.apiToken), `${method} ${path}: the API token is in the answer`);
    return { status: response.status, body: jsonOf(text, `${method} ${path}`) };
  };

  const exchanged = await send('POST', '/token/exchange', { api_token: target.apiToken }, undefined);
  assert.equal(exchanged.status, 200, 'status of the token exchange');
  const tenantToken = String(member(exchanged.body, 'jwt_token'));
  const names = new Set<string>();
  return {
    target,
    call: (method, path, request = {}) =>
      send(method, path, request.body, 'token' in request ? request.token : tenantToken),
    create: (draft) => {
      if (typeof draft['name'] === 'string' && draft['name'] !== '') names.add(draft['name']);
      return send('POST', '/actions', draft, tenantToken);
    },
    clean: async () => {
      for (const name of names) {
        await send('DELETE', `/actions/${encodeURIComponent(name)}`, undefined, tenantToken);
      }
    },
  };
}

/** A member of a JSON object; undefined where the value is none. */
export function member(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined;
}

function jsonOf(text: string, call: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    assert.fail(`${call}: the answer is not JSON: ${text.slice(0, 200)}`);
  }
}
