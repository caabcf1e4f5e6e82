/** The one signature of a request that carries no other, as text: what hypotheses of message signatures rewrite. */
import type { HeaderList } from '../headers.ts';
import { parseStrictMembers } from '../schemes/message-signatures/structured-fields.ts';
import { withHeader, withMessage } from './other-address.ts';
import type { Change, Trial } from './trial.ts';

export interface InputText {
  readonly label: string;
  /** Components and parameters. */
  readonly text: string;
  /** What stands inside of the list’s brackets, component by component. */
  readonly components: readonly string[];
  /** Each with its semicolon. */
  readonly parameters: readonly string[];
}

const MEMBER = /^([a-z*][a-z0-9_.*-]*)=(\(([^()]*)\)(.*))$/s;
const ITEMS = /"[^"]*"(?:;[a-z*][a-z0-9_.*-]*(?:="[^"]*")?)*/g;
const PARAMETERS = /;\s*[a-z*][a-z0-9_.*-]*(?:=(?:"(?:[^"\\]|\\.)*"|[^;",\s]+))?/g;

/** Undefined where there are several, or none that is written as a list. */
export function inputTextOf({ request, scheme, once }: Trial): InputText | undefined {
  return scheme.headers.proof.includes('signature-input') ? once(readInput, request.headers) : undefined;
}

function readInput(headers: HeaderList): InputText | undefined {
  const field = headers.get('signature-input') ?? '';
  const [, label, text, list = '', rest = ''] =
    field.length > MAX_CHARS ? [] : (MEMBER.exec(field.trim()) ?? []);
  if (label === undefined || text === undefined || parseStrictMembers(field)?.size !== 1) return undefined;
  return { label, text, components: list.match(ITEMS) ?? [], parameters: rest.match(PARAMETERS) ?? [] };
}

const MAX_CHARS = 4096;

/** The same trial with another input: what is signed is what the gate makes of it. */
export function withInput(trial: Trial, { label }: InputText, text: string, detail?: string): Change {
  const { request } = trial;
  const headers = withHeader(request.headers, 'signature-input', `${label}=${text}`);
  return { request: { ...request, headers }, ...(detail !== undefined && { detail }) };
}

/** The same, but what is signed keeps the input as it came: for what the gate does not read. */
export function withReadableInput(trial: Trial, input: InputText, text: string, detail?: string): Change {
  return {
    ...withMessage(trial, (base) => base.replace(text, () => input.text)),
    ...withInput(trial, input, text, detail),
  };
}
