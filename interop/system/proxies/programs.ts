/** nginx and HAProxy of the system’s packages, each with a server for every setup. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../../../scripts/free-ports.ts';
import { startProgram } from '../../../scripts/proxy-programs.ts';
import { configOf, type Ports, type Program, SETUPS, type Setup } from './setups.ts';

/** A setup that listens. */
export interface RunningSetup extends Setup {
  readonly port: number;
}

export interface RunningProxy {
  readonly setups: readonly RunningSetup[];
  stop(): Promise<void>;
}

/** @param gatewayOf the port of a setup’s gateway */
export async function startProxy(
  program: Program,
  gatewayOf: (setup: Setup) => number,
): Promise<RunningProxy> {
  const folder = mkdtempSync(join(tmpdir(), `countersign-${program}-`));
  const listen = await freePorts(SETUPS[program].length);
  const servers = SETUPS[program].map((setup, i): string => {
    const ports: Ports = { listen: listen[i] as number, gateway: gatewayOf(setup) };
    return setup.text(ports);
  });
  const text = configOf(program, folder, servers.join(''));
  const remove = (): void => rmSync(folder, { recursive: true });
  const running = await startProgram(program, { text, folder, ports: listen }).catch((error: unknown) => {
    remove();
    throw error;
  });
  return {
    setups: SETUPS[program].map(({ name, isTrusted, prefix }, i) => ({
      name,
      isTrusted,
      prefix,
      port: listen[i] as number,
    })),
    async stop() {
      await running.stop();
      remove();
    },
  };
}
