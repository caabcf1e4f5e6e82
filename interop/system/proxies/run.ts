/** nginx and HAProxy, of the system’s packages, between senders and a gateway. */
import { PROXY_PACKAGES, versionOf } from '../../../scripts/proxy-programs.ts';
import type { Row } from '../../table.ts';
import { runFuzz } from './fuzz.ts';
import { startGateways } from './gateways.ts';
import { runHonest } from './honest.ts';
import { startProxy } from './programs.ts';
import { type Program, SETUPS } from './setups.ts';

export async function runProxies(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const program of Object.keys(SETUPS) as Program[]) rows.push(...(await runProgram(program)));
  return rows;
}

async function runProgram(program: Program): Promise<readonly Row[]> {
  const version = versionOf(program);
  if (version === undefined) {
    const note = `not installed: apt-get install ${PROXY_PACKAGES[program]}`;
    return [{ library: program, direction: 'both', name: 'requests through it', outcome: 'not there', note }];
  }
  const library = `${program} ${version}`;
  const gateways = await startGateways();
  try {
    const proxy = await startProxy(program, ({ isTrusted }) =>
      isTrusted ? gateways.trusting : gateways.plain,
    );
    try {
      const rows: Row[] = [];
      for (const setup of proxy.setups) {
        rows.push(
          ...(await runHonest(library, setup, gateways)),
          ...(await runFuzz(library, setup, gateways)),
        );
      }
      return rows;
    } finally {
      await proxy.stop();
    }
  } finally {
    await gateways.stop();
  }
}
