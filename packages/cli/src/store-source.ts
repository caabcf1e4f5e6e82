/** The store that `countersign store` works on: one that `--store` names, else that of the gateway, whether it runs or not. */

import { AdminError, type StoreStatsView, type StoreVerifiedView } from '@countersign/api';
import {
  type Config,
  openAdminOfFile,
  openStoreLook,
  resolveStore,
  type StoreLook,
  statsView,
  storeAddress,
  storedKeyId,
  storeKeyFault,
} from '@countersign/gateway';
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
      'e.g. sqlite:countersign.db; default: the store of the configuration, through its gateway if that runs',
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
  verify(): Promise<VerifiedStore>;
  stats(): Promise<StoreStatsView>;
}

export interface VerifiedStore {
  readonly report: StoreVerifiedView;
  /** It has something encrypted, and no storeKey was there to compare. */
  readonly isKeyUncompared: boolean;
}

/** As `withStore`, for who only looks: the file stays as it is. */
export async function withStoreInquiry<Result>(
  call: Call,
  use: (inquiry: StoreInquiry) => Promise<Result>,
): Promise<Result> {
  const { args, io } = call;
  const store = namedStore(call, ['admin']);
  if (store !== undefined) {
    // Of the configuration the storeKey, which no copy of a store has.
    const config = args.flag('config')
      ? (await loadConfiguration(args.text('config'), io)).config
      : undefined;
    return lookInto({ store, keys: config }, undefined, use);
  }
  return withAdminOr(
    call,
    ({ call: ask }) =>
      use({
        // Opened with its storeKey, or not at all.
        verify: async () => ({ report: await ask('verifyStore', {}), isKeyUncompared: false }),
        stats: () => ask('storeStats', {}),
      }),
    (config, nobody) => lookInto({ store: config.store, keys: config }, nobody, use),
  );
}

type KeyConfig = Pick<Config, 'storeKey' | 'previousStoreKeys'>;

interface Looked {
  readonly store: Config['store'];
  /** The configuration whose storeKey must be the store’s. Undefined: none was named, and nothing is compared. */
  readonly keys: KeyConfig | undefined;
}

async function lookInto<Result>(
  { store, keys }: Looked,
  nobody: string | undefined,
  use: (inquiry: StoreInquiry) => Promise<Result>,
): Promise<Result> {
  if (store.kind === 'sqlite' && isEmptyFile(store.file))
    throw new NoStore(`${store.file} is empty: it is no store`);
  const look = await openStoreFile(store, nobody, () => openStoreLook(store));
  try {
    return await use({
      verify: () => verifyWithKey(look, keys),
      stats: async () => statsView(await look.stats()),
    });
  } finally {
    await look.close();
  }
}

/** Without the storeKey that it was written under, what a store has encrypted is lost, however whole the file is. */
async function verifyWithKey(look: StoreLook, keys: KeyConfig | undefined): Promise<VerifiedStore> {
  const report = await look.verify();
  if (report.findings.some(({ code }) => code === 'file-damaged')) return { report, isKeyUncompared: false };
  if (keys === undefined) return { report, isKeyUncompared: (await storedKeyId(look.records)) !== undefined };
  const problem = await keyProblem(look, keys);
  const findings = problem === undefined ? [] : [{ code: 'other-store-key', problem }];
  return { report: { ...report, findings: [...report.findings, ...findings] }, isKeyUncompared: false };
}

async function keyProblem(
  look: StoreLook,
  { storeKey, previousStoreKeys: previous = [] }: KeyConfig,
): Promise<string | undefined> {
  if (storeKey !== undefined) {
    const fault = await storeKeyFault(look, { storeKey, previous });
    return fault && `The storeKey ${fault.problem}. ${fault.remedy}`;
  }
  const keyId = await storedKeyId(look.records);
  return (
    keyId &&
    `What is encrypted in the store needs the storeKey with the id ${keyId}, and the configuration has none. Set it.`
  );
}

/** The store that a command opens by itself: no gateway is asked. @throws UsageError, ConfigError */
export async function storeOf(call: Call): Promise<Config['store']> {
  const { args, io } = call;
  return namedStore(call) ?? (await loadConfiguration(args.text('config'), io)).config.store;
}

/**
 * That of `--store`; undefined where it is not given.
 * @param others options that may not be given beside it
 * @throws UsageError where one of them is
 */
export function namedStore(
  { args, io }: Pick<Call, 'args' | 'io'>,
  others: readonly ('admin' | 'config')[] = ['admin', 'config'],
): Config['store'] | undefined {
  const address = args.text('store');
  if (address === undefined) return undefined;
  const other = others.find((name) => args.flag(name));
  if (other !== undefined) {
    throw new UsageError(
      `--store and --${other} are given`,
      other === 'admin'
        ? 'Give --admin if a running gateway has the store, --store if none does.'
        : 'Give one of them.',
    );
  }
  return readAddress(address, io.cwd);
}

/** @throws SetupError for what is no address */
export function readAddress(address: string, cwd: string): Config['store'] {
  return resolveStore(storeAddress(address), cwd);
}
