/** What a handler is given: a request that is proved, in the words of webhooks. */
import { andThen } from '../and-then.ts';
import { eventType } from '../event-type.ts';
import type { Accepted, BegunClaim, MaybePromise, SignedRequest } from '../model.ts';
import type { Scheme } from '../scheme.ts';
import { parseExactJson } from '../text/parse-exact-json.ts';

/** A genuine request. `Payload` is what its sender says of its body: nothing checks the type. */
export interface WebhookEvent<Payload = unknown> {
  /** The body as JSON, parsed when it is first read. @throws SyntaxError or TypeError where it is no JSON in UTF-8, such as a form */
  readonly payload: Payload;
  /** What happened, in the sender’s words (`push`, `invoice.paid`); undefined where its scheme names no type. */
  readonly type: string | undefined;
  /** Whether the proof covers the type. Where it does not (GitHub), whoever captures a genuine request can send it under another. */
  readonly isTypeProved: boolean;
  /** The sender’s id of the event, where the proof covers it. */
  readonly id: string | undefined;
  /** The bytes that were proved. */
  readonly body: Uint8Array;
  /** The body as text; bytes that are no UTF-8 are lost in it. */
  readonly text: string;
  /** 1; more where the same request ran before and came to nothing. */
  readonly attempt: number;
  /** What holds the request’s identity in the replay guard: `claim.identity` is an idempotency key. Undefined where nothing is claimed. */
  readonly claim: BegunClaim | undefined;
  /** Who is proved, and how: key, signed time, a token’s claims, evidence. */
  readonly verdict: Accepted;
  /** The request as it was judged. */
  readonly request: SignedRequest;
}

/** What an event is made of. */
export interface EventParts {
  readonly scheme: Scheme;
  readonly verdict: Accepted;
  readonly claim: BegunClaim | undefined;
  readonly request: SignedRequest;
}

/** The event of a request that is proved. */
export function eventOf<Payload>(parts: EventParts): MaybePromise<WebhookEvent<Payload>> {
  return andThen(eventType(parts.scheme, parts.request), (type) => new ProvedEvent<Payload>(type, parts));
}

const UTF8 = { fatal: true } as const;

class ProvedEvent<Payload> implements WebhookEvent<Payload> {
  readonly type: string | undefined;
  readonly isTypeProved: boolean;
  readonly verdict: Accepted;
  readonly claim: BegunClaim | undefined;
  readonly request: SignedRequest;
  #payload: { readonly value: Payload } | undefined;

  constructor(type: string | undefined, { scheme, verdict, claim, request }: EventParts) {
    this.type = type;
    this.isTypeProved = scheme.coverage.covered.includes('type');
    this.verdict = verdict;
    this.claim = claim;
    this.request = request;
  }

  get payload(): Payload {
    this.#payload ??= {
      value: parseExactJson(new TextDecoder('utf-8', UTF8).decode(this.request.body)) as Payload,
    };
    return this.#payload.value;
  }

  get id(): string | undefined {
    return this.verdict.id;
  }

  get body(): Uint8Array {
    return this.request.body;
  }

  get text(): string {
    return new TextDecoder().decode(this.request.body);
  }

  get attempt(): number {
    return this.claim?.attempt ?? 1;
  }
}
