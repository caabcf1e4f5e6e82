/** An Incode platform as the contract suite reaches it: by its API alone. */
import assert from 'node:assert/strict';
import { type ApiReply, member } from './flowent-platform-target.ts';

/** A platform, and what a backend is configured with. */
export interface IncodePlatformTarget {
  /** `https://…`, without a slash at its end. */
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly clientId: string;
  readonly flowId: string;
  readonly adminEmail: string;
  readonly adminPassword: string;
  /** The id of an interview that is finished with this score; one that is `OK` is approved by the suite. */
  readonly finishedInterview: (score: 'OK' | 'FAIL') => Promise<string>;
  /** Default: the runtime's `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
}

/** The headers that a call of the API carries; `undefined` leaves one out. */
export interface IncodeCallHeaders {
  readonly 'api-version': string | undefined;
  readonly 'content-type': string | undefined;
  readonly 'x-api-key': string | undefined;
  readonly 'x-incode-hardware-id': string | undefined;
}

/** A target in use by one test. */
export interface IncodePlatformBench {
  readonly target: IncodePlatformTarget;
  /**
   * Calls the API with the headers that its path wants, the admin token among them unless the path begins with `/0/`,
   * but for those that are given. `body` is sent as JSON; a string is sent as it is.
   */
  call(
    method: string,
    path: string,
    request?: { readonly body?: unknown; readonly headers?: Partial<IncodeCallHeaders> },
  ): Promise<ApiReply>;
  /** Calls `POST /omni/start` with what it must say, and these members besides or instead. */
  start(members?: Readonly<Record<string, unknown>>): Promise<ApiReply>;
  /** Calls `POST /executive/log-in`. */
  logIn(members?: Readonly<Record<string, unknown>>, headers?: Partial<IncodeCallHeaders>): Promise<ApiReply>;
}

/** Makes the bench; it logs in when a call needs an admin token for the first time. */
export function openIncodeBench(target: IncodePlatformTarget): IncodePlatformBench {
  const { fetch = globalThis.fetch } = target;
  const send = async (
    method: string,
    path: string,
    body: unknown,
    headers: Partial<IncodeCallHeaders>,
  ): Promise<ApiReply> => {
    const carried = new Headers();
    for (const [name, value] of Object.entries(headers)) if (value !== undefined) carried.set(name, value);
    const response = await fetch(target.apiUrl + path, {
      method,
      headers: carried,
      body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    for (const secret of [target.apiKey, target.adminPassword]) {
      assert.ok(!text.includes(secret), `${method} ${path}: a secret of the caller is in the answer`);
    }
    return { status: response.status, body: jsonOf(text, `${method} ${path}`) };
  };
  const common = { 'api-version': '1.0', 'content-type': 'application/json' };
  const withKey = { ...common, 'x-api-key': target.apiKey };

  let adminToken: Promise<string> | undefined;
  const logIn: IncodePlatformBench['logIn'] = (members = {}, headers = {}) => {
    const body = { email: target.adminEmail, password: target.adminPassword, ...members };
    return send('POST', '/executive/log-in', body, { ...withKey, ...headers });
  };
  const firstToken = async (): Promise<string> => {
    const { status, body } = await logIn();
    assert.equal(status, 200, 'status of the log-in');
    return String(member(body, 'token'));
  };
  return {
    target,
    logIn,
    call: async (method, path, { body, headers = {} } = {}) => {
      if (path.startsWith('/0/')) return send(method, path, body, { ...common, ...headers });
      if ('x-incode-hardware-id' in headers) return send(method, path, body, { ...withKey, ...headers });
      adminToken ??= firstToken();
      const token = { 'x-incode-hardware-id': await adminToken };
      return send(method, path, body, { ...withKey, ...token, ...headers });
    },
    start: (members = {}) => {
      const body = {
        countryCode: 'ALL',
        configurationId: target.flowId,
        language: 'en-US',
        ...members,
      };
      return send('POST', '/omni/start', body, withKey);
    },
  };
}

function jsonOf(text: string, call: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not shown: what an answer that should be JSON holds is not known to be free of secrets.
    assert.fail(`${call}: the answer is not JSON`);
  }
}
