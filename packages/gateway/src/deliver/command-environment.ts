/** What a command that is run for a message finds in its environment. */
import type { PassedConfig } from '../config/delivery-config.ts';
import type { Secret } from '../config/secret.ts';
import type { Message } from './destination.ts';
import { headersByName, textOfBytes } from './header-text.ts';
import { passedValues } from './passed-values.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

/** A variable of the gateway's own that is handed on, by its name; or one that is set. */
export type EnvironmentEntry = string | { readonly name: string; readonly value: string | Secret };

export interface CommandEnvironmentOptions {
  /** The gateway's own. */
  readonly own: Variables;
  readonly entries: readonly EnvironmentEntry[];
  readonly passed: readonly PassedConfig[];
}

/** All that is handed on unasked: the gateway's environment holds its secrets. */
const HANDED_ON: readonly string[] = ['PATH', 'HOME', 'LANG', 'TZ'];

/** Linux takes no longer one (MAX_ARG_STRLEN, 128 KB), name and NUL included. */
const MAX_VARIABLE_BYTES = 131_072;

/** Of all that a message brings: Linux takes a quarter of the stack's limit, 2 MB as a rule, arguments included. */
const MAX_MESSAGE_BYTES = 1_000_000;

export function commandEnvironment(options: CommandEnvironmentOptions, message: Message): Variables {
  const environment: Record<string, string> = {};
  const about = Object.entries(aboutMessage(message));
  // The gateway's own have their room, whatever a sender fills.
  let room = MAX_MESSAGE_BYTES - about.reduce((sum, entry) => sum + bytesOf(...entry), 0);
  const add = (name: string, value: string | undefined): void => {
    if (value === undefined || !canStand(name, value)) return;
    const bytes = bytesOf(name, value);
    if (bytes > MAX_VARIABLE_BYTES || bytes > room) return;
    room -= bytes;
    environment[name] = value;
  };
  // What comes later has its way: a sender names headers, an operator the rest.
  for (const [name, value] of headerVariables(message.headers)) add(name, value);
  for (const [name, value] of passedValues(options.passed, message)) add(name, value);
  room = MAX_MESSAGE_BYTES;
  for (const [name, value] of about) add(name, value);
  return { ...environment, ...fixedEnvironment(options) };
}

/** With = and NUL. */
function bytesOf(name: string, value = ''): number {
  return Buffer.byteLength(name) + Buffer.byteLength(value) + 2;
}

function aboutMessage({
  event,
  destination,
  attempt,
  method,
}: Message): Readonly<Record<string, string | undefined>> {
  return {
    // What adnanh/webhook calls a hook is a gate.
    HOOK_ID: event.gate,
    HOOK_METHOD: method,
    HOOK_REQUEST_URI: textOfBytes(event.url),
    COUNTERSIGN_EVENT_ID: event.id,
    COUNTERSIGN_GATE: event.gate,
    COUNTERSIGN_PROVIDER: event.provider,
    COUNTERSIGN_KEY_ID: event.keyId,
    COUNTERSIGN_TENANT: event.tenant,
    COUNTERSIGN_DESTINATION: destination,
    COUNTERSIGN_ATTEMPT: String(attempt),
    COUNTERSIGN_RECEIVED_MS: String(event.receivedMs),
    COUNTERSIGN_RECEIVED_AT: new Date(event.receivedMs).toISOString(),
  };
}

function fixedEnvironment({ own, entries }: CommandEnvironmentOptions): Variables {
  const environment: Record<string, string> = {};
  const names = [...HANDED_ON, ...entries.filter((entry) => typeof entry === 'string')];
  for (const name of names) {
    const value = own[name];
    if (value !== undefined) environment[name] = value;
  }
  for (const entry of entries) {
    if (typeof entry === 'string') continue;
    environment[entry.name] = typeof entry.value === 'string' ? entry.value : entry.value.reveal();
  }
  return environment;
}

/** Of two headers that make one variable, such as X-Event and X_Event, the one with plain hyphens: the other is there to be taken for it. */
function headerVariables(headers: readonly string[]): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  const entries = [...headersByName(headers)];
  const plain = entries.filter(([name]) => PLAIN_NAME.test(name));
  for (const [name, value] of [...plain, ...entries]) {
    const variable = `HOOK_HEADER_${variableName(name)}`;
    if (!variables.has(variable)) variables.set(variable, value);
  }
  return variables;
}

const PLAIN_NAME = /^[a-z0-9-]+$/;

/** Whether an environment can hold it: Node refuses NUL, and a name ends at its =. */
export function canStand(name: string, value: string): boolean {
  return name !== '' && !name.includes('=') && !name.includes('\0') && !value.includes('\0');
}

/** What a shell can read: X-GitHub-Event is X_GITHUB_EVENT. */
function variableName(header: string): string {
  return header.toUpperCase().replace(/[^A-Z0-9]/g, '_');
}
