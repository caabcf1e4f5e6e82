/** The store that `countersign store` works on: one that `--store` names, else that of the gateway, whether it runs or not. */

import { resolve } from 'node:path';
import { AdminError, type StoreStatsView, type StoreVerifiedView } from '@countersign/api';
import { type Config, openAdminOfFile, openStoreLook, statsView, storeAddress } from '@countersign/gateway';
import { type Admin, refusedByFile, withAdmin, withAdminOr } from './admin-source.ts';
import type { OptionSpecs } from './arguments.ts';
import type { Call } from './command.ts';
import { loadConfiguration } from './config-gate.ts';
import { GATEWAY_OPTIONS } from './day-options.ts';
import { isEmptyFile, NoStore, openStoreFile } from './store-file.ts';
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
  const file = await openStoreFile(store, undefined, () =>
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

/** What is looked at without changing a byte, where no gateway runs. */
export interface StoreInquiry {
  verify(): Promise<StoreVerifiedView>;
  stats(): Promise<StoreStatsView>;
}

/** As `withStore`, for who only looks: the file stays as it is. */
export async function withStoreInquiry<Result>(
  call: Call,
  use: (inquiry: StoreInquiry) => Promise<Result>,
): Promise<Result> {
  const named = namedStore(call);
  if (named !== undefined) return lookInto(named, undefined, use);
  return withAdminOr(
    call,
    ({ call: ask }) => use({ verify: () => ask('verifyStore', {}), stats: () => ask('storeStats', {}) }),
    ({ store }, nobody) => lookInto(store, nobody, use),
  );
}

async function lookInto<Result>(
  store: Config['store'],
  nobody: string | undefined,
  use: (inquiry: StoreInquiry) => Promise<Result>,
): Promise<Result> {
  if (store.kind !== 'memory' && isEmptyFile(store.file))
    throw new NoStore(`${store.file} is empty: it is no store`);
  const look = await openStoreFile(store, nobody, () =>
    openStoreLook(store.kind === 'memory' ? ':memory:' : store.file),
  );
  try {
    return await use({ verify: () => look.verify(), stats: async () => statsView(await look.stats()) });
  } finally {
    await look.close();
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
  if (other !== undefined) {
    throw new UsageError(
      `--store and --${other} are given`,
      other === 'admin'
        ? 'Give --admin where a gateway runs that has the store, --store where none does.'
        : 'Give one of them.',
    );
  }
  return readAddress(address, io.cwd);
}

/** @throws SetupError for what is no address */
function readAddress(address: string, cwd: string): Config['store'] {
  const store = storeAddress(address);
  return store.kind === 'memory' ? store : { ...store, file: resolve(cwd, store.file) };
}
