/** Who else has a store open: each program of ours names its connections. */
import { APPLICATION } from './application.ts';
import type { Session } from './database.ts';

const OTHERS = `
  SELECT count(DISTINCT application_name) AS number FROM pg_stat_activity
  WHERE datname = current_database() AND starts_with(application_name, '${APPLICATION}')
    AND application_name <> current_setting('application_name')`;

/** How many gateways, or commands, have it open beside this connection's own. One that has been idle for half a minute may not be counted. */
export async function othersConnected(session: Session): Promise<number> {
  const [row] = await session.query(OTHERS);
  return Number(row?.['number']);
}
