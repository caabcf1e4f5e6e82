/** The programs that come from the system's packages, where they are installed. */
import type { Row } from '../table.ts';
import { runProxies } from './proxies/run.ts';
import { runPyJwt } from './pyjwt.ts';

export async function runSystem(): Promise<readonly Row[]> {
  return [...(await runPyJwt()), ...(await runProxies())];
}
