/** `countersign serve --workers N`: the first process, which serves nothing itself and has its workers serve. */
import { randomBytes } from 'node:crypto';
import process from 'node:process';
import { requireNode } from '@countersign/gateway';
import type { Call } from '../command.ts';
import { openConfiguration } from '../config-gate.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { unlessStopped, untilStopped } from '../until-stopped.ts';
import { isMendable, joinedWarnings } from '../warning-lines.ts';
import { NOT_YET } from './not-yet.ts';
import { requireShared } from './require-shared.ts';
import { WorkerGroup } from './worker-group.ts';

export async function serveWorkers(call: Call, count: number): Promise<ExitCode> {
  const { args, io, output } = call;
  requireNode();
  const { loaded } = await openConfiguration(args.text('config'), io);
  requireShared(loaded.config);
  for (const { sentence } of joinedWarnings(loaded.warnings).filter(isMendable)) output.warn(sentence);
  const { default: cluster } = await import('node:cluster');
  // All accept from one socket: a connection that is handed over is lost where its worker is killed meanwhile (ADR 86).
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  const group = new WorkerGroup({
    cluster,
    count,
    adminToken: loaded.config.admin.token?.reveal() ?? randomBytes(24).toString('base64url'),
    monotonicMs: io.monotonicMs,
    say: (text) => output.say(text),
  });
  let onHangUp = (): void => output.warn(NOT_YET);
  const stopped = untilStopped(io, {
    onFirst: (why) =>
      output.say(`${why}Stopping: requests in flight are finished. A second signal ends at once.`),
    onHangUp: () => onHangUp(),
  });
  process.once('exit', () => group.kill());
  const starting = group.start();
  const code = await unlessStopped(starting, stopped);
  if (code !== undefined) {
    await group.drain();
    return EXIT.usage;
  }
  onHangUp = () => {
    output.say('SIGHUP: the workers are replaced, one after the other.');
    group.roll();
  };
  await stopped;
  await group.drain();
  return EXIT.ok;
}
