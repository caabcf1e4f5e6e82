/** A body read as one JSON object, and one in which no member’s name may stand twice: two readers of it could take two things from it. */
import { andThen } from '../and-then.ts';
import type { MaybePromise } from '../model.ts';
import { type Objection, objection } from '../objection.ts';
import { runOn } from '../pause.ts';
import { TWICE } from '../text/json-names.ts';
import { isJsonFault, type JsonFault, type JsonObjectText, JsonScan } from '../text/json-text.ts';
import type { BodyReading } from './body-reading.ts';

/** In slices where it takes long. @param sorts whether to note which objects’ members are out of order */
export function parseJsonBody(bytes: Uint8Array, sorts: boolean): MaybePromise<JsonObjectText | Objection> {
  return andThen(scanned(bytes, sorts), orObjection);
}

function scanned(bytes: Uint8Array, sorts: boolean): MaybePromise<JsonObjectText | JsonFault> {
  const scan = new JsonScan(bytes, sorts);
  return scan.run() ?? runOn(() => scan.run());
}

function orObjection(json: JsonObjectText | JsonFault): JsonObjectText | Objection {
  return isJsonFault(json)
    ? objection('malformed-body', `in the body, ${json.fault}, at byte ${json.offset}`)
    : json;
}

/** Refuses a body in which a member’s name stands twice. What is no JSON object, every reader of JSON refuses by itself. */
export function judgeMemberNames(body: Uint8Array): MaybePromise<Objection | undefined> {
  return body.length === 0 ? undefined : andThen(scanned(body, false), repeatedName);
}

function repeatedName(json: JsonObjectText | JsonFault): Objection | undefined {
  return isJsonFault(json) && json.fault === TWICE ? (orObjection(json) as Objection) : undefined;
}

/** The body as received, of a sender whose documents have receivers refuse one with a name that stands twice. */
export const distinctNamesBody: BodyReading = {
  name: '',
  prepare: ({ request }) => judgeMemberNames(request.body),
  read: ({ request }) => request.body,
};
