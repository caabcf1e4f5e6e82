/**
 * A request as AWS Lambda is handed it: API Gateway’s payload formats 1.0 and 2.0, function URLs (2.0), load balancers (1.0).
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
 */
import { describeGiven, isArray, memberOf } from '../given.ts';
import { HeaderList } from '../headers.ts';
import type { SignedRequest } from '../model.ts';
import { requestFrom } from '../request-from.ts';
import { SetupError } from '../setup-error.ts';
import { isWellFormed } from '../text/bytes.ts';
import { decodeBase64 } from '../text/encodings.ts';
import { circumstancesOf } from './trusted-proxy.ts';

/** What an event may have; format 2.0 has `rawPath`, format 1.0 `httpMethod`. */
export interface LambdaRequest {
  readonly rawPath?: string;
  readonly rawQueryString?: string;
  readonly cookies?: readonly string[];
  readonly httpMethod?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[] | undefined>> | null;
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>> | null;
  readonly multiValueQueryStringParameters?: Readonly<Record<string, readonly string[] | undefined>> | null;
  readonly requestContext?: object;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
}

/** @throws SetupError for what is no event of these kinds */
export function lambdaRequest(
  event: LambdaRequest,
  { trustProxy = false }: { readonly trustProxy?: boolean } = {},
): SignedRequest {
  const requestContext = memberOf(event, 'requestContext');
  const http = memberOf(requestContext, 'http');
  const method = memberOf(event, 'httpMethod') ?? memberOf(http, 'method');
  if (typeof method !== 'string' || (event.rawPath ?? event.path) === undefined) {
    throw new SetupError(
      'event',
      `it is ${describeGiven(event)} that holds no request of HTTP`,
      'Have an API Gateway, a function URL or a load balancer call this function.',
    );
  }
  const headers = headersOf(event);
  const address = memberOf(http, 'sourceIp') ?? memberOf(memberOf(requestContext, 'identity'), 'sourceIp');
  return requestFrom({
    method,
    url: event.rawPath === undefined ? oldTarget(event) : newTarget(event),
    headers,
    body: bodyOf(event),
    ...circumstancesOf(headers, typeof address === 'string' ? address : undefined, trustProxy),
  });
}

/** Whether a load balancer calls. */
export function isLoadBalancer(event: LambdaRequest): boolean {
  return memberOf(memberOf(event, 'requestContext'), 'elb') !== undefined;
}

/** Format 2.0 joins what was repeated, and has cookies apart. */
function headersOf({ headers, multiValueHeaders, cookies: cookieList }: LambdaRequest): HeaderList {
  const { flat } = HeaderList.from(multiValueHeaders ?? headers ?? {});
  const cookies = textsOf(cookieList ?? [], 'event.cookies');
  return new HeaderList(cookies.length === 0 ? flat : [...flat, 'cookie', cookies.join('; ')]);
}

/** As it came. */
function newTarget({ rawPath = '', rawQueryString = '' }: LambdaRequest): string {
  return rawQueryString === '' ? rawPath : `${rawPath}?${rawQueryString}`;
}

/** API Gateway has the query decoded, so that its own spelling is lost; a load balancer leaves it as it came. */
function oldTarget(event: LambdaRequest): string {
  const { requestContext, path = '', multiValueQueryStringParameters, queryStringParameters } = event;
  const staged = memberOf(requestContext, 'path');
  const shown = typeof staged === 'string' ? staged : path;
  const spelled = isLoadBalancer(event) ? (text: string) => text : encoded;
  const lists = multiValueQueryStringParameters ?? undefined;
  const name = lists === undefined ? 'queryStringParameters' : 'multiValueQueryStringParameters';
  const query = Object.entries(lists ?? queryStringParameters ?? {})
    .flatMap(([key, value = '']) =>
      textsOf(typeof value === 'string' ? [value] : value, `event.${name}`).map(
        (text) => `${spelled(key)}=${spelled(text)}`,
      ),
    )
    .join('&');
  return query === '' ? shown : `${shown}?${query}`;
}

/** Untyped code calls, in tests and in what stands in for AWS. */
function textsOf(values: unknown, option: string): readonly string[] {
  const wrong = isArray(values) ? values.find((value) => typeof value !== 'string') : values;
  if (isArray(values) && wrong === undefined) return values as readonly string[];
  throw new SetupError(
    option,
    `it has ${describeGiven(wrong)} where AWS gives a list of texts`,
    'Hand over the event as Lambda gave it.',
  );
}

/** What no bytes decode to stays: the gate refuses such a target. */
function encoded(text: string): string {
  return isWellFormed(text) ? encodeURIComponent(text) : text;
}

function bodyOf({ body, isBase64Encoded }: LambdaRequest): Uint8Array | string {
  if (body === undefined || body === null) return '';
  if (isBase64Encoded !== true) return body;
  const bytes = decodeBase64(body);
  if (bytes) return bytes;
  throw new SetupError(
    'event.body',
    'it is marked as base64, and is none',
    'Hand over the event as Lambda gave it.',
  );
}
