/** What a person writes of where kept events go; see `config-input.ts`. */
import type { KeyEncoding, ProviderChoice, SchemeDeclaration } from '@countersign/core';
import type { PassedSource } from './delivery-config.ts';
import type { BooleanInput, DurationText, NumberInput, SizeText } from './units.ts';

export interface KeepInput extends KeepRulesInput {
  /** Where events are delivered, each to every destination that wants it: destinations, or names of those at the top. Default: none. */
  readonly deliver?: readonly (string | DestinationInput)[];
  /** hash keeps the length of the body and its SHA-256 in its place; such a gate delivers nothing. Default: whole. */
  readonly body?: 'whole' | 'hash';
}

/** How long events are kept, and what of them is shown. */
export interface KeepRulesInput {
  /** How long events are kept. An event with a waiting delivery is kept for twice as long, and for at least a week longer. Default: for good. */
  readonly for?: DurationText;
  /**
   * How much is kept: the bodies as received, and a kilobyte for each event. The oldest are deleted first; an event with a waiting delivery stays. Default: as much as
   * comes.
   */
  readonly atMost?: SizeText;
  /** What views, lists and logs show as ***. Events are stored and delivered unmasked. */
  readonly mask?: MaskInput;
}

/** What is shown as `***`. */
export interface MaskInput {
  readonly headers?: readonly string[];
  readonly members?: readonly string[];
}

/** Where kept events go. Give one of `to`, `actions`, `command`, `nats` and `file`. */
export interface DestinationInput {
  /** Its name, in the log and for `countersign deliveries`. Default: that of its gate or session, where that has one of its own. */
  readonly name?: string;
  /** The URL that events are sent to by POST (or the sender’s method), byte for byte. Default: another target. */
  readonly to?: string;
  /** The module whose action is run with each event, relative to this file. Default: another target. */
  readonly actions?: string;
  /** The action of that module. Default: the module’s only action. */
  readonly action?: string;
  /** A program and its arguments, run without a shell for each event, with the body on its standard input. Default: another target. */
  readonly command?: readonly string[];
  /** Variables of the gateway’s own environment that the command gets, besides PATH, HOME, LANG and TZ. Default: none. */
  readonly environment?: readonly string[];
  /** Where the command runs, relative to this file. Default: this folder. */
  readonly directory?: string;
  /** Values of the event as variables with names of your own, as in pass-environment-to-command of adnanh/webhook. Default: none. */
  readonly pass?: readonly PassInput[];
  /** A stream of NATS JetStream. Default: another target. */
  readonly nats?: NatsInput;
  /** A file that each event is appended to as a line of JSON, relative to this file. Default: another target. */
  readonly file?: string;
  /**
   * Which events: by type, header and json, all of which must hold; within one, any of its values. A * stands for any characters. Default: every event of
   * the gate or session.
   */
  readonly when?: WhenInput;
  /**
   * A module, relative to this file, whose function makes of an event what is sent; MODULE#NAME names one of its exports. Default: events are sent as
   * received.
   */
  readonly transform?: string;
  /**
   * Signs each attempt anew, in place of the sender’s proof: as the sender does, with the gate’s own key (sender), so that the time is fresh however late
   * it is sent; or with a key of yours. Default: nothing is signed anew.
   */
  readonly sign?: 'sender' | SignInput;
  /** Whether the sender’s proof is passed through, or left out. Default: pass; drop where sign is there. */
  readonly proof?: 'pass' | 'drop';
  /** Headers that are sent although they are withheld (credentials; needs storeKey) or override what is known of the request. Default: none. */
  readonly keepHeaders?: readonly string[];
  /** Headers that are added to each message, in place of the event’s of that name. Their values are secrets: nothing shows them. */
  readonly headers?: { readonly [name: string]: string };
  /**
   * The waits before each further attempt; each comes at a random moment of its wait (full jitter). Default: [5s, 5m, 30m, 2h, 5h, 10h, 14h, 20h, 24h], as
   * Standard Webhooks has it.
   */
  readonly retries?: readonly DurationText[];
  /** How long an attempt may take. Default: 15s. */
  readonly timeout?: DurationText;
  /** Attempts at once. Default: 32. */
  readonly concurrency?: NumberInput;
  /** Attempts in a second, at most. Default: as many as there are. */
  readonly rate?: NumberInput;
  /**
   * Ordering: events with the same key are sent one after the other, in the order in which they came; those without the key in no order. An event that
   * cannot be delivered blocks its key until it is skipped or redriven, or is parked after some attempts. Default: none.
   */
  readonly order?: OrderInput;
  /** How long it may have nothing but failures before it is disabled. Default: 5d. */
  readonly disableAfter?: DurationText;
}

export interface NatsInput {
  /** The servers. Default: nats://127.0.0.1:4222. */
  readonly servers?: readonly string[];
  /** The subject: {gate}, {provider} and {type} stand for the event’s. Default: countersign.{gate}.{type}. */
  readonly subject?: string;
  /** The user. Default: none. */
  readonly user?: string;
  /** The user’s password: "${env:NAME}" or "${file:path}". Default: none. */
  readonly password?: string;
  /** A token in place of a user: "${env:NAME}" or "${file:path}". Default: none. */
  readonly token?: string;
  /** The seed of an NKey in place of a user: "${env:NAME}" or "${file:path}". Default: none. */
  readonly nkey?: string;
  /** The content of a credentials file in place of a user: "${file:path}". Default: none. */
  readonly creds?: string;
  /** Who signs the servers’ certificates: "${file:path}" of a PEM file. Default: those that Node trusts. */
  readonly ca?: string;
}

export interface PassInput {
  /**
   * Where the value stands: header, url (a parameter of the query), payload (a path in the JSON body), request (method), string (the name itself),
   * entire-payload, entire-headers, entire-query.
   */
  readonly source: PassedSource;
  /** Which of them. Default: none, for the entire ones. */
  readonly name?: string;
  /** The variable. Default: HOOK_ and the name. */
  readonly envname?: string;
}

/** All that is given must hold; within one, any of its values. `*` stands for any characters. */
export interface WhenInput {
  /** What the sender calls the kind of event. */
  readonly type?: string | readonly string[];
  /** By the header’s name. */
  readonly header?: { readonly [name: string]: string | readonly string[] };
  /** By the path of a member of the JSON body. */
  readonly json?: { readonly [path: string]: unknown };
}

export interface SignInput {
  /** The key: "${env:NAME}" or "${file:path}". */
  readonly secret: string;
  /** How the key’s text becomes bytes. Default: the scheme’s. */
  readonly encoding?: KeyEncoding;
  /** What the signature calls the key, where it can. Default: it is not named. */
  readonly keyId?: string;
  /** Takes a key of less than 8 bytes. Default: false. */
  readonly allowShortKey?: BooleanInput;
  /** A provider’s id, or a mapping of its id and options: how its senders sign. Default: that of Standard Webhooks. */
  readonly provider?: ProviderChoice;
  /** A declared scheme, as a gate’s: how attempts are signed. Default: the provider’s. */
  readonly scheme?: SchemeDeclaration;
}

export interface OrderInput {
  /** The path of the key in the JSON body. Default: a header. */
  readonly json?: string;
  /** The header that holds the key. Default: a member of the body. */
  readonly header?: string;
  /** Attempts after which an event is parked, and the next of its key goes. Default: never: it blocks its key. */
  readonly parkAfter?: NumberInput;
}
