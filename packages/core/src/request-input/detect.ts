/** Tells which form a request was given in, and reads it. */
import { atOnce } from '../pause.ts';
import { byteText, type Sliced } from '../text/bytes.ts';
import { TOKEN_CHAR } from '../text/token.ts';
import { isCurlLine, parseCurl } from './curl.ts';
import { isFetchCall, parseFetchCall } from './fetch-call.ts';
import { isDelivery, isShownDelivery, parseDelivery, parseShownDelivery } from './github-delivery.ts';
import { isHar, parseHar } from './har.ts';
import { InputError } from './input-error.ts';
import { parseJsonRequest } from './json.ts';
import { parseJsonInput } from './json-input.ts';
import { isLambdaEvent, parseLambdaEvent } from './lambda-event.ts';
import { parseRawHttp } from './raw-http.ts';
import type { InputContext, RequestInput } from './request-input.ts';

const FORMS =
  'Give a raw HTTP message (POST /hook HTTP/1.1 …), a JSON object {method, url, headers, body | bodyBase64}, an event of the admin API, a HAR entry, a curl line or a fetch call as browsers copy them, an event of AWS Lambda, or a delivery as GitHub shows it.';

/** @throws InputError where the bytes are none of the forms, or a broken one. */
export function readRequest(bytes: Uint8Array, context: InputContext = {}): RequestInput {
  return atOnce(readRequestInSlices(bytes, context));
}

/** Likewise, for whoever has others wait: of 256 KB no slice takes 5 ms, where JSON has few parts (`maxJsonParts`). */
export function* readRequestInSlices(bytes: Uint8Array, context: InputContext): Sliced<RequestInput> {
  // Whoever asks has read them in this turn.
  yield;
  const hasBom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const content = hasBom ? bytes.subarray(3) : bytes;
  const start = byteText(content.subarray(0, 4096)).trimStart();
  if (start === '') throw new InputError('there is no request: the input is empty', FORMS);
  if (start.startsWith('{')) return yield* parseJson(content, context);
  if (isCurlLine(start)) {
    const line = byteText(content).trimStart();
    yield;
    return yield* parseCurl(line);
  }
  if (isFetchCall(start)) return parseFetchCall(textOf(content), context);
  if (isShownDelivery(start)) return parseShownDelivery(textOf(content), context);
  const line = start.split('\n', 1)[0]?.trimEnd() ?? '';
  if (isRequestLine(line)) return parseRawHttp(content);
  throw new InputError('the input is not a request in a form that is known here', FORMS);
}

const REQUEST_LINE = new RegExp(`^[A-Z]+ \\S+$|^${TOKEN_CHAR}+ \\S+ HTTP/\\d(?:\\.\\d)?$`);

/** Words are easily one: without its version only a method in capitals makes a line of a request. */
function isRequestLine(line: string): boolean {
  return REQUEST_LINE.test(line);
}

/** Bytes that are no UTF-8 become U+FFFD: these forms are text that a browser has copied. */
function textOf(content: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(content);
}

function* parseJson(content: Uint8Array, context: InputContext): Sliced<RequestInput> {
  let value: unknown;
  try {
    value = parseJsonInput(new TextDecoder('utf-8', { fatal: true }).decode(content), context);
  } catch (error) {
    if (error instanceof InputError) throw error;
    // The parser's own words quote the text, which may hold a token.
    throw new InputError('the input starts like JSON but is not valid JSON', FORMS);
  }
  yield;
  const object = value as Readonly<Record<string, unknown>>;
  if (isDelivery(object)) return parseDelivery(object);
  if (isLambdaEvent(object)) return parseLambdaEvent(object);
  return isHar(object) ? parseHar(object, context.entry) : parseJsonRequest(object);
}
