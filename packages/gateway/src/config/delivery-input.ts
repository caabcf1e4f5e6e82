/** What a person writes of where kept events go; see `config-input.ts`. */
import type { KeyEncoding, ProviderChoice, SchemeDeclaration } from '@countersign/core';
import type { PassedSource } from './delivery-config.ts';
import type { BooleanInput, DurationText, NumberInput, SizeText } from './units.ts';

export interface KeepInput extends KeepRulesInput {
  /** Where events are delivered, each to every destination whose filter it matches: destinations, or names of those at the top of the file. Default: none. */
  readonly deliver?: readonly (string | DestinationInput)[];
  /** hash stores the body’s length and SHA-256 instead of the body; such a gate delivers nothing. Default: whole. */
  readonly body?: 'whole' | 'hash';
  /**
   * A full-text index of the events, so that they are found by words of their bodies. It takes a third to two thirds of the room of the bodies, and is
   * built in the background. Default: false.
   */
  readonly fullText?: BooleanInput;
}

/** How long events are kept, and what of them is shown. */
export interface KeepRulesInput {
  /** How long events are kept. An event with a waiting delivery is kept for twice as long, and for at least a week longer. Default: for good. */
  readonly for?: DurationText;
  /**
   * How much is kept, counted as the bodies as received and a kilobyte for each event. The oldest are deleted first; an event with a waiting delivery stays. Default: as much as
   * comes.
   */
  readonly atMost?: SizeText;
  /** Values that views, lists and logs show as ***. Events are stored and delivered unmasked. */
  readonly mask?: MaskInput;
}

/** What is shown as `***`. */
export interface MaskInput {
  readonly headers?: readonly string[];
  readonly members?: readonly string[];
}

/** Where kept events go. Give one of `to`, `actions`, `command`, `nats` and `file`. */
export interface DestinationInput {
  /** The destination’s name, in the log and for `countersign deliveries`. Default: that of its gate or session, if that has only one. */
  readonly name?: string;
  /** The URL that events are sent to by POST (or the sender’s method), byte for byte. Default: another target. */
  readonly to?: string;
  /** A module whose action is run with each event, relative to this file. Default: another target. */
  readonly actions?: string;
  /** The action of that module. Default: the module’s only action. */
  readonly action?: string;
  /** A program and its arguments, run without a shell for each event, with the body on its standard input. Default: another target. */
  readonly command?: readonly string[];
  /** Environment variables of the gateway that the command gets, besides PATH, HOME, LANG and TZ. Default: none. */
  readonly environment?: readonly string[];
  /** Where the command runs, relative to this file. Default: this folder. */
  readonly directory?: string;
  /**
   * Values of the event that the command gets as environment variables with names of your choice, as with pass-environment-to-command of adnanh/webhook.
   * Default: none.
   */
  readonly pass?: readonly PassInput[];
  /** A stream of NATS JetStream. Default: another target. */
  readonly nats?: NatsInput;
  /** A file that each event is appended to as a line of JSON, relative to this file. Default: another target. */
  readonly file?: string;
  /**
   * A filter: which events are delivered, by type, header and json, all of which must match; of several values, one. A * stands for any characters.
   * Default: every event of the gate or session.
   */
  readonly when?: WhenInput;
  /**
   * A module, relative to this file, with a function that turns an event into what is sent; MODULE#NAME names one of its exports. Default: events are sent
   * as received.
   */
  readonly transform?: string;
  /**
   * Signs each attempt again, in place of the sender’s signature: as the sender does, with the gate’s own key (sender), so that the timestamp is fresh
   * however late the attempt is; or with a key of yours. Default: not signed again.
   */
  readonly sign?: 'sender' | SignInput;
  /** Whether the sender’s signature is passed on, or left out. Default: pass; drop if there is a sign. */
  readonly proof?: 'pass' | 'drop';
  /**
   * Headers that are sent although they are normally left out: credentials (needs storeKey), or headers that override the request’s path, host, method or
   * client. Default: none.
   */
  readonly keepHeaders?: readonly string[];
  /** Headers that are added to each message, in place of the event’s headers of the same name. Their values are secrets and never shown. */
  readonly headers?: { readonly [name: string]: string };
  /**
   * The retry schedule: the wait before each retry, which is made at a random moment within it (backoff with full jitter). Default: [5s, 5m, 30m, 2h, 5h,
   * 10h, 14h, 20h, 24h], as Standard Webhooks has it.
   */
  readonly retries?: readonly DurationText[];
  /** How long an attempt may take. Default: 15s. */
  readonly timeout?: DurationText;
  /** How many attempts run at once. Default: 32. */
  readonly concurrency?: NumberInput;
  /** At most this many attempts a second (rate limit). Default: no limit. */
  readonly rate?: NumberInput;
  /**
   * Ordering: events with the same key are sent one after the other, in the order in which they came; those without the key in no particular order. An
   * event that cannot be delivered blocks its key until it is skipped or redriven, or is parked after some attempts. Default: none.
   */
  readonly order?: OrderInput;
  /** How long a destination may have nothing but failures before it is disabled. Default: 5d. */
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
  /** The CA certificates that are trusted for the servers: "${file:path}" of a PEM file. Default: those that Node trusts. */
  readonly ca?: string;
}

export interface PassInput {
  /**
   * Where the value comes from: header, url (a parameter of the query), payload (a path in the JSON body), request (method), string (the name itself),
   * entire-payload, entire-headers, entire-query.
   */
  readonly source: PassedSource;
  /** The name of the header, parameter or path there. Default: none, for the entire ones. */
  readonly name?: string;
  /** The name of the environment variable. Default: HOOK_ and the name. */
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
  /** The key id in the signature, if the scheme has one. Default: no key id. */
  readonly keyId?: string;
  /** Accepts a key of less than 8 bytes. Default: false. */
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
  /** After how many attempts an event is parked in the dead-letter queue, so that the next event of its key is sent. Default: never; it blocks its key. */
  readonly parkAfter?: NumberInput;
}
