/** Flowent's platform API, as an action server calls it. Names are those of its JSON. */

/** An action as the platform holds it. */
export interface FlowentAction {
  /** A UUID, as is `tenant_id`. */
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

/** An action yet to be registered. */
export type FlowentActionDraft = Pick<FlowentAction, 'name' | 'description' | 'webhook_url' | 'json_schema'>;

/** What may change of a registered action; at least one member. */
export type FlowentActionChange = Partial<Omit<FlowentActionDraft, 'name'>>;

/** The platform API behind one account. Every method throws `FlowentError`. */
export interface FlowentApi {
  list(): Promise<readonly FlowentAction[]>;
  /** Undefined where there is none of this name. */
  get(name: string): Promise<FlowentAction | undefined>;
  /** The platform tests the webhook first. @throws FlowentError `conflict` where the name is taken. */
  create(draft: FlowentActionDraft): Promise<FlowentAction>;
  update(name: string, change: FlowentActionChange): Promise<FlowentAction>;
  /** @throws FlowentError `not-found` where there is none of this name. */
  delete(name: string): Promise<void>;
}

export type FlowentErrorCode =
  /** The API token is not accepted. */
  | 'unauthorized'
  /** 400: the platform does not take the action; its words are in the message. */
  | 'invalid'
  /** 400 on create: the platform's test of the webhook failed. */
  | 'validation-failed'
  /** 409: the name is taken. */
  | 'conflict'
  | 'not-found'
  /** 429 after the last try. */
  | 'rate-limited'
  /** 5xx after the last try, or no connection. */
  | 'unavailable'
  | 'timeout'
  /** The answer is not what the API's description says. */
  | 'malformed-answer';

/** The platform did not do it: what happened, and what to do. Holds no token. */
export class FlowentError extends Error {
  override readonly name = 'FlowentError';
  readonly code: FlowentErrorCode;
  readonly remedy: string;
  /** Of the platform's answer, where there was one. */
  readonly status: number | undefined;
  /** How long the platform asks to wait. */
  readonly retryAfterMs: number | undefined;

  constructor(code: FlowentErrorCode, message: string, details: FlowentErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.remedy = details.remedy;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
  }
}

export interface FlowentErrorDetails {
  readonly remedy: string;
  readonly status?: number | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** Whether the platform API failed with that code. */
export function isFlowentError(error: unknown, code: FlowentErrorCode): boolean {
  return error instanceof FlowentError && error.code === code;
}
