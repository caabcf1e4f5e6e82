/** Rows of the route table: a gate's keys. */
import { ID_TEXT, type TextField, TIME_TEXT, wordField } from './fields.ts';
import {
  type AddedKeyView,
  type AddKeyInput,
  type ChangeKeyInput,
  type GateKeysView,
  type HandedKeyView,
  KEY_CHANGES,
  KEY_ENCODINGS,
  KEY_STATES,
  type KeyDeliveryView,
  type OpenKeyDeliveryInput,
} from './gate-key-types.ts';
import { GET, POST, type RouteTable } from './route.ts';

export type KeyApi = {
  readonly gateKeys: {
    readonly params: { readonly gate: string };
    readonly reply: GateKeysView;
    readonly etag: true;
  };
  readonly addKey: {
    readonly params: { readonly gate: string };
    readonly body: AddKeyInput;
    readonly reply: AddedKeyView;
    readonly etag: true;
  };
  readonly changeKey: {
    readonly params: { readonly gate: string; readonly key: string };
    readonly body: ChangeKeyInput;
    readonly reply: GateKeysView;
    readonly etag: true;
  };
  readonly keyDelivery: {
    readonly params: { readonly gate: string };
    readonly reply: KeyDeliveryView;
  };
  readonly openKeyDelivery: {
    readonly params: { readonly gate: string };
    readonly body: OpenKeyDeliveryInput;
    readonly reply: KeyDeliveryView;
  };
  readonly revealHandedKey: {
    readonly params: { readonly gate: string };
    readonly reply: HandedKeyView;
  };
};

const SECRET: TextField = { kind: 'text', pattern: /^.{1,65536}$/s, mustBe: 'a key’s text, 64 KB at most' };
/** As the configuration takes it. */
const NEW_ID: TextField = {
  kind: 'text',
  pattern: /^[^\p{Cc}\p{Cs}]{1,200}$/u,
  mustBe: '1 to 200 characters without control characters',
};
const ACTION: TextField = { kind: 'text', pattern: /^\P{Cs}{1,256}$/su, mustBe: '1 to 256 characters' };

const gate = { ...ID_TEXT, optional: false } as const;

export const KEY_ROUTES: RouteTable<KeyApi> = {
  gateKeys: {
    ...GET,
    path: '/api/gates/:gate/keys',
    params: { gate },
    etag: true,
    answers:
      'the gate’s keys, in the order in which they are tried: state, validity, where each comes from, how often and when it proved requests, and whether it is safe to retire; no secrets',
  },
  addKey: {
    ...POST,
    path: '/api/gates/:gate/keys',
    role: 'admin',
    params: { gate },
    body: {
      id: { ...NEW_ID, optional: false },
      secret: { ...SECRET, secret: true, optional: true },
      generate: { kind: 'flag', optional: true },
      encoding: { ...wordField(KEY_ENCODINGS), optional: true },
      state: { ...wordField(KEY_STATES), optional: true },
      from: { ...TIME_TEXT, optional: true },
      until: { ...TIME_TEXT, optional: true },
      action: { ...ACTION, optional: true },
    },
    etag: true,
    answers:
      'the keys with the new one, which counts from now on; give `secret`, or `generate`, whose secret is answered once. It is in the store, encrypted, and needs a storeKey. Default state: `next`',
  },
  changeKey: {
    ...POST,
    path: '/api/gates/:gate/keys/:key',
    role: 'admin',
    params: { gate, key: { ...NEW_ID, optional: false } },
    body: {
      change: { ...wordField(KEY_CHANGES), optional: false },
      from: { ...TIME_TEXT, optional: true },
      until: { ...TIME_TEXT, optional: true },
      force: { kind: 'flag', optional: true },
    },
    etag: true,
    answers:
      'the keys after the change, which counts from now on and after a restart. `remove` is for added keys. 409 if no key would be left that proves requests, or a revoked one would come back, unless `force` is true',
  },
  keyDelivery: {
    ...GET,
    path: '/api/gates/:gate/key-delivery',
    params: { gate },
    answers:
      'whether the gate takes the next key that its platform hands over (`deliversKey` of its handshake), and which one came last; no secrets',
  },
  openKeyDelivery: {
    ...POST,
    path: '/api/gates/:gate/key-delivery',
    role: 'admin',
    params: { gate },
    body: { minutes: { kind: 'whole-number', min: 0, max: 60, optional: true } },
    answers:
      'until when the gate is open: the first key that comes before that is taken and stored encrypted, which needs a storeKey, and the gate closes behind it. Whoever knows the address can send one, so open it when the platform is about to. 0 minutes: it is closed again; default 10',
  },
  revealHandedKey: {
    ...POST,
    path: '/api/gates/:gate/key-delivery/reveal',
    role: 'admin',
    params: { gate },
    answers:
      'the key that came while the gate was open last, once, and until that time is over: for platforms that want it entered again, as Notion does',
  },
};
