/** A reload that no call of the admin API asks for is in the audit log all the same. */
import type { AuditLog } from '../audit/audit-log.ts';
import type { ConfigReport, Reloader } from '../config/config-report.ts';
import type { LoadedSecrets } from '../config/secrets/loaded-secrets.ts';
import type { Log } from '../log/log.ts';
import { runNoted } from './audited.ts';
import { Problem } from './problem.ts';

/** What asks for it: a signal to the process, the program that the gateway runs in, or a secret that has changed. */
export type ReloadCause = 'SIGHUP' | 'program' | 'secrets';

export interface AuditedReloadParts {
  readonly reloader: Pick<Reloader, 'reload'>;
  /** Undefined: the gateway has no admin listener, and so no audit log. */
  readonly audit: Pick<AuditLog, 'begin'> | undefined;
  readonly log: Pick<Log, 'error'>;
}

/** Does not reject. */
export async function auditedReload(
  { reloader, audit, log }: AuditedReloadParts,
  cause: ReloadCause,
  secrets?: LoadedSecrets,
): Promise<ConfigReport> {
  if (audit === undefined) return reloader.reload(secrets);
  const who = { name: cause, role: 'admin', by: cause === 'SIGHUP' ? 'signal' : 'program' };
  const call = {
    kind: 'change',
    who,
    from: undefined,
    route: 'reloadConfig',
    target: {},
    input: {},
  } as const;
  const report = await runNoted(audit, call, () => reloader.reload(secrets));
  if (!(report instanceof Problem)) return report;
  log.error({}, NOT_AUDITED);
  const findings = [{ path: '', problem: report.detail }];
  return { result: 'broken', findings, warnings: [], changes: [], restart: [] };
}

const NOT_AUDITED =
  'the configuration was not read again: the audit log cannot be written, so nothing was done; look at the store';
