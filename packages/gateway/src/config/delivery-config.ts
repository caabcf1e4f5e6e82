/** Where kept events go, fully resolved; see `config.ts`. */
import type { KeyEncoding } from '@countersign/core';
import type { ProofConfig } from './proof-config.ts';
import type { Secret } from './secret.ts';

/** A destination, and how events are delivered there. */
export interface DestinationConfig {
  /** Unique; `^[a-z][a-z0-9-]{0,62}$`. */
  readonly name: string;
  /** Where it stands in the configuration, e.g. `gates.stripe.keep.deliver[0]`, for errors. */
  readonly option: string;
  readonly target: TargetConfig;
  /** Which events; as written, for the filter to judge. Absent: all that come to it. */
  readonly when?: Readonly<Record<string, unknown>>;
  readonly transform?: TransformConfig;
  /** `sender`: as the gate’s sender signs, by the gate’s own key. Absent: nothing is signed anew. */
  readonly sign?: SignConfig | 'sender';
  /** What becomes of the sender’s proof. Absent: passed through, or dropped where `sign` is there. */
  readonly proof?: 'pass' | 'drop';
  /** By name: headers that each message has besides, in place of the event’s. */
  readonly headers: Readonly<Record<string, Secret>>;
  /** In lower case: headers that pass although they override what is known of the request, or were withheld. */
  readonly keepHeaders: readonly string[];
  /** Waits before each further attempt. Absent: those of Standard Webhooks. */
  readonly retriesMs?: readonly number[];
  /** Of one attempt. */
  readonly timeoutMs: number;
  /** Attempts at once. */
  readonly concurrency: number;
  /** Attempts in a second. Absent: as many as there are. */
  readonly perSecond?: number;
  readonly order?: OrderConfig;
  /** How long a destination may have nothing but failures before it is disabled. */
  readonly disableAfterMs: number;
}

export type TargetConfig =
  /** An http or https URL without credentials and fragment. */
  | { readonly kind: 'http'; readonly url: string }
  /** Absolute path of the module. */
  | { readonly kind: 'action'; readonly actionsFile: string; readonly action?: string }
  | {
      readonly kind: 'command';
      /** The program and its arguments; not empty. */
      readonly command: readonly string[];
      /** Names of the gateway’s own variables that it gets. */
      readonly environment: readonly string[];
      /** Absolute. */
      readonly directory: string;
      /** Values of the event under names of its own. */
      readonly passed: readonly PassedConfig[];
    }
  | {
      readonly kind: 'nats';
      readonly servers: readonly string[];
      readonly subject: string;
      readonly user?: string;
      readonly password?: Secret;
      readonly token?: Secret;
      /** The seed of an NKey. */
      readonly nkey?: Secret;
      /** The content of a credentials file. */
      readonly creds?: Secret;
      /** The CA certificates that are trusted for the servers: PEM. */
      readonly authority?: string;
    }
  /** Absolute path. */
  | { readonly kind: 'file'; readonly path: string };

/** A value of an event that a command gets as a variable, as adnanh/webhook’s `pass-environment-to-command` names it. */
export interface PassedConfig {
  readonly source: PassedSource;
  /** A header, a parameter of the query, a path such as `commits.0.id`, `method`, or the text itself. */
  readonly name?: string;
  /** Default `HOOK_` and the name. */
  readonly envname?: string;
}

export type PassedSource =
  | 'header'
  | 'url'
  | 'payload'
  | 'request'
  | 'string'
  | 'entire-payload'
  | 'entire-headers'
  | 'entire-query';

export interface TransformConfig {
  /** Absolute path of the module. */
  readonly file: string;
  /** The export. Absent: the only one that `defineTransform` has made. */
  readonly name?: string;
}

/** How a destination’s deliveries are signed anew. */
export interface SignConfig {
  readonly secret: Secret;
  /** Absent: the scheme’s. */
  readonly encoding?: KeyEncoding;
  /** What the signature calls the key, where the scheme has a place for that. Absent: it is not named. */
  readonly keyId?: string;
  readonly allowShortKey?: boolean;
  /** Absent: Standard Webhooks. */
  readonly proof?: Exclude<ProofConfig, { readonly kind: 'none' }>;
}

/** Events of one key go one after the other. */
export interface OrderConfig {
  /** Where the key stands: a member of the JSON body by its path, or a header by its name. */
  readonly by:
    | { readonly kind: 'json'; readonly path: string }
    | { readonly kind: 'header'; readonly name: string };
  /** Attempts after which a delivery is parked, and the next of its key goes. Absent: it blocks its key until an operator says otherwise. */
  readonly parkAfter?: number;
}
