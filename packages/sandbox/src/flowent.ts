/** Simulates the Flowent platform: calls to an action server and registration tests, in each serialisation senders use. */
import { createHmac } from 'node:crypto';
import type { JsonMember, JsonNode, JsonStyle } from './json-forms.ts';
import {
  GO,
  JAVASCRIPT,
  jsonNode,
  PYTHON_COMPACT,
  PYTHON_INDENTED,
  PYTHON_SPACED,
  sortKeys,
  writeJson,
} from './json-forms.ts';
import type { SandboxRequest } from './sandbox-request.ts';
import { clockErrorMs, otherKey, unixSeconds, utf8 } from './sandbox-request.ts';

/**
 * How a sender writes what it signs, and what then goes on the wire:
 *
 * - `python`: signs `json.dumps` with compact separators, sends `requests.post(json=…)`: spaces and escapes;
 * - `python-compact`: signs and sends the compact dumps;
 * - `python-raw-unicode`: signs the compact dumps with escapes, sends raw UTF-8;
 * - `python-spaced`: signs and sends the dumps with spaces;
 * - `javascript`: signs and sends `JSON.stringify`;
 * - `go`: signs and sends `json.Marshal` of a struct whose parameters are a map;
 * - `go-reordered`: signs as `go`; a proxy sends raw characters and the parameters' first order;
 * - `indented`: signs the compact dumps, sends them indented by two;
 * - `reordered`: signs the compact dumps; a proxy sends the top-level members in another order.
 */
export type FlowentForm =
  | 'python'
  | 'python-compact'
  | 'python-raw-unicode'
  | 'python-spaced'
  | 'javascript'
  | 'go'
  | 'go-reordered'
  | 'indented'
  | 'reordered';

/** What goes wrong with a call. `stale` and `future` are signed properly, ten minutes off. */
export type FlowentFault =
  | 'tampered'
  | 'wrong-key'
  | 'stale'
  | 'future'
  | 'unsigned'
  | 'truncated-signature'
  | 'duplicate-member';

export interface FlowentCallOptions {
  /** The action's name; also the path's last part. */
  readonly action: string;
  /** A value, or JSON text: in text, numbers keep their digits (`12345678901234567890`, `1.0`). */
  readonly parameters: string | Readonly<Record<string, unknown>>;
  readonly key: string;
  /** The platform's clock, milliseconds since the epoch. */
  readonly nowMs: number;
  /** Default `python`. */
  readonly form?: FlowentForm;
  /** Where the `signature` member stands; `middle` is second. Default `last`. */
  readonly signaturePosition?: 'last' | 'first' | 'middle';
  /** Adds `"test": true`. Default false. */
  readonly test?: boolean;
  /** Default: none. */
  readonly fault?: FlowentFault;
}

export interface FlowentTestOptions {
  readonly action: string;
  /** The platform sends registration tests unsigned or signed. */
  readonly signed: boolean;
  readonly key: string;
  readonly nowMs: number;
  readonly fault?: FlowentFault;
}

interface FormSpec {
  readonly signed: JsonStyle;
  readonly sent: JsonStyle;
  /** Whether the sender sorts the keys inside `parameters` before it signs. */
  readonly sortsParameters: boolean;
  /** What a proxy does to the order of members after signing. */
  readonly order: 'kept' | 'parameters' | 'members';
}

const spec = (signed: JsonStyle, sent: JsonStyle): FormSpec => ({
  signed,
  sent,
  sortsParameters: false,
  order: 'kept',
});

const FORMS: Readonly<Record<FlowentForm, FormSpec>> = {
  python: spec(PYTHON_COMPACT, PYTHON_SPACED),
  'python-compact': spec(PYTHON_COMPACT, PYTHON_COMPACT),
  'python-raw-unicode': spec(PYTHON_COMPACT, JAVASCRIPT),
  'python-spaced': spec(PYTHON_SPACED, PYTHON_SPACED),
  javascript: spec(JAVASCRIPT, JAVASCRIPT),
  go: { signed: GO, sent: GO, sortsParameters: true, order: 'kept' },
  'go-reordered': { signed: GO, sent: JAVASCRIPT, sortsParameters: true, order: 'parameters' },
  indented: spec(PYTHON_COMPACT, PYTHON_INDENTED),
  reordered: { ...spec(PYTHON_COMPACT, PYTHON_COMPACT), order: 'members' },
};

/** Every form, in the order of the documentation. */
export const FLOWENT_FORMS: readonly FlowentForm[] = Object.keys(FORMS) as readonly FlowentForm[];

/**
 * Builds the platform's call of an action.
 * @throws SyntaxError where `parameters` is text but no JSON.
 */
export function flowentCall(options: FlowentCallOptions): SandboxRequest {
  const { action, key, form = 'python', test = false, fault } = options;
  const { signed, sent, sortsParameters, order } = FORMS[form];
  const written = jsonNode(options.parameters);
  const parameters = sortsParameters ? sortKeys(written) : written;
  const timestamp = unixSeconds(options.nowMs + clockErrorMs(fault));

  const members: readonly JsonMember[] = [
    { name: 'action_name', value: { kind: 'string', value: action } },
    { name: 'parameters', value: parameters },
    { name: 'timestamp', value: { kind: 'literal', text: String(timestamp) } },
    ...(test ? [{ name: 'test', value: { kind: 'literal', text: 'true' } } as const] : []),
  ];
  const signature = sign(
    writeJson({ kind: 'object', members }, signed),
    fault === 'wrong-key' ? otherKey(key) : key,
  );

  let wire = members.map((m) =>
    m.name === 'parameters' && order === 'parameters' ? { ...m, value: written } : m,
  );
  if (order === 'members') wire = wire.reverse();
  if (fault !== 'unsigned') {
    const text = fault === 'truncated-signature' ? signature.slice(0, -2) : signature;
    const at = { first: 0, middle: 1, last: wire.length }[options.signaturePosition ?? 'last'];
    wire = wire.toSpliced(at, 0, { name: 'signature', value: { kind: 'string', value: text } });
  }
  if (fault === 'tampered') {
    wire = wire.map((m) => (m.name === 'parameters' ? { ...m, value: tampered(m.value) } : m));
  }
  if (fault === 'duplicate-member') {
    // Two parsers may then read two different values: one takes the first, one the last.
    wire = [{ name: 'parameters', value: tampered(written) }, ...wire];
  }
  return {
    name: `flowent/${fault ?? (test ? 'test' : form)}`,
    method: 'POST',
    path: `/actions/${encodeURIComponent(action)}`,
    headers: [{ name: 'content-type', value: 'application/json' }],
    body: utf8(writeJson({ kind: 'object', members: wire }, sent)),
  };
}

/** Builds the test request that the platform sends when an action is registered. */
export function flowentTest(options: FlowentTestOptions): SandboxRequest {
  const { signed, fault, ...rest } = options;
  const effective = signed ? fault : 'unsigned';
  const request = flowentCall({
    ...rest,
    parameters: {},
    form: 'python-compact',
    test: true,
    ...(effective === undefined ? {} : { fault: effective }),
  });
  return { ...request, name: `flowent/test-${signed ? 'signed' : 'unsigned'}${fault ? `-${fault}` : ''}` };
}

function sign(message: string, key: string): string {
  return createHmac('sha256', utf8(key)).update(message, 'utf8').digest('hex');
}

/** Changes the first string, or adds a member where there is none: another call, of the same shape. */
function tampered(parameters: JsonNode): JsonNode {
  if (parameters.kind !== 'object') return { kind: 'literal', text: 'null' };
  const { members } = parameters;
  const at = members.findIndex((m) => m.value.kind === 'string');
  const member = members[at];
  if (member?.value.kind !== 'string') {
    return {
      kind: 'object',
      members: [...members, { name: 'added', value: { kind: 'literal', text: 'true' } }],
    };
  }
  const value: JsonNode = { kind: 'string', value: `${member.value.value}.attacker.example` };
  return { kind: 'object', members: members.with(at, { name: member.name, value }) };
}
