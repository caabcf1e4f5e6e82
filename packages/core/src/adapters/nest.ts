/** Webhooks and guards in Nest, on Express and on Fastify: `@UseGuards(new ProofGuard('github', secret))`. The entry `@countersign/core/nest`. */
import type { Gate, ProviderChoice } from '../gate.ts';
import { memberOf } from '../given.ts';
import type { Accepted } from '../model.ts';
import type { GateReply } from '../reply.ts';
import { SetupError } from '../setup-error.ts';
import { ANY_PROVIDER } from './any-provider.ts';
import type { WebhookEvent } from './event.ts';
import { type FastifyReply, type FastifyRequest, writeReply as writeFastifyReply } from './fastify.ts';
import { passOn } from './node-proof.ts';
import { type NodeResponse, writeReply } from './node-reply.ts';
import { type NodeRequest, nodeBody, nodeHead } from './node-request.ts';
import { answerTo, FAILED, receiveProof, withEvent } from './receive-event.ts';
import {
  type AdapterOptions,
  type GateSource,
  proofChoiceOf,
  type Secret,
  type Settings,
} from './settings.ts';

export {
  type Next,
  type NodeHandler,
  type NodeListener,
  type NodeRequest,
  type NodeResponse,
  toSignedRequest,
  webhook,
  writeReply,
} from './express.ts';
export * from './shared-exports.ts';

/** What is needed of Nest’s `ExecutionContext`. */
export interface NestContext {
  getType(): string;
  switchToHttp(): { getRequest(): unknown; getResponse(): unknown };
}

/** What a guard leaves at Nest’s request. */
interface GuardedRequest {
  proof?: Accepted;
  rawBody?: unknown;
  body?: unknown;
}

/** A request of either platform’s, and how it is answered. */
interface Exchange {
  readonly request: GuardedRequest;
  readonly raw: NodeRequest;
  readonly rawResponse: NodeResponse;
  readonly url: unknown;
  write(reply: GateReply): void;
}

const events = /* @__PURE__ */ new WeakMap<object, WebhookEvent>();

/**
 * A guard: `@UseGuards(new ProofGuard('github', process.env.GITHUB_WEBHOOK_SECRET))` at a route or a controller, or `app.useGlobalGuards(…)`. It answers
 * what is not genuine, and tests of the endpoint, by itself; the rest goes on, with the proof at `request.proof`, and the event at `eventOf(request)` where the
 * proof covers the body. Such a proof needs the bytes: `NestFactory.create(AppModule, { rawBody: true })`. Where a proof is good for one
 * request, it is used up by an answer of 2xx.
 *
 * @example
 * // With Nest’s configuration: @UseGuards(GithubProof)
 * @Injectable()
 * class GithubProof extends ProofGuard {
 *   constructor(config: ConfigService) {
 *     super('github', config.get('GITHUB_WEBHOOK_SECRET'));
 *   }
 * }
 */
export class ProofGuard {
  readonly #gate: Gate;
  readonly #settings: Settings;

  /** @throws SetupError where the secret is missing, or no gate can be built so */
  constructor(provider: ProviderChoice, secret: Secret, options?: AdapterOptions);
  constructor(gate: GateSource, options?: AdapterOptions);
  constructor(...parameters: readonly unknown[]) {
    const { gate, settings } = proofChoiceOf(parameters, ANY_PROVIDER);
    this.#gate = gate;
    this.#settings = settings;
  }

  /**
   * True for what is genuine. Of what was answered here it never resolves: false would have Nest answer with 403.
   * @throws SetupError where the context is none of HTTP
   */
  canActivate(context: NestContext): Promise<boolean> {
    const exchange = exchangeOf(context);
    let isPassedOn = false;
    return new Promise((resolve, reject) => {
      const passOn = (): void => {
        isPassedOn = true;
        resolve(true);
      };
      this.#judge(exchange, passOn).catch((error: unknown) => {
        if (!isPassedOn && !(error instanceof SetupError)) return reject(error);
        this.#settings.onError(error);
        if (!isPassedOn) exchange.write(FAILED);
      });
    });
  }

  async #judge({ request, raw, rawResponse, url, write }: Exchange, activate: () => void): Promise<void> {
    const gate = this.#gate;
    const head = nodeHead(raw, this.#settings);
    const whole = typeof url === 'string' ? { ...head, url } : head;
    let isPassedOn = false;
    const received = await receiveProof(
      gate,
      whole,
      () => nodeBody(raw, gate.maxBodyBytes, request),
      withEvent(gate, (event, claim) =>
        passOn(gate, claim, rawResponse, () => {
          request.proof = event.verdict;
          if (gate.scheme.readsBody) keep(event, request, raw);
          isPassedOn = true;
          activate();
        }),
      ),
    );
    if (received === undefined || isPassedOn) return;
    const httpVersionMajor = memberOf(raw, 'httpVersionMajor');
    write(answerTo(received, this.#settings, { httpVersionMajor }));
  }
}

/** What a parser has made of the body stays; where none has, it is the bytes. */
function keep(event: WebhookEvent, request: GuardedRequest, raw: NodeRequest): void {
  events.set(raw, event);
  request.rawBody ??= event.body;
  request.body ??= event.body;
}

/**
 * The event that a `ProofGuard` has proved: `eventOf<Push>(request)`, with the request that `@Req()` gives.
 * @throws SetupError where no guard has proved the body of this request
 */
export function eventOf<Payload = unknown>(request: object): WebhookEvent<Payload> {
  const event = events.get(rawOf(request));
  if (event !== undefined) return event as WebhookEvent<Payload>;
  throw new SetupError(
    'request',
    'no guard has proved its body',
    'Put @UseGuards(new ProofGuard(…)) at its route; where the proof covers no body (a token), read request.proof.',
  );
}

/** Fastify’s requests and replies hold Node’s. */
function rawOf(request: object): object {
  const raw = memberOf(request, 'raw');
  return typeof raw === 'object' && raw !== null ? raw : request;
}

function exchangeOf(context: NestContext): Exchange {
  const type = context.getType();
  if (type !== 'http') {
    throw new SetupError(
      'guard',
      `it stands before ${JSON.stringify(type)}, where no request is signed`,
      'Use ProofGuard at routes of HTTP controllers.',
    );
  }
  const http = context.switchToHttp();
  const request = http.getRequest() as GuardedRequest & object;
  const response = http.getResponse();
  const raw = rawOf(request) as NodeRequest;
  if (raw === request) {
    const rawResponse = response as NodeResponse;
    return {
      request,
      raw,
      rawResponse,
      url: undefined,
      write: (reply) => writeReply(rawResponse, reply),
    };
  }
  const reply = response as FastifyReply;
  const { originalUrl } = request as unknown as FastifyRequest;
  const { raw: rawResponse } = reply;
  return {
    request,
    raw,
    rawResponse,
    url: originalUrl,
    write: (answer) => writeFastifyReply(reply, answer),
  };
}
