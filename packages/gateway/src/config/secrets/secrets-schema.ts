// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** The schema of `secrets`; see `schema.ts`. */
import { optional, withDefault } from '../left-out.ts';
import { ENTRY_NAME } from '../names.ts';
import { duration, plainText, readable } from '../schema-leaves.ts';
import { byName, either, into, list, mapping, type Schema } from '../shape.ts';
import { DAY, MINUTE, SECOND } from '../units.ts';
import type { SecretCommandInput, SecretsInput } from './secrets-input.ts';

/** Paths in it are as written. */
export interface SecretSettings {
  readonly folder?: string;
  readonly commands?: Readonly<Record<string, SecretCommand>>;
  readonly sources?: string;
}

export interface SecretCommand {
  /** The program and its arguments. */
  readonly argv: readonly string[];
  readonly timeoutMs: number;
  /** How long its secret is used before the command is run again. Absent: until a reload. */
  readonly refreshEveryMs?: number;
}

const DEFAULT_TIMEOUT_SECONDS = 10;
const MAX_TIMEOUT_MS = 5 * MINUTE;
const MAX_REFRESH_MS = 7 * DAY;
const EXAMPLE = '[pass, show, countersign/stripe]';

/** Makes the schema. */
export function secretsSchema(): Schema<SecretSettings, SecretsInput> {
  return mapping(
    'Where secrets come from, beside the environment and files: a folder, commands, managers. Only "${env:NAME}" and "${file:path}" can be used in here.',
    {
      folder: optional(
        plainText(
          'The folder of secrets, a file each, relative to this file: a mounted Secret of Kubernetes, or the credentials of systemd. "${secret:NAME}" is the file NAME in it. When a secret that is used changes, the configuration is reloaded.',
          'the path of a folder',
        ),
        'none',
      ),
      commands: optional(
        byName(commandSchema(), {
          expected: `a mapping of commands by name, such as { stripe: ${EXAMPLE} }`,
          description: 'Commands that print a secret, by name, for "${command:NAME}".',
          names: ENTRY_NAME,
        }),
        'none',
      ),
      sources: optional(
        plainText(
          'The module that reads secrets from managers, relative to this file; its default export has them by name, for "${NAME:…}".',
          'the path of a module',
        ),
        'none',
      ),
    },
    '{ folder: /etc/countersign/secrets }',
  );
}

function commandSchema(): Schema<SecretCommand, readonly string[] | SecretCommandInput> {
  const whole = mapping(
    'A command that prints a secret.',
    {
      run: argvSchema(),
      timeout: withDefault(
        duration(
          'How long the command may take; then it is ended, with what it has started.',
          MAX_TIMEOUT_MS,
        ),
        `${DEFAULT_TIMEOUT_SECONDS}s`,
      ),
      refresh: optional(
        duration('How long the secret is used before the command is run again.', MAX_REFRESH_MS),
        'until the configuration is reloaded',
      ),
    },
    `{ run: ${EXAMPLE}, refresh: 1h }`,
  );
  return either(
    into(argvSchema(), (argv): SecretCommand => ({ argv, timeoutMs: DEFAULT_TIMEOUT_SECONDS * SECOND })),
    into(
      whole,
      ({ run, timeout, refresh }): SecretCommand => ({
        argv: run,
        timeoutMs: timeout,
        ...(refresh !== undefined && { refreshEveryMs: refresh }),
      }),
    ),
    {
      expected: `a program and its arguments, such as ${EXAMPLE}, or { run: ${EXAMPLE}, refresh: 1h }`,
      description: 'The program and its arguments; no shell reads them.',
    },
  );
}

function argvSchema(): Schema<readonly string[], readonly string[]> {
  const text = readable<string>(
    { expected: 'a text', description: 'The program, or an argument.' },
    (written) => written,
  );
  return list(text, {
    expected: `a list: the program and its arguments, such as ${EXAMPLE}`,
    description: 'The program and its arguments; no shell reads them.',
    atLeastOne: 'at least the program',
  });
}
