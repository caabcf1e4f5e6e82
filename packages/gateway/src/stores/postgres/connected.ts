/** Who else has a store open: each program of ours names its connections. */
import { setTimeout as delay } from 'node:timers/promises';
import { APPLICATION } from './application.ts';
import type { Session } from './database.ts';

const OTHERS = `
  SELECT count(DISTINCT application_name) AS number FROM pg_stat_activity
  WHERE datname = current_database() AND starts_with(application_name, '${APPLICATION}')
    AND application_name <> current_setting('application_name')`;

/** A session of a program that has just ended is there for a moment longer. */
const LEAVING_MS = 5_000;
const POLL_MS = 100;

/** Whether no gateway or command has it open beside this connection's own; those that are leaving are waited for. One that has been idle for half a minute may not be counted. */
export async function isLeftByOthers(session: Session): Promise<boolean> {
  const deadlineMs = performance.now() + LEAVING_MS;
  while ((await othersConnected(session)) > 0) {
    if (performance.now() >= deadlineMs) return false;
    await delay(POLL_MS);
  }
  return true;
}

async function othersConnected(session: Session): Promise<number> {
  const [row] = await session.query(OTHERS);
  return Number(row?.['number']);
}
