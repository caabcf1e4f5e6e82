/** `fetch` for the gateway's own calls: to judged addresses only, and never on to where an answer points. */
import { loadUndici } from './load-undici.ts';
import { createPinnedConnect, type PinnedConnectOptions } from './pinned-connect.ts';

type Fetch = typeof globalThis.fetch;
type OutgoingFetchOptions = Pick<PinnedConnectOptions, 'policy' | 'lookup'>;

/** What Node's own `fetch` calls itself: servers and their firewalls know it. */
const USER_AGENT = 'node';

/**
 * Makes one, with connections of its own that end by themselves and keep no process alive. Loads undici at its first call:
 * Node's own `fetch` takes no connections of ours.
 */
export function createOutgoingFetch(options: OutgoingFetchOptions): Fetch {
  let loading: Promise<Fetch> | undefined;
  return async (input, init) => {
    refuseUnconnected(typeof input === 'object' && 'url' in input ? input.url : input);
    loading ??= loadFetch(options);
    const fetch = await loading;
    return fetch(input, init);
  };
}

/** @throws TypeError for `data:` and the like: `fetch` answers them without a connection, and so without a judgement. */
function refuseUnconnected(url: string | URL): void {
  const { protocol } = new URL(url);
  if (protocol === 'http:' || protocol === 'https:') return;
  throw new TypeError(`a ${protocol} address is not called: only http: and https: are`);
}

async function loadFetch(options: OutgoingFetchOptions): Promise<Fetch> {
  const { Agent, fetch, Headers } = await loadUndici();
  // HTTP/2 as little as Node's own: a front that offers it and does it badly would be a new kind of failure.
  const connect = await createPinnedConnect({ ...options, allowH2: false });
  const dispatcher = new Agent({ connect, allowH2: false });
  // Two declarations of one thing: Node's types are those of the undici that it brings.
  const call = fetch as unknown as (input: unknown, init: unknown) => Promise<Response>;
  return (input, init) => {
    const headers = new Headers(init?.headers as ConstructorParameters<typeof Headers>[0]);
    if (!headers.has('user-agent')) headers.set('user-agent', USER_AGENT);
    return call(input, { ...init, headers, redirect: 'manual', dispatcher });
  };
}
