/** Opens a destination as the configuration says. */
import { SetupError } from '@countersign/core';
import type { Action } from '../actions/define-action.ts';
import { loadActions } from '../actions/load-actions.ts';
import type { DestinationConfig, TargetConfig } from '../config/delivery-config.ts';
import type { Log } from '../log/log.ts';
import type { CommandHost } from './command-host.ts';
import type { Destination } from './destination.ts';
import type { FileTurns } from './file-turns.ts';
import type { NatsCredentials } from './nats-connection.ts';

export interface OpenDestinationParts {
  /** Of all commands: started where there is one. */
  readonly commandHost: () => CommandHost;
  /** Of all files. */
  readonly fileTurns: FileTurns;
  readonly now: () => number;
  readonly log: Log;
}

/** Each kind is loaded where there is one of it. @throws SetupError for a target that cannot work */
export async function openDestination(
  { target, concurrency, option }: DestinationConfig,
  { now, log, commandHost, fileTurns }: OpenDestinationParts,
): Promise<Destination> {
  switch (target.kind) {
    case 'http': {
      const { createHttpDestination } = await import('./destinations/http.ts');
      return createHttpDestination({
        url: target.url,
        policy: 'configured',
        maxConnections: concurrency,
        now,
      });
    }
    case 'command': {
      const { createCommandDestination } = await import('./destinations/command.ts');
      const { command, directory, environment, passed } = target;
      return createCommandDestination({ command, directory, environment, passed, host: commandHost() });
    }
    case 'file': {
      const { createFileDestination } = await import('./destinations/file.ts');
      return createFileDestination({ path: target.path, turns: fileTurns });
    }
    case 'nats': {
      const { createNatsDestination } = await import('./destinations/nats.ts');
      const { servers, subject, authority } = target;
      const credentials = credentialsOf(target);
      const tls = authority === undefined ? undefined : { authority };
      return createNatsDestination({
        servers,
        subject,
        ...(credentials && { credentials }),
        ...(tls && { tls }),
      });
    }
    case 'action': {
      const { createActionDestination } = await import('./destinations/action.ts');
      return createActionDestination({ action: await actionOf(target, option), log, now });
    }
  }
}

/** @throws SetupError where the module has no such action, or it is not clear which is meant */
async function actionOf(
  { actionsFile, action }: Extract<TargetConfig, { readonly kind: 'action' }>,
  option: string,
): Promise<Action> {
  const actions = await loadActions(actionsFile, `${option}.actions`);
  const names = actions.map(({ name }) => name).join(', ');
  const named = action === undefined ? actions : actions.filter(({ name }) => name === action);
  const [only, second] = named;
  if (only !== undefined && second === undefined) return only;
  throw only === undefined
    ? new SetupError(`${option}.action`, `${actionsFile} has no action ${action}`, `Name one of ${names}.`)
    : new SetupError(
        `${option}.action`,
        `is missing, and ${actionsFile} has several actions`,
        `Name one of ${names}.`,
      );
}

/** The rules made sure that there is one kind of them at most. */
function credentialsOf({
  user,
  password,
  token,
  nkey,
  creds,
}: Extract<TargetConfig, { readonly kind: 'nats' }>): NatsCredentials | undefined {
  if (token !== undefined) return { kind: 'token', token };
  if (nkey !== undefined) return { kind: 'nkey', seed: nkey };
  if (creds !== undefined) return { kind: 'creds', creds };
  return user === undefined || password === undefined ? undefined : { kind: 'password', user, password };
}
