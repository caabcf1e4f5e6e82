/** What the harness asks of the admin listener. */
import type { Address } from './connection.ts';
import { ADMIN_TOKEN } from './work-folder.ts';

const HEADERS = { authorization: `Bearer ${ADMIN_TOKEN}` };

/** A figure of `/metrics`, all its samples added up; undefined where there is none. @param name a regular expression, which may name labels */
export async function figureOf({ host, port }: Address, name: string): Promise<number | undefined> {
  const response = await fetch(`http://${host}:${port}/metrics`, { headers: HEADERS });
  const samples = [...(await response.text()).matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))];
  return samples.length === 0 ? undefined : samples.reduce((sum, [, value]) => sum + Number(value), 0);
}

/** Has a destination that was disabled be sent to again. @throws Error where that is refused */
export async function resume({ host, port }: Address, destination: string): Promise<void> {
  const response = await fetch(`http://${host}:${port}/api/destinations/${destination}`, {
    method: 'POST',
    headers: { ...HEADERS, 'content-type': 'application/json' },
    body: JSON.stringify({ change: 'resume' }),
  });
  if (!response.ok) throw new Error(`resume was answered ${response.status}: ${await response.text()}`);
}
