/** Webhooks in AWS Lambda: `export const handler = webhook('stripe', secret, (event) => …)`. The entry `@countersign/core/lambda`. */
import type { ImportedProvider, ProviderChoice } from '../gate.ts';
import { describeGiven, memberOf } from '../given.ts';
import type { MaybePromise } from '../model.ts';
import type { GateReply } from '../reply.ts';
import { SetupError } from '../setup-error.ts';
import { ANY_PROVIDER } from './any-provider.ts';
import type { WebhookEvent } from './event.ts';
import { IMPORTED_PROVIDER } from './imported-provider.ts';
import { isLoadBalancer, type LambdaRequest, lambdaRequest } from './lambda-request.ts';
import { actedByStatus, answerTo, FAILED, withEvent } from './receive-event.ts';
import {
  type AdapterOptions,
  type Chosen,
  choiceOf,
  type GateMaker,
  type GateSource,
  type ImportedGateSource,
  type Secret,
} from './settings.ts';

export { type LambdaRequest, lambdaRequest as toSignedRequest } from './lambda-request.ts';
export * from './shared-exports.ts';

/** What Lambda is answered: in lists that may be changed, as `@types/aws-lambda` has them. */
export interface LambdaReply {
  readonly statusCode: number;
  readonly headers?: Record<string, string>;
  readonly multiValueHeaders?: Record<string, string[]>;
  readonly body: string;
  readonly isBase64Encoded?: boolean;
}

/** Given the event, then Lambda’s own and its context. An object with a `statusCode` that it returns is the answer. */
export type LambdaHandler<Payload, Context> = (
  event: WebhookEvent<Payload>,
  lambdaEvent: LambdaRequest,
  context: Context,
) => MaybePromise<unknown>;

/** What Lambda calls. */
export type LambdaListener<Context> = (lambdaEvent: LambdaRequest, context: Context) => Promise<LambdaReply>;

/** `webhook` and `webhookOf`: the one of any provider, the other of those that are imported. */
export interface LambdaWebhook<Choice, Source> {
  <Payload = unknown, Context = unknown>(
    provider: Choice,
    secret: Secret,
    handler: LambdaHandler<Payload, Context>,
    options?: AdapterOptions,
  ): LambdaListener<Context>;
  <Payload = unknown, Context = unknown>(
    gate: Source,
    handler: LambdaHandler<Payload, Context>,
    options?: AdapterOptions,
  ): LambdaListener<Context>;
}

/**
 * Answers webhooks behind an API Gateway (REST, HTTP), a function URL or a load balancer: 200 where the handler ends; 500, and the sender’s retry
 * runs, where it throws, which `onError` is told, or returns `failed()`. An answer of 400 or above from the handler frees the claim.
 * Each instance of a function has a memory of its own: give the gate a guard that they share (`replay`), where once must be once.
 * @throws SetupError where the secret is missing, or no gate can be built so
 *
 * @example
 * export const handler = webhook('github', process.env.GITHUB_WEBHOOK_SECRET, (event) => console.log(event.type));
 */
export const webhook: LambdaWebhook<ProviderChoice, GateSource> = (...parameters: readonly unknown[]) =>
  webhookBy(parameters, ANY_PROVIDER);

/**
 * As `webhook`, of a provider that is imported, or a gate of one: no other provider is in the bundle.
 * @throws SetupError as `webhook` does, and for a provider’s id
 *
 * @example
 * export const handler = webhookOf(github, process.env.GITHUB_WEBHOOK_SECRET, (event) => console.log(event.type));
 */
export const webhookOf: LambdaWebhook<ImportedProvider, ImportedGateSource> = (
  ...parameters: readonly unknown[]
) => webhookBy(parameters, IMPORTED_PROVIDER);

function webhookBy(parameters: readonly unknown[], maker: GateMaker): LambdaListener<unknown> {
  const choice = choiceOf<LambdaHandler<unknown, unknown>>(parameters, maker);
  return async (lambdaEvent, context) => {
    try {
      return await serve(choice, lambdaEvent, context);
    } catch (error) {
      choice.settings.onError(error);
      return toReply(FAILED, lambdaEvent);
    }
  };
}

async function serve(
  { gate, handler, settings }: Chosen<LambdaHandler<unknown, unknown>>,
  lambdaEvent: LambdaRequest,
  context: unknown,
): Promise<LambdaReply> {
  const request = lambdaRequest(lambdaEvent, settings);
  const received = await gate.receive(
    request,
    withEvent(gate, async (event) => {
      const value = await handler(event, lambdaEvent, context);
      return isReply(value)
        ? actedByStatus<unknown>(replyOf(value), value.statusCode)
        : actedByStatus(value, 200);
    }),
  );
  if ('value' in received && isReply(received.value)) return replyOf(received.value);
  return toReply(answerTo(received, settings), lambdaEvent);
}

type Answered = Omit<LambdaReply, 'body'> & { readonly body?: unknown };

function isReply(value: unknown): value is Answered {
  return typeof memberOf(value, 'statusCode') === 'number';
}

/** Of a body that Lambda would not send nothing is guessed: the claim is freed, and the set-up’s mistake is told. */
function replyOf(reply: Answered): LambdaReply {
  const { body } = reply;
  if (body === undefined || body === null) return { ...reply, body: '' };
  if (typeof body === 'string') return { ...reply, body };
  throw new SetupError(
    'body',
    `the handler’s answer has one that is ${describeGiven(body)}`,
    'Give a text: JSON.stringify(…) of an object, base64 of bytes with isBase64Encoded: true.',
  );
}

/** An answer as Lambda gives it back. A load balancer that hands over lists of values wants lists. */
export function toReply({ status, headers, body }: GateReply, lambdaEvent: LambdaRequest): LambdaReply {
  const wantsLists = isLoadBalancer(lambdaEvent) && Boolean(lambdaEvent.multiValueHeaders);
  const lists = Object.entries(headers).map(([name, value]): [string, string[]] => [name, [value]]);
  return {
    statusCode: status,
    ...(wantsLists ? { multiValueHeaders: Object.fromEntries(lists) } : { headers: { ...headers } }),
    body,
    isBase64Encoded: false,
  };
}
