/** The nouns of the simulated Flowent platform. Members of its API keep the names of the wire. */
import type { FlowentCallOptions } from '../flowent.ts';
import type { PlatformCall, PlatformFault } from '../platform-server/model.ts';
import type { WebhookAnswer } from '../platform-server/post-webhook.ts';

/** One customer of the platform, who sees their own actions only. */
export interface FlowentTenant {
  /** A UUID. */
  readonly tenantId: string;
  /** What the tenant exchanges for API tokens. */
  readonly apiToken: string;
  /** What the platform signs this tenant's calls with. */
  readonly hmacKey: string;
}

/** An action as the platform holds and answers it. */
export interface FlowentPlatformAction {
  /** A UUID. */
  readonly id: string;
  readonly tenant_id: string;
  readonly name: string;
  readonly description: string;
  readonly json_schema: Readonly<Record<string, unknown>>;
  readonly webhook_url: string;
  /** RFC 3339, as is `updated_at`. */
  readonly created_at: string;
  readonly updated_at: string;
}

/** What a tenant says of an action when registering it. */
export type FlowentDraft = Pick<
  FlowentPlatformAction,
  'name' | 'description' | 'webhook_url' | 'json_schema'
>;

/** What may change of an action: at least one member. */
export type FlowentChange = Partial<Omit<FlowentDraft, 'name'>>;

/** The calls of the API, as its description names them. */
export type FlowentRoute =
  | 'POST /token/exchange'
  | 'GET /actions'
  | 'POST /actions'
  | 'GET /actions/{name}'
  | 'PUT /actions/{name}'
  | 'DELETE /actions/{name}';

/** One call of the API. */
export type FlowentPlatformCall = PlatformCall<FlowentRoute>;

/** Something that goes wrong with the next calls of the API. */
export type FlowentPlatformFault = PlatformFault<FlowentRoute>;

/** A call of a registered action, as the platform would make it. */
export interface FlowentPlatformCallOptions
  extends Pick<FlowentCallOptions, 'form' | 'signaturePosition' | 'fault'> {
  /** Default: the first tenant's id. */
  readonly tenant?: string;
  /** Default: the platform's clock. */
  readonly timestampMs?: number;
  readonly signal?: AbortSignal;
}

/** What a webhook answered. */
export interface FlowentWebhookAnswer extends WebhookAnswer {
  /** Undefined where the answer is no JSON object with such a text. */
  readonly result: string | undefined;
  /** As `result`. */
  readonly error: string | undefined;
}

/** What the platform allows a tenant. */
export interface FlowentLimits {
  /** Default 100. */
  readonly maxActions: number;
  /** Calls of the API in any 60 minutes, token exchanges among them. Default 1000. */
  readonly callsPerHour: number;
}

/** How to start the platform. */
export interface FlowentPlatformOptions {
  /** Default: one, with generated values. A tenant's id is generated where it is left out. */
  readonly tenants?: readonly (Omit<FlowentTenant, 'tenantId'> & { readonly tenantId?: string })[];
  /** On 127.0.0.1. Default 0: a free one. */
  readonly port?: number;
  /** The platform's clock: milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
  /** Reaches the webhooks. Default: the runtime's `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
  /** How long an API token is good for. Default 24 h. */
  readonly tokenLifeMs?: number;
  readonly limits?: Partial<FlowentLimits>;
  /** Whether a webhook must be https. Default: unless its host is a loopback one. */
  readonly requireHttps?: boolean;
  /** How registration tests are sent. Default `unsigned`. */
  readonly testSigned?: 'unsigned' | 'signed';
  /** For calls and for registration tests. Default 30,000 ms, as the platform documents. */
  readonly webhookTimeoutMs?: number;
  /** Told of every call of the API before its answer goes out. */
  readonly onCall?: (call: FlowentPlatformCall) => void;
}

/** A running platform. */
export interface FlowentPlatform {
  /** `http://127.0.0.1:<port>/api/v1/gateway` */
  readonly baseUrl: string;
  readonly tenants: readonly [FlowentTenant, ...FlowentTenant[]];
  /**
   * Calls a registered action's webhook, signed with the tenant's key, and gives back whatever it answers.
   * @param parameters a value, or JSON text, whose numbers keep their digits.
   * @throws RangeError for an unknown tenant or action and for a payload over 1 MB; SyntaxError for text that is no
   *   JSON; Error where no answer came in time.
   */
  call(
    name: string,
    parameters: FlowentCallOptions['parameters'],
    options?: FlowentPlatformCallOptions,
  ): Promise<FlowentWebhookAnswer>;
  /**
   * A tenant's actions in the order of their registration.
   * @param tenant default: the first tenant's id.
   * @throws RangeError for an unknown tenant.
   */
  actions(tenant?: string): readonly FlowentPlatformAction[];
  /** Queues a fault; those queued before strike first. @throws RangeError where `times` is no positive integer. */
  failNext(fault: FlowentPlatformFault): void;
  /** Makes every token issued so far invalid. */
  revokeTokens(): void;
  /** Stops at once: open calls are broken off. */
  close(): Promise<void>;
}
