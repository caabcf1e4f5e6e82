/** The store that `countersign store` works on: one that `--store` names, else that of the gateway, whether it runs or not. */

import { resolve } from 'node:path';
import { AdminError } from '@countersign/api';
import { type Config, openAdminOfFile, storeAddress } from '@countersign/gateway';
import { type Admin, refusedByFile, withAdmin } from './admin-source.ts';
import type { OptionSpecs } from './arguments.ts';
import type { Call } from './command.ts';
import { loadConfiguration } from './config-gate.ts';
import { GATEWAY_OPTIONS } from './day-options.ts';
import { openStoreFile } from './store-file.ts';
import { UsageError } from './usage-error.ts';

export const STORE_OPTIONS: OptionSpecs = {
  store: {
    value: 'ADDRESS',
    description:
      'e.g. sqlite:countersign.db; default: that of the configuration, of its gateway where it runs',
  },
  ...GATEWAY_OPTIONS,
};

export async function withStore<Result>(call: Call, use: (admin: Admin) => Promise<Result>): Promise<Result> {
  const { io } = call;
  const store = namedStore(call);
  if (store === undefined) return withAdmin(call, use);
  const file = await openStoreFile(store, 'no gateway is asked', () =>
    openAdminOfFile({ store, gates: [], sessions: [], destinations: [] }, io.now),
  );
  try {
    return await use({ call: (name, input) => file.call(name, input), url: undefined });
  } catch (error) {
    throw error instanceof AdminError ? refusedByFile(error) : error;
  } finally {
    await file.close();
  }
}

/** The store that a command opens by itself: no gateway is asked. @throws UsageError, ConfigError */
export async function storeOf(call: Call): Promise<Config['store']> {
  const { args, io } = call;
  return namedStore(call) ?? (await loadConfiguration(args.text('config'), io)).config.store;
}

/** That of `--store`; undefined where it is not given. @throws UsageError where something else says so too */
export function namedStore({ args, io }: Pick<Call, 'args' | 'io'>): Config['store'] | undefined {
  const address = args.text('store');
  if (address === undefined) return undefined;
  const other = ['admin', 'config'].find((name) => args.flag(name));
  if (other !== undefined) throw new UsageError(`--store and --${other} are given`, 'Give one of them.');
  return readAddress(address, io.cwd);
}

/** @throws SetupError for what is no address */
function readAddress(address: string, cwd: string): Config['store'] {
  const store = storeAddress(address);
  return store.kind === 'memory' ? store : { ...store, file: resolve(cwd, store.file) };
}
