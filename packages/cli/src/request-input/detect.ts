/** Tells which form a request was given in, and reads it. */
import { parseExactJson } from '@countersign/core/internal/parse-exact-json';
import { UsageError } from '../usage-error.ts';
import { isCurlLine, parseCurl } from './curl.ts';
import { isFetchCall, parseFetchCall } from './fetch-call.ts';
import { isDelivery, isShownDelivery, parseDelivery, parseShownDelivery } from './github-delivery.ts';
import { isHar, parseHar } from './har.ts';
import { parseJsonRequest } from './json.ts';
import { isLambdaEvent, parseLambdaEvent } from './lambda-event.ts';
import { parseRawHttp } from './raw-http.ts';
import type { InputContext, RequestInput } from './request-input.ts';

const FORMS =
  'Give a raw HTTP message (POST /hook HTTP/1.1 …), a JSON object {method, url, headers, body | bodyBase64}, an event of the admin API, a HAR entry, a curl line or a fetch call as browsers copy them, an event of AWS Lambda, or a delivery as GitHub shows it.';

/** @throws UsageError where the bytes are none of the forms, or a broken one. */
export function readRequest(bytes: Uint8Array, context: InputContext = {}): RequestInput {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const hasBom = whole[0] === 0xef && whole[1] === 0xbb && whole[2] === 0xbf;
  const content = hasBom ? whole.subarray(3) : whole;
  const start = content.subarray(0, 4096).toString('latin1').trimStart();
  if (start === '') throw new UsageError('there is no request: the input is empty', FORMS);
  if (start.startsWith('{')) return parseJson(content, context);
  if (isCurlLine(start)) return parseCurl(content.toString('latin1').trimStart());
  if (isFetchCall(start)) return parseFetchCall(content.toString('utf8'));
  if (isShownDelivery(start)) return parseShownDelivery(content.toString('utf8'));
  const line = start.split('\n', 1)[0]?.trimEnd() ?? '';
  if (isRequestLine(line)) return parseRawHttp(content);
  throw new UsageError('the input is not a request in a form that is known here', FORMS);
}

/** Words are easily one: without its version only a method in capitals makes a line of a request. */
function isRequestLine(line: string): boolean {
  return /^[A-Z]+ \S+$|^[!#$%&'*+\-.^_`|~0-9A-Za-z]+ \S+ HTTP\/\d(?:\.\d)?$/.test(line);
}

function parseJson(content: Buffer, { entry }: InputContext): RequestInput {
  let value: unknown;
  try {
    value = parseExactJson(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch {
    // The parser's own words quote the text, which may hold a token.
    throw new UsageError('the input starts like JSON but is not valid JSON', FORMS);
  }
  const object = value as Readonly<Record<string, unknown>>;
  if (isDelivery(object)) return parseDelivery(object);
  if (isLambdaEvent(object)) return parseLambdaEvent(object);
  return isHar(object) ? parseHar(object, entry) : parseJsonRequest(object);
}
