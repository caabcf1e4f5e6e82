/** Sends to a command that does not end, in the directory that is its argument. */
import { createCommandDestination } from '../../src/deliver/destinations/command.ts';
import { messageOf, patience } from '../../src/testing/destination-bench.ts';

const script = 'echo $$ > pid; echo $PPID > host; echo > ready; trap "" TERM; while :; do sleep 0.05; done';
const command = ['sh', '-c', script];
const destination = await createCommandDestination({
  command,
  directory: process.argv[2] ?? '',
  killAfterMs: 100,
});
await destination.send(messageOf(1), patience());
