/** The audit log that `countersign audit` reads: through the gateway that runs, else in the file of its store, which stays as it is. */
import type { AuditPage, AuditQuery, AuditVerifiedView } from '@countersign/api';
import {
  auditPage,
  auditVerifiedView,
  type Config,
  lookAtAuditKeys,
  type NotedHead,
  openStoreLook,
  verifyAuditLog,
} from '@countersign/gateway';
import { withAdminOr } from '../admin-source.ts';
import type { OptionSpecs } from '../arguments.ts';
import type { Call } from '../command.ts';
import { loadConfiguration } from '../config-gate.ts';
import { GATEWAY_OPTIONS, JSON_OPTION } from '../day-options.ts';
import { openStoreFile } from '../store-file.ts';
import { namedStore } from '../store-source.ts';

export const AUDIT_OPTIONS: OptionSpecs = {
  store: {
    value: 'ADDRESS',
    description:
      'the file of a store, e.g. sqlite:countersign.db; default: the store of the configuration, through its gateway if that runs',
  },
  ...GATEWAY_OPTIONS,
  ...JSON_OPTION,
};

export interface AuditSource {
  page(query: AuditQuery): Promise<AuditPage>;
  verify(heads: readonly NotedHead[]): Promise<AuditVerifiedView>;
}

export async function withAudit<Result>(
  call: Call,
  use: (source: AuditSource) => Promise<Result>,
): Promise<Result> {
  const { args, io } = call;
  const store = namedStore(call, ['admin']);
  if (store === undefined) {
    return withAdminOr(
      call,
      ({ client }) =>
        use({
          page: (query) => client.call('audit', query),
          verify: (heads) => {
            const text = heads.map(({ seq, mac }) => `${seq}:${mac}`).join(',');
            return client.call('verifyAudit', text === '' ? {} : { heads: text });
          },
        }),
      (config, nobody) => inFile(config, nobody, use),
    );
  }
  // Of the configuration the key, which no copy of a store has.
  const config = args.flag('config') ? (await loadConfiguration(args.text('config'), io)).config : {};
  return inFile({ ...config, store }, undefined, use);
}

async function inFile<Result>(
  {
    store,
    storeKey,
    previousStoreKeys: previous = [],
  }: Pick<Config, 'store' | 'storeKey' | 'previousStoreKeys'>,
  nobody: string | undefined,
  use: (source: AuditSource) => Promise<Result>,
): Promise<Result> {
  const look = await openStoreFile(store, nobody, () => openStoreLook(store));
  try {
    const keys = storeKey && (await lookAtAuditKeys(look.records, { storeKey, previous }));
    return await use({
      page: (query) => auditPage(look.audit, query),
      verify: async (heads) => auditVerifiedView(await verifyAuditLog(look.audit, keys, heads)),
    });
  } finally {
    await look.close();
  }
}
