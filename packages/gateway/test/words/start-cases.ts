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
    says: 'admin.token: holds a blank, a line break or a letter beyond ASCII, which no bearer token can | visible ASCII characters',
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
