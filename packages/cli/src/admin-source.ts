/** Who answers the routes of events and deliveries: the gateway that runs, or the file of one that does not. */
import { type AdminClient, AdminError, createAdminClient, type InputOf } from '@countersign/api';
import { type Config, type FileApi, openAdminOfFile } from '@countersign/gateway';
import {
  type AdminPlace,
  adminFailure,
  adminToken,
  adminUrl,
  configurationBeside,
  isNobodyThere,
  PROBLEM_REMEDIES,
  readPlace,
} from './admin-access.ts';
import type { Call } from './command.ts';
import { withPlaces } from './config-gate.ts';
import type { Io } from './io.ts';
import { openStoreFile } from './store-file.ts';
import { UsageError } from './usage-error.ts';
import { visibleText } from './visible-text.ts';

export interface Admin {
  /** @throws AdminError for what is refused */
  call<Name extends keyof FileApi>(
    name: Name,
    input: InputOf<FileApi[Name]>,
  ): Promise<FileApi[Name]['reply']>;
  /** The admin listener’s address; undefined where the file is open. */
  readonly url: string | undefined;
}

/** The gateway that runs: all routes of it. */
export interface GatewayAdmin extends Admin {
  readonly client: AdminClient;
}

/**
 * Asks the gateway that runs; opens the file where none does.
 * @throws UsageError, ConfigError or SetupError where there is neither, and for what is refused.
 */
export async function withAdmin<Result>(
  { args, io }: Pick<Call, 'args' | 'io'>,
  use: (admin: Admin) => Promise<Result>,
): Promise<Result> {
  return withAdminOr({ args, io }, use, async (config, nobody) => {
    const file = await openStoreFile(config.store, nobody, () => openAdminOfFile(config, io.now));
    try {
      return await use({ call: (name, input) => file.call(name, input), url: undefined });
    } catch (error) {
      throw error instanceof AdminError ? refusedByFile(error) : error;
    } finally {
      await file.close();
    }
  });
}

/**
 * Asks the gateway that runs.
 * @param orElse what is done where none does, with its configuration and why none was asked
 * @throws UsageError, ConfigError or SetupError
 */
export async function withAdminOr<Result>(
  { args, io }: Pick<Call, 'args' | 'io'>,
  use: (admin: GatewayAdmin) => Promise<Result>,
  orElse: (config: Config, nobody: string) => Promise<Result>,
): Promise<Result> {
  const place = readPlace(args, io);
  const ask = async (config: Config | undefined): Promise<Result> => {
    const url = await runningUrl(config, place, io);
    if (url !== undefined) return withGateway(url, adminToken(config, place), io, use);
    if (config === undefined) throw new TypeError('without a configuration there is an address');
    return orElse(config, nobodyAt(config, place));
  };
  if (place.url !== undefined && place.token !== undefined) return ask(undefined);
  const loaded = await configurationBeside(place, args.text('config'), io);
  if (loaded === undefined) return ask(undefined);
  return withPlaces(loaded, () => ask(loaded.config));
}

/** Where a gateway answers; undefined where none does, and the file is there to be opened. */
export async function runningUrl(
  config: Config | undefined,
  place: AdminPlace,
  io: Pick<Io, 'fetch'>,
): Promise<string | undefined> {
  const url = place.url ?? adminUrl(config?.listen);
  // Without a configuration there is no file: it is asked, and says why not.
  return url !== undefined && (config === undefined || !(await isNobodyAt(url, io))) ? url : undefined;
}

/** Why no gateway is asked. */
export function nobodyAt(config: Config | undefined, place: AdminPlace): string {
  const url = place.url ?? adminUrl(config?.listen);
  return url === undefined ? 'the configuration names no admin listener' : `no gateway answers at ${url}`;
}

/** @throws UsageError for what is refused, and where nobody answers. */
export async function withGateway<Result>(
  url: string,
  token: string,
  { fetch }: Pick<Io, 'fetch'>,
  use: (admin: GatewayAdmin) => Promise<Result>,
): Promise<Result> {
  const client = createAdminClient({ baseUrl: url, token, fetch });
  // The client leaves out an input that a route does not take; here each route has one.
  const call = client.call as Admin['call'];
  try {
    return await use({ call, url, client });
  } catch (error) {
    throw adminFailure(url, error);
  }
}

/** Asked before anything is done: whoever goes away later was there, and has the file. */
async function isNobodyAt(url: string, { fetch }: Pick<Io, 'fetch'>): Promise<boolean> {
  const { call } = createAdminClient({ baseUrl: url, token: '', fetch });
  for (let tries = 1; ; tries++) {
    try {
      await call('health');
      return false;
    } catch (error) {
      if (isNobodyThere(error)) return true;
      // A connection that was kept open and has ended meanwhile says nothing of who is there now.
      if (tries === 2 || !(error instanceof TypeError)) return false;
    }
  }
}

/** As a gateway would say it. */
export function refusedByFile({ message, code }: AdminError): UsageError {
  return new UsageError(visibleText(message), code === undefined ? '' : PROBLEM_REMEDIES[code]);
}
