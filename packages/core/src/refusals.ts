/**
 * Why a request is refused: each reason with its step, its HTTP status, the text for the sender, after how long to try
 * again, and what the operator should do. The only such table, in the order of the steps.
 */

export type Step =
  | 'receive'
  | 'pick'
  | 'extract'
  | 'canonical'
  | 'compare'
  | 'fresh'
  | 'replay'
  | 'validate'
  | 'act'
  | 'respond';

/** The ten steps of a request, in order. */
export const STEPS: readonly Step[] = [
  'receive',
  'pick',
  'extract',
  'canonical',
  'compare',
  'fresh',
  'replay',
  'validate',
  'act',
  'respond',
];

/** Why a request is refused: a closed union. */
export type RefusalReason =
  | 'body-too-large'
  | 'body-too-slow'
  | 'intake-full'
  | 'too-many-headers'
  | 'too-many-requests'
  | 'malformed-request'
  | 'unsupported-version'
  | 'unsupported-coding'
  | 'draining'
  | 'no-gate'
  | 'method-not-allowed'
  | 'malformed-body'
  | 'missing-signature'
  | 'malformed-signature'
  | 'foreign-address'
  | 'missing-certificate'
  | 'foreign-certificate'
  | 'missing-token'
  | 'malformed-token'
  | 'algorithm-not-allowed'
  | 'unknown-key'
  | 'unknown-tenant'
  | 'keys-unavailable'
  | 'missing-part'
  | 'signature-mismatch'
  | 'binding-mismatch'
  | 'missing-timestamp'
  | 'malformed-timestamp'
  | 'missing-claim'
  | 'claim-mismatch'
  | 'expired'
  | 'from-the-future'
  | 'replayed'
  | 'replay-guard-full'
  | 'replay-guard-unavailable'
  | 'unknown-action'
  | 'invalid-input'
  | 'action-failed'
  | 'action-busy'
  | 'action-timeout'
  | 'not-kept'
  | 'upstream-failed'
  | 'upstream-busy'
  | 'upstream-timeout'
  | 'sender-left';

/** One row of the table. */
export interface Refusal {
  /** Where a request is refused for it. */
  readonly step: Step;
  /** Where as well: the refusal itself names the step in which it happened. */
  readonly alsoIn?: readonly Step[];
  /** What the sender is answered, unless its provider says otherwise. */
  readonly status: number;
  /** What the sender may read: of its status, and nothing of the reason. */
  readonly text: string;
  /** Where the sender should try the same request again: after how many seconds. */
  readonly retryAfterS?: number;
  /** One line for the operator: what to do, where the refusal itself knows nothing better. */
  readonly remedy: string;
  /** The remedy once the request has been explained, where `remedy` says to run explain. */
  readonly explained?: string;
}

const TEXTS: Readonly<Record<number, string>> = {
  400: 'bad request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not found',
  405: 'method not allowed',
  408: 'request timeout',
  409: 'already received',
  413: 'payload too large',
  429: 'too many requests',
  431: 'too many header fields',
  499: 'the sender left',
  500: 'internal error',
  501: 'not implemented',
  502: 'bad gateway',
  503: 'unavailable',
  504: 'gateway timeout',
  505: 'HTTP version not supported',
};

/** The text that the sender is answered with a status: it says nothing of the reason. `refused` for a status that no row has. */
export function neutralText(status: number): string {
  return TEXTS[status] ?? 'refused';
}

function row(step: Step, status: number, remedy: string, retryAfterS?: number): Refusal {
  const refusal = { step, status, text: neutralText(status), remedy };
  return retryAfterS === undefined ? refusal : { ...refusal, retryAfterS };
}

export const REFUSALS: Readonly<Record<RefusalReason, Refusal>> = {
  'body-too-large': {
    ...row('receive', 413, 'Raise the gate’s maxBody, or have the sender send less.'),
    // What it decompresses to.
    alsoIn: ['extract'],
  },
  'body-too-slow': row(
    'receive',
    408,
    'The sender stopped sending. Look at the network, or raise requestTimeout.',
  ),
  'intake-full': row(
    'receive',
    503,
    'The limit on requests, or on body bytes, in flight is reached. Raise limits.maxRequestsInFlight or limits.maxBodyBytesInFlight, or look for senders that stop midway and upstreams that do not answer; the sender should retry.',
    1,
  ),
  'too-many-headers': row(
    'receive',
    431,
    'Raise limits.maxHeaders, or have the sender send fewer header fields.',
  ),
  'too-many-requests': row(
    'receive',
    429,
    'One client sends more requests than the limit allows. Raise the limit, or have the client send fewer.',
    1,
  ),
  'malformed-request': row(
    'receive',
    400,
    'The method, the target or the Host field is not what HTTP allows, or another spelling of the path belongs to another gate. The message says which: look at the client, and at what a proxy makes of its request.',
  ),
  'unsupported-version': row(
    'receive',
    505,
    'The request is of another version of HTTP than 1.0 and 1.1. Have the client, or the proxy before the gateway, send one of these.',
  ),
  'unsupported-coding': row(
    'receive',
    501,
    'The request’s Transfer-Encoding is not `chunked` alone. Have the client send its body so, or with a Content-Length.',
  ),
  draining: row('receive', 503, 'The gateway is stopping. The sender should retry.', 1),
  'no-gate': row(
    'pick',
    404,
    'No gate and no session has this path. Compare it with those that `countersign check` lists.',
  ),
  'method-not-allowed': row(
    'pick',
    405,
    'The gate does not take this method. Have the sender use one that it takes, or add this one to the gate’s methods.',
  ),
  'malformed-body': {
    ...row(
      'extract',
      401,
      'Look at the body as it arrived: the scheme needs an unambiguous body of its documented type.',
    ),
    alsoIn: ['canonical', 'compare'],
  },
  'missing-signature': row(
    'extract',
    401,
    'The sender does not sign, signs for another provider, or a proxy dropped the signature.',
  ),
  'malformed-signature': {
    ...row('extract', 401, 'Compare the signature’s length, alphabet and prefix with the provider’s page.'),
    alsoIn: ['compare'],
  },
  'foreign-address': row(
    'extract',
    403,
    'The request came from an address that the gate’s allowFrom, or the session’s auth.ips, does not list. Compare it with the addresses that the sender names; behind a proxy, set listen.trustedProxies.',
  ),
  'missing-certificate': row(
    'extract',
    403,
    'The client showed no certificate that an authority of listen.tls.ca has issued and that is valid now. Have it present one in the TLS handshake; a proxy that ends TLS in front of the gateway cannot pass it on.',
  ),
  'foreign-certificate': row(
    'extract',
    403,
    'The client’s certificate is valid, and not one that the gate’s clients lists. Compare its names and fingerprint with the list.',
  ),
  'missing-token': row('extract', 401, 'The client sent no token, or a proxy dropped its header.'),
  'malformed-token': {
    ...row(
      'extract',
      401,
      'The token is not a valid token of this scheme: look for truncation, quotes or a second encoding.',
    ),
    alsoIn: ['compare'],
  },
  'algorithm-not-allowed': {
    ...row(
      'extract',
      401,
      'The request names another algorithm than the gate is set to. Change the one that is wrong; the gate never follows the request.',
    ),
    alsoIn: ['compare'],
  },
  'unknown-key': {
    ...row(
      'extract',
      401,
      'Add the key to the gate’s keys under this id, or look at its state and validity.',
    ),
    alsoIn: ['compare'],
  },
  'unknown-tenant': row(
    'extract',
    401,
    'The request does not say whose it is, or names a tenant of whom there are no keys. Look at what the sender sends; give the tenant keys where the gate looks them up. Keys that were added are seen within two seconds.',
  ),
  'keys-unavailable': row(
    'extract',
    503,
    'The keys’ address could not be read, now or before. Look at the address and the network; tokens are taken again once it answers.',
    1,
  ),
  'missing-part': {
    ...row(
      'canonical',
      401,
      'Look for a proxy that drops or doubles the part, and at what the sender signs.',
    ),
    alsoIn: ['extract'],
  },
  'signature-mismatch': {
    ...row(
      'compare',
      401,
      'The key differs, or the request was changed on its way. Compare the gate’s key with the sender’s; `countersign explain` shows the bytes that must be signed.',
    ),
    explained:
      'The key differs, or the request was changed on its way. Compare the gate’s key with the sender’s, and the message with the bytes that the sender signs.',
  },
  'binding-mismatch': row(
    'compare',
    401,
    'The token is bound to another header value. The client must bind the value that it sends.',
  ),
  'missing-timestamp': {
    ...row('fresh', 401, 'The sender must send a timestamp.'),
    alsoIn: ['canonical'],
  },
  'malformed-timestamp': {
    ...row('fresh', 401, 'Compare the timestamp’s form and unit with the provider’s page.'),
    alsoIn: ['canonical'],
  },
  'missing-claim': {
    ...row('fresh', 401, 'Have the issuer put the claim into its tokens, or set the gate not to require it.'),
    alsoIn: ['compare'],
  },
  'claim-mismatch': row(
    'fresh',
    401,
    'The token is from another issuer, for another audience, or bound to another address than the gate takes.',
  ),
  expired: {
    ...row('fresh', 401, 'The request is old: look for a queue or retry on the way, and at both clocks.'),
    alsoIn: ['replay'],
  },
  'from-the-future': row(
    'fresh',
    401,
    'The sender’s clock is ahead, or ours is behind: look at time synchronisation.',
  ),
  replayed: row(
    'replay',
    409,
    'A sender that retries must sign anew, or the gate must acknowledge repeats (`replay.repeat`; in the library `repeats`). `countersign claims release` lets this request run once more.',
  ),
  'replay-guard-full': row(
    'replay',
    503,
    'More requests must be remembered than the replay guard may hold. Raise replay.maxClaims, or shorten the tolerance.',
    1,
  ),
  'replay-guard-unavailable': row(
    'replay',
    503,
    'What remembers claims could not be read, so nobody knows whether the request came before. Look at the store and the log; the sender will retry.',
    1,
  ),
  'unknown-action': row(
    'validate',
    404,
    'No action has this name. Compare it with the names that the actions module exports.',
  ),
  'invalid-input': row(
    'validate',
    400,
    'The action’s parameters do not fit its input schema. Compare it with the places that the message names.',
  ),
  'action-failed': row('act', 500, 'The action threw. The log holds the error.'),
  'action-timeout': row(
    'act',
    500,
    'The action did not end by its deadline, and may be running still. Make it faster and heed its signal, or raise its deadlineMs if the platform waits longer.',
  ),
  'action-busy': row(
    'act',
    503,
    'All of the action’s slots and its queue are taken. Raise its concurrency or queue, or make it faster; the sender should retry.',
    1,
  ),
  'not-kept': row(
    'act',
    503,
    'The store did not take the event, or a claim that must be there before the request is acted on. Look at disk space and the log; the sender will retry.',
    1,
  ),
  'upstream-failed': row(
    'act',
    502,
    'The upstream could not be reached or broke off. Look at its address and log.',
  ),
  'upstream-busy': row(
    'act',
    503,
    'The limit on requests to the upstream is reached; this one was not passed on. Find out what slows the upstream down, or raise forward.maxConnections; the sender should retry.',
    1,
  ),
  'upstream-timeout': row(
    'act',
    504,
    'The upstream did not answer in time. Look at its load, or raise forward.timeout.',
  ),
  // nginx's number: nobody is there to read it.
  'sender-left': row(
    'respond',
    499,
    'The sender hung up before the upstream answered. Look at its time-out, or at what delays the upstream.',
  ),
};

/** Whether a text that was kept or sent is the name of a reason, of this version. */
export function isRefusalReason(text: string): text is RefusalReason {
  return Object.hasOwn(REFUSALS, text);
}
