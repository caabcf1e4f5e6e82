/** Configurations that no gateway starts with. */

export interface StartCase {
  /** What is the matter, in words that the program has no part in. */
  readonly when: string;
  /** Beside what every configuration of this table has; `gates` is of one gate `g` with a path and a key. */
  readonly config?: object;
  /** Of the gate `g`. */
  readonly gate?: object;
  /** The module of its actions, `actions.mjs`. */
  readonly actions?: string;
  /** All of it; what was found, expected and suggested, or what to do. */
  readonly says: string;
}

const ANSWER = { keep: undefined, answer: { actions: './actions.mjs' } };
const action = (members: string): string =>
  `export const a = { name: 'a', description: 'Does a.', input: { type: 'object' }, run: () => 'a', ${members} };`;
const two = `${action('')} export const b = { ...a, name: 'b' };`;
const INCODE = {
  apiUrl: 'https://api.example',
  apiKey: 'k',
  clientId: 'c',
  flowId: 'f',
  redirects: ['https://a.example'],
  auth: { secret: 'a-secret-of-more-than-16-bytes' },
};

const USER = {
  name: 'ada',
  password: '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
  role: 'viewer',
} as const;

export const startCases: readonly StartCase[] = [
  {
    when: 'a path that chooses among actions and is not signed',
    gate: { ...ANSWER, path: '/g/:action' },
    actions: two,
    says: 'gates.g.path: the path names the action, and the signature does not cover the path: a request that was signed for one action would run any other. Give each action a secret of its own, and bind each key to its action: keys: [{ secret, for: { action: show_it } }]; or, where the message is yours to choose, put {path} into it.',
  },
  {
    when: 'a body that chooses among actions and is not signed',
    gate: {
      ...ANSWER,
      answer: { actions: './actions.mjs', as: 'flowent' },
      provider: undefined,
      scheme: {
        algorithm: 'hmac-sha256',
        signature: 'x-s',
        message: '{timestamp}.{path}',
        timestamp: { header: 'x-t', unit: 's' },
      },
    },
    actions: two,
    says: 'gates.g.answer.as: the body names the action, and the signature does not cover the body: a request that was signed for one action would run any other. Put {body} into the message, or name the one action with answer: { action }.',
  },
  {
    when: 'clients that must show a certificate to a listener that asks for none',
    gate: { clients: {} },
    says: 'gates.g.clients: is given, and the public listener asks nobody for a certificate | listen.tls with clientCertificates: required or optional, or no clients',
  },
  {
    when: 'certificates of clients that anybody may issue',
    config: { listen: { tls: { cert: './c.pem', key: './k.pem', clientCertificates: 'required' } } },
    says: 'listen.tls.clientCertificates: is required, and nothing says which authorities issue the clients’ certificates | ca, or none',
  },
  {
    when: 'an authority of clients that are asked for nothing',
    config: { listen: { tls: { cert: './c.pem', key: './k.pem', ca: './a.pem' } } },
    says: 'listen.tls.ca: is given, and clients are not asked for certificates | clientCertificates: required or optional, or no ca',
  },
  {
    when: 'certificates that administrators may leave out',
    config: {
      listen: {
        adminTls: { cert: './c.pem', key: './k.pem', ca: './a.pem', clientCertificates: 'optional' },
      },
    },
    says: 'listen.adminTls.clientCertificates: is optional, and the admin listener would do nothing with them | required or none',
  },
  {
    when: 'a certificate that is not there',
    config: { listen: { tls: { cert: '/nowhere/c.pem', key: '/nowhere/k.pem' } } },
    says: 'listen.tls.cert: the file /nowhere/c.pem cannot be read (ENOENT). Put the file there, or give the gateway’s user the right to read it.',
  },
  {
    when: 'a rate of nothing',
    gate: { rate: {} },
    says: 'gates.g.rate: has no limit | perClient or total',
  },
  {
    when: 'a burst of all clients',
    gate: { rate: { total: '10/s', burst: 5 } },
    says: 'gates.g.rate.burst: is given without perClient, whose burst it is | perClient, or no burst',
  },
  {
    when: 'the end of monitoring at a gate that enforces',
    gate: { monitorUntil: '2100-01-01' },
    says: 'gates.g.monitorUntil: is given, and the gate does not monitor | mode: monitor, or no monitorUntil',
  },
  {
    when: 'a gate that monitors what nobody proves',
    gate: { mode: 'monitor', provider: 'none', keys: undefined },
    says: 'gates.g.mode: is monitor, and provider none takes unsigned requests | no mode, or another provider',
  },
  {
    when: 'a shadow of what nobody proves',
    gate: { provider: 'none', keys: undefined, shadow: { provider: 'github' } },
    says: 'gates.g.shadow: is given, and provider none takes unsigned requests | no shadow, or another provider',
  },
  {
    when: 'an older proof that proves nothing',
    gate: { accept: [{ provider: 'none', until: '2100-01-01' }] },
    says: 'gates.g.accept[0].provider: is none, which proves nothing | a provider or a scheme that proves requests; or mode: monitor',
  },
  {
    when: 'more older proofs than are tried for one request',
    gate: { accept: Array(4).fill({ provider: 'hmac', until: '2100-01-01' }) },
    says: 'gates.g.accept: has more proofs than a gate takes | at most 3',
  },
  {
    when: 'a proof without an end beside the gate’s own',
    gate: { accept: [{ provider: 'github' }] },
    says: 'gates.g.accept[0]: has no until, so that it is the gate’s own proof, and the gate has a provider or scheme beside it | until, the date on which it ends; or neither provider nor scheme beside accept',
  },
  {
    when: 'two proofs without an end',
    gate: {
      provider: undefined,
      keys: undefined,
      accept: [
        { provider: 'github', keys: [{ secret: 'a-secret-of-more-than-16-bytes' }] },
        { provider: 'hmac' },
      ],
    },
    says: 'gates.g.accept[1].until: is missing: the first proof alone has no end | the date from which it is not accepted any more',
  },
  {
    when: 'a gate’s own proof that proves nothing, first of those that it accepts',
    gate: { provider: undefined, accept: [{ provider: 'none' }] },
    says: 'gates.g.accept[0].provider: is none, which proves nothing | a provider or a scheme that proves requests; or mode: monitor',
  },
  {
    when: 'keys at the gate and at its own proof',
    gate: {
      provider: undefined,
      accept: [{ provider: 'github', keys: [{ secret: 'a-secret-of-more-than-16-bytes' }] }],
    },
    says: 'gates.g.keys: is given, and the gate’s own proof in accept[0] has keys | keys in one of the two places',
  },
  {
    when: 'a gate’s own proof, first of those that it accepts, with a key that does not suit it',
    gate: {
      provider: undefined,
      keys: undefined,
      accept: [{ provider: 'approov', keys: [{ secret: 'not base64!' }] }],
    },
    says: 'gates.g.accept[0].keys[0].secret: the text is not base64. Set keys[].encoding to the text’s real encoding.',
  },
  {
    when: 'an older proof without its provider',
    gate: { accept: [{ until: '2100-01-01' }] },
    says: 'gates.g.accept[0]: says no way for requests to prove themselves | provider or scheme',
  },
  {
    when: 'an older proof with no key that suits it',
    gate: { accept: [{ provider: 'approov', keys: [{ secret: 'not base64!' }], until: '2100-01-01' }] },
    says: 'gates.g.accept[0].keys[0].secret: the text is not base64. Set keys[].encoding to the text’s real encoding.',
  },
  {
    when: 'a gate that monitors, and a destination that signs',
    gate: {
      mode: 'monitor',
      keep: { deliver: [{ to: 'http://127.0.0.1:9', sign: { secret: 'a-secret-of-more-than-16-bytes' } }] },
    },
    says: 'gates.g.mode: is monitor, and the destination g gets deliveries that are signed: what nobody has proved would be signed as genuine. Take sign off the destination while the gate monitors, or let the gate enforce.',
  },
  {
    when: 'a key for an action that is not there',
    gate: {
      ...ANSWER,
      path: '/g/:action',
      keys: [{ secret: 'a-secret-of-more-than-16-bytes', for: { action: 'c' } }],
    },
    actions: two,
    says: 'gates.g.keys[0].for.action: no action is named "c". The module exports a, b.',
  },
  {
    when: 'a key for an action at a path that names none',
    gate: { ...ANSWER, keys: [{ secret: 'a-secret-of-more-than-16-bytes', for: { action: 'a' } }] },
    actions: action(''),
    says: 'gates.g.keys[0].for: is given, and no request could say which action it asks for. Put :action into the path, such as /ami/:action; a gate of one action needs no key that is bound to it.',
  },
  {
    when: 'actions that are told to nobody',
    gate: {
      ...ANSWER,
      provider: 'github',
      answer: { actions: './actions.mjs', register: { apiUrl: 'https://a.example', apiToken: 't' } },
    },
    actions: action(''),
    says: 'gates.g.answer.register: is given, and the gate’s provider has no platform that actions are registered with | provider: flowent, or no register',
  },
  ...[
    { forward: { to: 'http://127.0.0.1:9' } },
    { respond: { status: 200, body: 'hello' } },
    { keep: {} },
  ].map((outcome) => ({
    when: `a first answer that ${Object.keys(outcome).join()} is to give again`,
    gate: { keep: undefined, ...outcome, replay: { repeat: 'first-answer' } },
    says: 'gates.g.replay.repeat: is first-answer, and only what an action answered is kept to be given again | acknowledge or refuse; or the outcome answer',
  })),
  {
    when: 'an upstream with a password',
    gate: { keep: undefined, forward: { to: 'http://a:b@127.0.0.1:9' } },
    says: 'gates.g.forward.to: holds a user name or password, which would end up in logs | [secret] | an http or https URL without query, such as http://127.0.0.1:9000',
  },
  {
    when: 'an upstream of the cloud’s own',
    gate: { keep: undefined, forward: { to: 'http://169.254.169.254/' } },
    says: 'gates.g.forward.to: is a cloud’s metadata service | the address of a backend',
  },
  {
    when: 'an admin token in two words',
    config: { admin: { token: 'two words of more than 16 letters' } },
    says: 'admin.token: has a space, a line break or a non-ASCII character, which no bearer token has | visible ASCII characters',
  },
  {
    when: 'two users of one name',
    config: { admin: { users: [USER, USER] } },
    says: 'admin.users[1].name: is the name of another user too | a name of their own',
  },
  {
    when: 'a user with a password in clear text',
    config: { admin: { users: [{ ...USER, password: 'hunter2-hunter2' }] } },
    says: 'admin.users[0].password: is not a hash | [secret] | an argon2id hash, as `countersign password` makes it',
  },
  {
    when: 'a provider whose users have no role',
    config: {
      admin: {
        oidc: { issuer: 'https://login.example', clientId: 'c', clientSecret: 's', roles: { admin: [] } },
      },
    },
    says: 'admin.oidc.roles: gives nobody a role, so nobody could log in | values of the claim for viewer, operator or admin',
  },
  {
    when: 'a session that may not read scores',
    config: { sessions: { incode: INCODE } },
    says: 'sessions.incode: has no admin token: scores cannot be read without one | adminToken, or adminEmail and adminPassword',
  },
  {
    when: 'sessions in a file, and nothing to encrypt them with',
    config: { store: 'sqlite:a.db', sessions: { incode: { ...INCODE, adminToken: 't' } } },
    says: 'storeKey: is missing: what sessions keep in a file is encrypted | 64 hex characters, such as `openssl rand -hex 32` prints; or store: ":memory:"',
  },
  {
    when: 'words to be found of bodies that are hashed',
    gate: { keep: { body: 'hash', fullText: true } },
    says: 'gates.g.keep.fullText: is true, and keep.body is hash: there is no body whose words could be found | false, or whole bodies',
  },
  {
    when: 'words to be found of bodies that are masked',
    gate: { keep: { fullText: true, mask: { members: ['a'] } } },
    says: 'gates.g.keep.fullText: is true, and keep.mask.members hides parts of bodies: the index would find them | false, or no keep.mask.members',
  },
  {
    when: 'a mask that no record of the store holds',
    gate: { keep: { mask: { members: ['a'.repeat(65_000)] } } },
    says: 'gates.g.keep.mask: is too long: its names take 65,009 bytes | at most 65,000 bytes; * stands for any member of a path',
  },
  {
    when: 'a body that may find no room',
    config: { limits: { maxBodyBytesInFlight: '2MB' } },
    says: 'gates.g.maxBody: A body of 1MB may find no room in limits.maxBodyBytesInFlight (2MB) and be answered 503: make that three times maxBody.',
  },
  {
    when: 'a key of three bytes',
    gate: { keys: [{ secret: 'abc' }] },
    says: 'gates.g.keys: key "key-1" is 3 bytes long; at least 8 are required; the key is a placeholder of an example, which anybody can guess. Use a longer key, or set allowShortKey on the gate.',
  },
  {
    when: 'a key of three bytes in quotes',
    gate: { keys: [{ secret: '"a"' }] },
    says: 'gates.g.keys: key "key-1" is 3 bytes long; at least 8 are required; the key stands in quotes, and they are part of it. Write it without; in cmd: set NAME=…. Use a longer key, or set allowShortKey on the gate.',
  },
  {
    when: 'repeats that run, of a proof for one request',
    gate: { provider: 'dpop', replay: { repeat: 'run' } },
    says: 'gates.g.replay.repeat: is run, and a proof of this gate is good for one request. Leave it out; or, where the gate asks for a nonce or for consume, take that out.',
  },
  // Actions.
  {
    when: 'a module of nothing',
    gate: ANSWER,
    actions: 'export {};',
    says: 'gates.g.answer.actions: {folder}/actions.mjs exports no action. Export what defineAction returns.',
  },
  {
    when: 'a module that is not there',
    gate: { ...ANSWER, answer: { actions: './nowhere.mjs' } },
    says: 'gates.g.answer.actions: there is no file {folder}/nowhere.mjs. Write the module there, or mend the path: it is relative to the configuration.',
  },
  {
    when: 'an upstream whose port is none',
    gate: { keep: undefined, forward: { to: 'http://127.0.0.1:99999' } },
    says: 'gates.g.forward.to: has a port beyond 65535, which is the last | "http://127.0.0.1:99999" | an http or https URL without query, such as http://127.0.0.1:9000',
  },
  {
    when: 'a listener whose port is none',
    config: { listen: { public: '127.0.0.1:99999', admin: 'off' } },
    says: 'listen.public: has a port beyond 65535, which is the last | "127.0.0.1:99999" | an address with its port, such as 127.0.0.1:8787 or [::1]:8787',
  },
  {
    when: 'a module that throws',
    gate: ANSWER,
    actions: "throw new Error('no database');",
    says: 'gates.g.answer.actions: {folder}/actions.mjs does not load: no database. Mend the module.',
  },
  {
    when: 'an action without a description',
    gate: ANSWER,
    actions: action("description: ''"),
    says: 'gates.g.answer.actions.description: {folder}/actions.mjs: action "a" has no description of 1 to 500 characters. Say what it does.',
  },
  {
    when: 'an action without an input',
    gate: ANSWER,
    actions: action('input: undefined'),
    says: 'gates.g.answer.actions.input: {folder}/actions.mjs: action "a" has no input schema. Give a zod, valibot or arktype schema, or a JSON Schema; { type: \'object\' } for no input.',
  },
  {
    when: 'an action with a wait of nothing',
    gate: ANSWER,
    actions: action('deadlineMs: 0'),
    says: 'gates.g.answer.actions.deadlineMs: {folder}/actions.mjs: action "a" cannot have a deadlineMs of 0. Give a whole number from 1 to 2147483647.',
  },
  {
    when: 'an action of no name',
    gate: ANSWER,
    actions: action("name: 'A b'"),
    says: 'gates.g.answer.actions.name: {folder}/actions.mjs: "A b" is not an action name. Use 1 to 100 of a-z, 0-9 and _.',
  },
  {
    when: 'two actions of one name',
    gate: ANSWER,
    actions: `${action('')} export const b = { ...a, run: () => 'b' };`,
    says: 'gates.g.answer.actions: two actions are named "a": {folder}/actions.mjs and {folder}/actions.mjs. Give each action its own name.',
  },
  {
    when: 'an action that the module has not',
    gate: { ...ANSWER, answer: { actions: './actions.mjs', action: 'b' } },
    actions: action(''),
    says: 'gates.g.answer.action: no action is named "b". The module exports a.',
  },
  {
    when: 'several actions and no name',
    gate: ANSWER,
    actions: two,
    says: 'gates.g.answer.action: the module exports several actions and the path names none. Name one, or put :action into the path.',
  },
  {
    when: 'a schema of another draft',
    gate: ANSWER,
    actions: action(
      "input: { $schema: 'http://json-schema.org/draft-04/schema#', type: 'object', minProperties: 1 }",
    ),
    says: 'gates.g.answer.actions: a.input.$schema: http://json-schema.org/draft-04/schema# is not a known draft. Use 2020-12 (or leave $schema out) or draft-07.',
  },
  {
    when: 'a schema that is none',
    gate: ANSWER,
    actions: action("input: { type: 'object', properties: { f: { type: 'txt' } } }"),
    says: 'gates.g.answer.actions: a.input.properties.f.type: the schema is not valid: must be one of array, boolean, integer, null, number, object, string. See the JSON Schema specification.',
  },
  {
    when: 'a bound that is a text',
    gate: ANSWER,
    actions: action("input: { type: 'object', properties: { f: { type: 'string', maxLength: '3' } } }"),
    says: 'gates.g.answer.actions: a.input.properties.f.maxLength: the schema is not valid: must be integer. See the JSON Schema specification.',
  },
  {
    when: 'a schema of a text',
    gate: ANSWER,
    actions: action("input: { type: 'string' }"),
    says: "gates.g.answer.actions: a.input: the input is not an object. Set type to 'object'.",
  },
  {
    when: 'a field that is required and not declared',
    gate: ANSWER,
    actions: action("input: { type: 'object', properties: {}, required: ['f'] }"),
    says: 'gates.g.answer.actions: a.input.required: "f" is not a declared property. Declare it under properties.',
  },
  {
    when: 'a misspelt word of a schema',
    gate: ANSWER,
    actions: action("input: { type: 'object', requierd: ['f'] }"),
    says: 'gates.g.answer.actions: a.input.requierd: the keyword is not applied. Leave it out, or check how it is spelt and of which draft it is.',
  },
  {
    when: 'a pattern that is none',
    gate: ANSWER,
    actions: action("input: { type: 'object', properties: { f: { type: 'string', pattern: '(' } } }"),
    says: 'gates.g.answer.actions: a.input: the schema cannot be applied: Invalid regular expression: /(/u: Unterminated group. References must lead to a place in the same schema, patterns must be regular expressions.',
  },
];
