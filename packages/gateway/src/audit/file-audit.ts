/** The audit log of a store that a command opens while no gateway runs. */
import { userInfo } from 'node:os';
import { SetupError } from '@countersign/core';
import { NO_KEY } from '../sealed/store-key-uses.ts';
import type { AuditKeys } from '../sealed/store-keys.ts';
import type { AuditStore } from '../stores/audit-store.ts';
import type { AuditCaller } from './audit-entry.ts';
import { type AuditLog, openAuditLog } from './audit-log.ts';
import { createAuditSeal } from './audit-seal.ts';

/** Nobody reads a log of it. */
const SILENT = { info() {}, warn() {}, error() {} };

/** What a command writes into it. */
export type FileAudit = Pick<AuditLog, 'begin' | 'settled'>;

/** Opens it when something is written for the first time: who only reads the file needs no key, and leaves no entry. */
export function openFileAudit(audit: AuditStore, keys: AuditKeys | undefined, now: () => number): FileAudit {
  let opening: Promise<AuditLog> | undefined;
  const open = async (): Promise<AuditLog> => {
    const seal = createAuditSeal(keys?.storeKey, now);
    const head = await audit.head();
    // It would look as what somebody wrote who has no key.
    if (keys === undefined && head !== undefined && head.keyId !== NO_KEY)
      throw new SetupError(
        'storeKey',
        'is not given, and the audit log of this store is chained under one: nothing was done',
        'Name the configuration that has it, with --config FILE, in place of --store.',
      );
    // The next gateway looks after what is too old.
    return openAuditLog({ audit, seal, forMs: Number.MAX_SAFE_INTEGER, now, log: SILENT });
  };
  return {
    begin: async (call) => {
      opening ??= open();
      return (await opening).begin(call);
    },
    settled: async () => {
      const log = await opening?.catch(() => undefined);
      await log?.close();
    },
  };
}

/** Who can read and write the file needs nobody’s leave; the name is the operating system’s. */
export function fileCaller(): AuditCaller {
  return { name: userName(), role: 'admin', by: 'file' };
}

/** There is none where a container runs as a number that no account has. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
