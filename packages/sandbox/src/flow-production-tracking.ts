/** Simulates a Flow Production Tracking site: action menu items (forms) and webhooks (JSON). */
import { createHmac } from 'node:crypto';
import { compareCodePoints } from './json-forms.ts';
import type { HeaderField, SandboxRequest } from './sandbox-request.ts';
import { clockErrorMs, otherKey, utf8 } from './sandbox-request.ts';

/** One field of the form that the site posts. */
export interface FormField {
  readonly name: string;
  readonly value: string;
}

/** What goes wrong with a form. `crlf-merge` hides one signed field in another's value, under the genuine signature. */
export type AmiFault =
  | 'tampered'
  | 'wrong-key'
  | 'stale'
  | 'future'
  | 'unsigned'
  | 'truncated-signature'
  | 'duplicate-field'
  | 'crlf-merge';

export interface AmiFormOptions {
  /** All fields but `timestamp` and `signature`, in the order of the wire. Default: a selection of two versions. */
  readonly fields?: readonly FormField[];
  /** The item's secret token. */
  readonly key: string;
  /** The site's clock, milliseconds since the epoch; the form carries whole seconds. */
  readonly nowMs: number;
  /** Default `urlencoded`. */
  readonly encoding?: 'urlencoded' | 'multipart';
  /** Whether fields without a value are in the signed text. Default `signed`. */
  readonly blankFields?: 'signed' | 'left-out';
  /** Default `last`. */
  readonly signaturePosition?: 'last' | 'first';
  /** Default `/ami/show_selection`. */
  readonly path?: string;
  /** Must not occur in a value. Default `----sandbox-form-boundary`. */
  readonly boundary?: string;
  /** Default: none. */
  readonly fault?: AmiFault;
}

export interface SiteWebhookOptions {
  readonly key: string;
  /** JSON text, bytes, or a value to be written by `JSON.stringify`. Default: a version's status changed. */
  readonly payload?: unknown;
  readonly nowMs: number;
  /** Default `/webhooks/flow-production-tracking`. */
  readonly path?: string;
  /** Not covered by the signature. Default made of `nowMs`. */
  readonly deliveryId?: string;
  readonly webhookId?: string;
  readonly eventBatchId?: string;
  /** Default: none. */
  readonly fault?: 'tampered' | 'wrong-key' | 'unsigned' | 'truncated-signature';
}

const DEFAULT_FIELDS: Readonly<Record<string, string>> = {
  user_id: '34',
  user_login: 'ada',
  entity_type: 'Version',
  selected_ids: '931,900',
  ids: '931,900,904,907',
  title: 'All Versions',
  page_id: '1353',
  server_hostname: 'studio.shotgrid.autodesk.com',
  referrer_path: '/page/1353',
  session_uuid: 'd8592bd6-fc41-11e1-b2c5-000c297a5f50',
  cols: 'code,sg_status_list,description',
  column_display_names: 'Version,Status,Description',
  view: 'Default',
  sort_column: 'code',
  sort_direction: 'asc',
  grouping_column: 'code',
  grouping_method: 'exact',
  grouping_direction: 'asc',
  project_name: 'Gunslinger',
  project_id: '81',
};

/** The fields of a selection of two versions on a page of one project, with some of them replaced or added. */
export function amiFields(changes: Readonly<Record<string, string>> = {}): readonly FormField[] {
  return Object.entries({ ...DEFAULT_FIELDS, ...changes }).map(([name, value]) => ({ name, value }));
}

/**
 * Builds the form that the site posts when a person picks an action menu item.
 * @throws RangeError where the boundary occurs in a field.
 */
export function amiForm(options: AmiFormOptions): SandboxRequest {
  const { key, fault, encoding = 'urlencoded', blankFields = 'signed' } = options;
  const timestamp = timestampText(options.nowMs + clockErrorMs(fault));
  const fields = [...(options.fields ?? amiFields()), { name: 'timestamp', value: timestamp }];
  const signed = blankFields === 'signed' ? fields : fields.filter((field) => field.value !== '');
  const signature = sign(utf8(signedLines(signed).join('')), fault === 'wrong-key' ? otherKey(key) : key);
  const proof = {
    name: 'signature',
    value: fault === 'truncated-signature' ? signature.slice(0, -2) : signature,
  };

  const changed = withFault(fields, signed, fault);
  const proofs = fault === 'unsigned' ? [] : [proof];
  const wire = options.signaturePosition === 'first' ? [...proofs, ...changed] : [...changed, ...proofs];
  const { contentType, body } =
    encoding === 'multipart' ? multipart(wire, options.boundary) : urlencoded(wire);
  return {
    name: `flow-production-tracking/${fault ?? encoding}`,
    method: 'POST',
    path: options.path ?? '/ami/show_selection',
    headers: [{ name: 'content-type', value: contentType }],
    body: utf8(body),
  };
}

/** Builds a webhook delivery of the same site, which signs the raw body. */
export function siteWebhook(options: SiteWebhookOptions): SandboxRequest {
  const { key, nowMs, fault } = options;
  const body = payloadBytes(options.payload ?? defaultPayload(nowMs));
  const signature = sign(body, fault === 'wrong-key' ? otherKey(key) : key);
  const headers: HeaderField[] = [
    { name: 'content-type', value: 'application/json' },
    { name: 'x-sg-webhook-id', value: options.webhookId ?? '6e1a6a3c-0b8e-4b44-9f0c-6a1f5ad0b7a1' },
    { name: 'x-sg-delivery-id', value: options.deliveryId ?? `delivery-${nowMs}` },
    { name: 'x-sg-event-batch-id', value: options.eventBatchId ?? `batch-${nowMs}` },
  ];
  if (fault !== 'unsigned') {
    const text = fault === 'truncated-signature' ? signature.slice(0, -2) : signature;
    headers.push({ name: 'x-sg-signature', value: `sha1=${text}` });
  }
  return {
    name: `flow-production-tracking-webhook/${fault ?? 'delivery'}`,
    method: 'POST',
    path: options.path ?? '/webhooks/flow-production-tracking',
    headers,
    // White space after the value: the same JSON to a parser, other bytes to a signature.
    body: fault === 'tampered' ? new Uint8Array([...body, 0x20]) : body,
  };
}

function sign(message: Uint8Array, key: string): string {
  return createHmac('sha1', utf8(key)).update(message).digest('hex');
}

/** The lines that are signed: sorted as whole lines, so `a-b=…` comes before `a=…`. */
function signedLines(fields: readonly FormField[]): string[] {
  return fields.map((field) => `${field.name}=${field.value}\r\n`).sort(compareCodePoints);
}

function withFault(
  fields: readonly FormField[],
  signed: readonly FormField[],
  fault: AmiFault | undefined,
): readonly FormField[] {
  if (fault === 'tampered') {
    const at = fields.findIndex((field) => field.name === 'user_login');
    const changed = { name: 'user_login', value: 'root' };
    return at < 0 ? [...fields, changed] : fields.with(at, changed);
  }
  if (fault === 'duplicate-field')
    return [...fields, ...fields.slice(0, 1).map(({ name }) => ({ name, value: '1' }))];
  if (fault === 'crlf-merge') return mergeFields(fields, signed);
  return fields;
}

/** Moves the line that follows `title` (or the first line) into that field's value: the signed text stays the same. */
function mergeFields(fields: readonly FormField[], signed: readonly FormField[]): readonly FormField[] {
  const ordered = signed.toSorted((a, b) =>
    compareCodePoints(`${a.name}=${a.value}\r\n`, `${b.name}=${b.value}\r\n`),
  );
  const at = Math.max(
    0,
    ordered.findIndex((field) => field.name === 'title'),
  );
  const host = ordered[at];
  const guest = ordered[at + 1];
  if (host === undefined || guest === undefined) return fields;
  return fields
    .filter((field) => field !== guest)
    .map((field) =>
      field === host ? { ...host, value: `${host.value}\r\n${guest.name}=${guest.value}` } : field,
    );
}

interface EncodedForm {
  readonly contentType: string;
  readonly body: string;
}

function urlencoded(fields: readonly FormField[]): EncodedForm {
  // The URL standard's serialiser: a browser posts these forms.
  const form = new URLSearchParams();
  for (const { name, value } of fields) form.append(name, value);
  return { contentType: 'application/x-www-form-urlencoded', body: form.toString() };
}

function multipart(fields: readonly FormField[], boundary = '----sandbox-form-boundary'): EncodedForm {
  const parts = fields.map(({ name, value }) => {
    if (name.includes(boundary) || value.includes(boundary)) {
      throw new RangeError(`boundary: it occurs in the field ${JSON.stringify(name)}. Give another one.`);
    }
    return `--${boundary}\r\nContent-Disposition: form-data; name="${partName(name)}"\r\n\r\n${value}\r\n`;
  });
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: `${parts.join('')}--${boundary}--\r\n`,
  };
}

/** https://html.spec.whatwg.org/#multipart-form-data: these three are percent-encoded, nothing else. */
function partName(name: string): string {
  return name.replace(/\r/g, '%0D').replace(/\n/g, '%0A').replace(/"/g, '%22');
}

function timestampText(nowMs: number): string {
  return `${new Date(nowMs).toISOString().slice(0, 19)}Z`;
}

function payloadBytes(payload: unknown): Uint8Array {
  if (payload instanceof Uint8Array) return payload;
  return utf8(typeof payload === 'string' ? payload : JSON.stringify(payload));
}

function defaultPayload(nowMs: number): unknown {
  return {
    data: {
      id: '95.0',
      event_type: 'Shotgun_Version_Change',
      operation: 'update',
      entity: { type: 'Version', id: 931 },
      project: { type: 'Project', id: 81 },
      user: { type: 'HumanUser', id: 34 },
      meta: {
        type: 'attribute_change',
        attribute_name: 'sg_status_list',
        old_value: 'rev',
        new_value: 'apr',
      },
    },
    timestamp: timestampText(nowMs),
  };
}
