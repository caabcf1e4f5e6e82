/** What a gate's proof covers, in a backend developer's words. */

/** One part of a request: what it means that the proof covers it, and what to do where it does not. */
export interface PartWords {
  readonly name: string;
  readonly covered: string;
  readonly open: string;
}

export const COVERAGE = {
  title: 'What the proof covers',
  parts: {
    body: {
      name: 'Body',
      covered: 'Every byte: nobody on the way can change it.',
      open: 'Use it only to look the facts up at the sender.',
    },
    timestamp: {
      name: 'Time',
      covered: 'An old copy is refused.',
      open: 'A captured copy does not go stale by itself.',
    },
    id: {
      name: 'Id',
      covered: 'You can tell repeats by it.',
      open: 'Show it, but do not base decisions on it.',
    },
    type: {
      name: 'Event type',
      covered: 'Nobody on the way can change it.',
      open: 'Act on what the body says.',
    },
    method: {
      name: 'Method',
      covered: 'Nobody on the way can change it.',
      open: 'The gate’s list of methods limits it.',
    },
    path: {
      name: 'Path',
      covered: 'A request cannot be sent to another address.',
      open: 'Give each gate keys of its own.',
    },
    query: {
      name: 'Query',
      covered: 'Nobody on the way can change it.',
      open: 'Take nothing that matters from it.',
    },
    host: {
      name: 'Host',
      covered: 'A request for another host is refused.',
      open: 'Use other keys for other environments.',
    },
    scheme: {
      name: 'http or https',
      covered: 'Nobody on the way can change it.',
      open: 'Let only https reach the gateway.',
    },
  } as Readonly<Record<string, PartWords>>,
  headers: {
    name: 'Headers',
    covered: (names: readonly string[]) => `${names.join(', ')}: nobody on the way can change them.`,
    open: 'Do not base decisions on any of them.',
  },
  proved: 'Proved by each request',
  notProved: 'Not covered: anyone between the sender and the gateway could change it',
  repeats: 'Replays',
  replay: {
    title: 'A copy',
    'signed-id': 'Detected by its signed id: it runs once.',
    message: 'Detected by its signed content: it runs once.',
    none: 'Accepted until the proof expires: it can be used again.',
  },
  nothing: 'The gate accepts unsigned requests: nothing about them is proved, and anybody can send them.',
  token: 'A token proves who sends, but nothing about the request that carries it.',
  warnings: {
    title: 'What to fix',
    none: 'Nothing to fix at this gate.',
    inherent: (count: number) =>
      `${count} ${count === 1 ? 'limit comes' : 'limits come'} with how requests are proved here`,
    inherentLead:
      'They apply to every receiver, and no setting changes them. Keep them in mind when you write your handler.',
    mend: 'What to do',
  },
  /** By the code of a warning. */
  mend: {
    'unsigned-body':
      'Have the sender sign the body, or look up what the body is about through the sender’s API before you act.',
    'unsigned-parts': 'Base decisions only on what is proved.',
    'unsigned-id': 'Show the id, and leave detecting replays to the gate.',
    'unsigned-type': 'Read the type from the body.',
    'unsigned-query-order': 'Let nothing depend on the order of parameters.',
    'unsigned-blank-fields': 'Treat an empty field as one that is not there.',
    'reprinted-body': 'Use the parsed values, never the bytes.',
    'compressed-body': 'Use what the body decompresses to, never the compressed bytes.',
    'normal-path': 'Compare paths only after decoding them.',
    'unsigned-path-end': 'Treat a path with a slash at its end like the same path without it.',
    'movable-text': 'Put a character between the two that neither can contain, such as a line feed.',
    'movable-form-text': 'Sign the body’s bytes instead of its fields, if the sender can.',
    'movable-between-messages': 'Start each form of the message with a different word.',
    'action-by-key': 'Keep giving each action keys of its own.',
    'assumed-scheme': 'Set the gate’s origin, or list your proxies under trustedProxies.',
    'fixed-origin': 'Check that it is the address at which senders reach you.',
    'no-time': 'Keep remember long, and use a durable store.',
    'signed-members': 'Act on what is signed, and on nothing beside it.',
    'signed-parts': 'Act on what is signed, and on nothing beside it.',
    'separable-items': 'Take each item for itself, as if it had come alone.',
    'unsigned-parameter-order':
      'Let nothing depend on the order of parameters, not even of those with one name.',
    'decoded-url': 'Let nothing choose by how the URL is written.',
    'movable-query-text': 'Let nothing depend on where names and values end.',
    'keyed-hash': 'Use HMAC if the sender can.',
    'rsa-sha1': 'Have the sender sign by SHA-256.',
    'repeat-in-time': 'Use a durable store, so that nothing is forgotten on a restart.',
    'copies-taken':
      'Have the sender sign an id, and name it; or look up what a request is about before you act.',
    'forgets-early': 'Set remember to longer than your sender retries.',
    'tolerance-wide': 'Reduce it to a few minutes; fix the clock that needs more.',
    'tolerance-narrow': 'It is in milliseconds: 300000 are five minutes.',
    'trusted-id': 'Make sure that the sender never reuses an id.',
    'equal-requests': 'Have the sender put something unique into each request.',
    'differing-requests': 'Have the sender sign an id, or put something unique into each request.',
    'bearer-token': 'Keep tokens short-lived, and accept them over https only.',
    'bearer-secret':
      'Accept it over https only; change it when somebody leaves; prefer a signature if the sender offers one.',
    'endless-token': 'Require exp, and have the issuer set it.',
    'any-audience': 'Set audience, and issuer where several share the key set.',
    'optional-binding': 'Make the binding required once all clients send it.',
    'binding-off': 'Turn the binding on.',
    'joined-binding': 'Bind one header only, or only headers whose text a stranger cannot choose.',
    'optional-message-signature': 'Require message signatures once all clients send them.',
    sha1: 'Change to SHA-256 if the sender can.',
    'rsa-pkcs1': 'Prefer RSA-PSS or Ed25519 if the sender can.',
    'no-valid-key': 'Add a key, or activate one, under Keys.',
    'shared-secrets': 'Give each gate a secret of its own.',
    'actions-without-key': 'Add a key for the action, or one that is bound to none.',
    short: 'Rotate to a longer secret: 32 random bytes.',
    placeholder: 'Rotate to a random secret now: this one is a placeholder.',
  } as Readonly<Record<string, string>>,
} as const;
