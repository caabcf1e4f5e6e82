/** What may stand for the value of an option, or for an argument. */
import {
  AUDIT_KINDS,
  DELIVERY_CODE_WORDS,
  DELIVERY_STATE_WORDS,
  EVENT_VERDICTS,
  ISSUE_STATE_WORDS,
  KEY_ENCODINGS,
  KEY_STATES,
  ROUTES,
  VERDICT_KINDS,
} from '@countersign/api';
import { providerIds } from '@countersign/core';
import { FRAMEWORKS } from '@countersign/core/explain';
import type { Config } from '@countersign/gateway';
import { loadConfiguration } from '../config-gate.ts';
import { ISSUE_REASON_WORDS, REASON_WORDS } from '../events/search-options.ts';
import { LANGUAGES } from '../handout/languages.ts';
import type { Io } from '../io.ts';
import { REQUEST_PRINTS } from '../print-request.ts';

/** Words, or `files` where the shell knows better. */
export type Values = readonly string[] | 'files';

export interface ValueContext {
  /** With its sub-command, e.g. `deliveries list`. */
  readonly command: string;
  /** The value of `--config` among the words. */
  readonly configFile: string | undefined;
  readonly io: Pick<Io, 'cwd' | 'env'>;
}

const NONE: Values = [];
const FILE_VALUE = /^(?:FILE|PATH|MODULE)$/;

/** Of the option `--name`, whose help says `value` for it. */
export async function optionValues(name: string, value: string, context: ValueContext): Promise<Values> {
  const { command } = context;
  const [group, subCommand] = command.split(' ');
  if (FILE_VALUE.test(value)) return 'files';
  switch (name) {
    case 'provider':
      return providerIds;
    case 'gate':
      return configured(context, gateNames);
    case 'destination':
      return configured(context, destinationNames);
    case 'to':
      return subCommand === 'resend' ? configured(context, destinationNames) : NONE;
    case 'verdict':
      return group === 'events' && subCommand === 'list' ? EVENT_VERDICTS : VERDICT_KINDS;
    case 'reason':
      return group === 'issues' ? ISSUE_REASON_WORDS : REASON_WORDS;
    case 'kind':
      return AUDIT_KINDS;
    case 'route':
      return Object.keys(ROUTES);
    case 'state':
      return stateWords(command);
    case 'code':
      return DELIVERY_CODE_WORDS;
    case 'encoding':
      return KEY_ENCODINGS;
    case 'from':
      return subCommand === 'follow' ? ['now', 'start'] : NONE;
    case 'for':
      return command === 'explain' ? FRAMEWORKS : NONE;
    case 'runner':
      return ['node', 'vitest'];
    case 'language':
      return LANGUAGES.map(({ id }) => id);
    case 'as':
      return REQUEST_PRINTS;
    case 'method':
      return ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
    default:
      return NONE;
  }
}

/** Of an argument that the usage calls so. */
export async function argumentValues(placeholder: string, context: ValueContext): Promise<Values> {
  if (FILE_VALUE.test(placeholder)) return 'files';
  if (placeholder === 'GATE') return configured(context, gateNames);
  if (placeholder === 'DESTINATION') return configured(context, destinationNames);
  const isProvider = placeholder === 'PROVIDER' || (placeholder === 'ID' && context.command === 'providers');
  return isProvider ? providerIds : NONE;
}

function stateWords(command: string): Values {
  if (command.startsWith('issues')) return ISSUE_STATE_WORDS;
  return command.startsWith('keys') ? KEY_STATES : DELIVERY_STATE_WORDS;
}

function gateNames({ gates }: Config): readonly string[] {
  return gates.map(({ name }) => name);
}

function destinationNames({ destinations }: Config): readonly string[] {
  return destinations.map(({ name }) => name);
}

/** None where the configuration cannot be read: nobody would see why. */
async function configured(
  { configFile, io }: ValueContext,
  namesOf: (config: Config) => readonly string[],
): Promise<Values> {
  try {
    const { config } = await loadConfiguration(configFile, io, { withoutKeys: true });
    return namesOf(config);
  } catch {
    return NONE;
  }
}
