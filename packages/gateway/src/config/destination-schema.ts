// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** The schema of a destination of kept events; see `schema.ts`. */
import type { DestinationInput } from './config-input.ts';
import type { DestinationConfig, PassedConfig, TargetConfig } from './delivery-config.ts';
import { natsSchema, orderSchema, passSchema, signSchema } from './destination-parts-schema.ts';
import { optional, withDefault } from './left-out.ts';
import { HEADER_NAME } from './names.ts';
import { readHttpTarget } from './read-text.ts';
import { duration, integer, oneOf, plainText, readable, secretText } from './schema-leaves.ts';
import { asWritten, byName, either, into, list, mapping, type Schema } from './shape.ts';
import { DAY } from './units.ts';
import { isMapping } from './value-path.ts';

/** What the schema makes of a destination: all but its name, and paths as written. */
export interface ReadDestination extends Omit<DestinationConfig, 'name' | 'option' | 'target'> {
  readonly name?: string;
  /** Undefined where none is written, or several: the rules refuse it. */
  readonly target: TargetConfig | undefined;
}

/** Makes the schema of a destination. */
export function destinationSchema(): Schema<ReadDestination, DestinationInput> {
  const written = mapping(
    'Where kept events go: one of to, action, command, nats and file, and how.',
    {
      name: optional(
        plainText('The destination’s name, in the log and for `countersign deliveries`.', 'a name'),
        'that of its gate or session, if that has only one',
      ),
      ...targetMembers(),
      when: optional(whenSchema(), 'every event of the gate or session'),
      transform: optional(
        plainText(
          'A module, relative to this file, with a function that turns an event into what is sent; MODULE#NAME names one of its exports.',
          'the path of a module',
        ),
        'events are sent as received',
      ),
      sign: optional(
        either(oneOf(['sender']), signSchema(), {
          expected: 'sender, or a mapping such as { secret: "${env:NAME}" }',
          description:
            'Signs each attempt again, in place of the sender’s signature: as the sender does, with the gate’s own key (sender), so that the timestamp is fresh however late the attempt is; or with a key of yours.',
        }),
        'not signed again',
      ),
      proof: optional(
        oneOf(['pass', 'drop'], 'Whether the sender’s signature is passed on, or left out.'),
        'pass; drop if there is a sign',
      ),
      keepHeaders: withDefault(
        list(
          readable<string>(
            {
              expected: 'a header’s name in lower case',
              description: 'A header’s name, in lower case.',
              pattern: /^[a-z0-9-]+$/,
            },
            (text) => (/^[a-z0-9-]+$/.test(text) ? text : { misfit: true }),
          ),
          {
            expected: 'a list, such as [authorization]',
            description:
              'Headers that are sent although they are normally left out: credentials (needs storeKey), or headers that override the request’s path, host, method or client.',
          },
        ),
        [],
      ),
      headers: withDefault(
        byName(secretText('A value: a text, "${env:NAME}" or "${file:path}".'), {
          expected: 'a mapping of headers by name, such as { authorization: "Bearer ${env:TOKEN}" }',
          description:
            'Headers that are added to each message, in place of the event’s headers of the same name. Their values are secrets and never shown.',
          names: HEADER_NAME,
        }),
        {},
      ),
      retries: optional(
        list(duration('A wait.', 31 * DAY), {
          expected: 'a list of waits, such as [5s, 5m, 1h]; [] for none',
          description:
            'The retry schedule: the wait before each retry, which is made at a random moment within it (backoff with full jitter).',
        }),
        '[5s, 5m, 30m, 2h, 5h, 10h, 14h, 20h, 24h], as Standard Webhooks has it',
      ),
      timeout: withDefault(duration('How long an attempt may take.', 600_000), '15s'),
      concurrency: withDefault(integer('How many attempts run at once.', { min: 1, max: 1_000 }), 32),
      rate: optional(
        integer('At most this many attempts a second (rate limit).', { min: 1, max: 100_000 }),
        'no limit',
      ),
      order: optional(orderSchema(), 'none'),
      disableAfter: withDefault(
        duration('How long a destination may have nothing but failures before it is disabled.', 31 * DAY),
        '5d',
      ),
    },
    '{ to: http://127.0.0.1:9000/hook }',
  );
  return into(written, (read) => {
    const {
      to,
      action,
      command,
      environment,
      directory,
      pass,
      nats,
      file,
      retries,
      timeout,
      rate,
      order,
      ...rest
    } = read;
    const { disableAfter, transform, actions, ...others } = rest;
    return {
      ...others,
      target: targetOf({ to, actions, action, command, environment, directory, passed: pass, nats, file }),
      ...(transform !== undefined && { transform: transformOf(transform) }),
      ...(retries !== undefined && { retriesMs: retries }),
      timeoutMs: timeout,
      ...(rate !== undefined && { perSecond: rate }),
      ...(order && { order }),
      disableAfterMs: disableAfter,
    };
  });
}

function targetMembers() {
  return {
    to: optional(
      readable<string>(
        {
          expected: 'an http or https URL, such as http://127.0.0.1:9000/hook',
          description: 'The URL that events are sent to by POST (or the sender’s method), byte for byte.',
          pattern: /^https?:\/\//,
        },
        readHttpTarget,
      ),
      'another target',
    ),
    actions: optional(
      plainText(
        'A module whose action is run with each event, relative to this file.',
        'the path of a module',
      ),
      'another target',
    ),
    action: optional(plainText('The action of that module.', 'an action’s name'), 'the module’s only action'),
    command: optional(
      list(plainText('A program’s name, or an argument.'), {
        expected: 'a list of a program and its arguments, such as [./import.sh, --fast]',
        description:
          'A program and its arguments, run without a shell for each event, with the body on its standard input.',
        atLeastOne: 'at least the program',
      }),
      'another target',
    ),
    environment: withDefault(
      list(plainText('A variable’s name.', 'the name of a variable'), {
        expected: 'a list of names, such as [DATABASE_URL]',
        description:
          'Environment variables of the gateway that the command gets, besides PATH, HOME, LANG and TZ.',
      }),
      [],
    ),
    directory: optional(
      plainText('Where the command runs, relative to this file.', 'a folder’s path'),
      'this folder',
    ),
    pass: withDefault(passSchema(), []),
    nats: optional(natsSchema(), 'another target'),
    file: optional(
      plainText(
        'A file that each event is appended to as a line of JSON, relative to this file.',
        'a file’s path',
      ),
      'another target',
    ),
  };
}

function whenSchema(): Schema<Readonly<Record<string, unknown>>, NonNullable<DestinationInput['when']>> {
  return asWritten<Readonly<Record<string, unknown>>, NonNullable<DestinationInput['when']>>(
    { expected: 'a mapping of type, header and json, such as { type: invoice.* }', passes: isMapping },
    () => ({
      type: 'object',
      description:
        'A filter: which events are delivered, by type, header and json, all of which must match; of several values, one. A * stands for any characters.',
      properties: {
        type: { description: 'What the sender calls the kind of event: a text, or a list of them.' },
        header: { type: 'object', description: 'By a header’s name: its value, or a list of values.' },
        json: {
          type: 'object',
          description: 'By the path of a member of the JSON body: its value, a list of values, or bounds.',
        },
      },
      additionalProperties: false,
    }),
  );
}

function transformOf(text: string): { readonly file: string; readonly name?: string } {
  const at = text.lastIndexOf('#');
  return at < 0 ? { file: text } : { file: text.slice(0, at), name: text.slice(at + 1) };
}

interface WrittenTarget {
  readonly to: string | undefined;
  readonly actions: string | undefined;
  readonly action: string | undefined;
  readonly command: readonly string[] | undefined;
  readonly environment: readonly string[];
  readonly directory: string | undefined;
  readonly passed: readonly PassedConfig[];
  readonly nats: Omit<Extract<TargetConfig, { readonly kind: 'nats' }>, 'kind'> | undefined;
  readonly file: string | undefined;
}

function targetOf(written: WrittenTarget): TargetConfig | undefined {
  const { to, actions, action, command, environment, directory = '.', passed, nats, file } = written;
  if (to !== undefined) return { kind: 'http', url: to };
  if (actions !== undefined)
    return { kind: 'action', actionsFile: actions, ...(action !== undefined && { action }) };
  if (command !== undefined) return { kind: 'command', command, environment, directory, passed };
  if (nats !== undefined) return { kind: 'nats', ...nats };
  return file === undefined ? undefined : { kind: 'file', path: file };
}

/** Makes the schema of the list `deliver`: destinations, or names of those at the top. @param what is delivered */
export function deliverSchema(
  what: string,
): Schema<readonly (string | ReadDestination)[], readonly (string | DestinationInput)[]> {
  return list(
    either(
      plainText('The name of a destination at the top.', 'the name of a destination'),
      destinationSchema(),
      {
        expected:
          'a destination such as { to: http://127.0.0.1:9000/hook }, or the name of one of destinations',
      },
    ),
    {
      expected: 'a list of destinations, such as [{ to: http://127.0.0.1:9000/hook }]',
      description: `Where ${what} are delivered, each to every destination whose filter it matches: destinations, or names of those at the top of the file.`,
    },
  );
}
