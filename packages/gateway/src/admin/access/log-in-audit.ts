/** Who logs in and out stands in the audit log, and who tries in vain. */
import { PROBLEMS } from '@countersign/api';
import type { AuditLog } from '../../audit/audit-log.ts';
import type { Log } from '../../log/log.ts';
import { StoreError } from '../../stores/store.ts';
import { runNoted } from '../audited.ts';
import type { Caller } from '../caller.ts';
import type { Problem } from '../problem.ts';
import type { Asker } from './asker.ts';

/** By which one logs in. */
export type LogInRoute = 'logIn' | 'finishOidc';

export interface LogInAudit {
  /** Opens a session once that is written down. @returns a problem where it cannot be */
  opening<Session>(
    route: LogInRoute,
    who: Caller,
    asker: Pick<Asker, 'address'>,
    open: () => Session,
  ): Promise<Session | Problem>;
  /** That a session was ended: nobody stays logged in because it cannot be written. */
  ended(who: Caller, asker: Pick<Asker, 'address'>): Promise<void>;
  /** @param user whom somebody wanted to be; only a user there is. Default: nobody */
  refused(route: LogInRoute, problem: Problem, asker: Pick<Asker, 'address'>, user?: string): void;
}

export function createLogInAudit(
  audit: Pick<AuditLog, 'begin' | 'refused'>,
  log: Pick<Log, 'error'>,
): LogInAudit {
  return {
    opening: (route, who, asker, open) => runNoted(audit, { ...callOf(who, asker), route }, open),
    async ended(who, asker) {
      try {
        const end = await audit.begin({ ...callOf(who, asker), route: 'logOut' });
        end({ status: 200, code: undefined });
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        log.error(
          { name: who.name, error },
          'somebody has logged out, and the audit log could not be written',
        );
      }
    },
    refused(route, { code }, asker, user) {
      const { status } = PROBLEMS[code];
      if (!OF_THE_CALLER.has(status)) return;
      const target = user === undefined ? {} : { name: user };
      audit.refused({ who: undefined, from: addressOf(asker), route, target, status, code });
    },
  };
}

/** What is refused for who somebody is, or how often they have tried. */
const OF_THE_CALLER: ReadonlySet<number> = new Set([401, 403, 429]);

function callOf({ name, role, by }: Caller, asker: Pick<Asker, 'address'>) {
  const who = { name, role, by };
  return { kind: 'change', who, from: addressOf(asker), target: {}, input: {} } as const;
}

function addressOf({ address }: Pick<Asker, 'address'>): string | undefined {
  return address === '' ? undefined : address;
}
