/** `countersign tail`: the verdicts of the running gateway as they are made, and its attempts to deliver events as they end. */

import {
  type AdminClient,
  createAdminClient,
  type LiveView,
  type StreamPart,
  VERDICT_KINDS,
  type VerdictQuery,
} from '@countersign/api';
import { counted, listed } from '@countersign/core/internal/amounts';
import { prettyLine } from '@countersign/gateway/pretty-line';
import { adminFailure, gatewayPlace } from '../admin-access.ts';
import { ADMIN_LISTENER, TOKEN_VARIABLE } from '../admin-option.ts';
import type { Arguments } from '../arguments.ts';
import { type Call, CONFIG_FILE, type Command } from '../command.ts';
import { checkedId } from '../day-options.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { didYouMean, otherGates } from '../near-miss.ts';
import { type Output, wantsColor } from '../output.ts';
import { readWord } from '../read-word.ts';
import { unlessStopped, untilStopped } from '../until-stopped.ts';
import { UsageError } from '../usage-error.ts';
import { visibleJson } from '../visible-text.ts';
import { writeAll } from '../write-all.ts';

export const tail: Command = {
  name: 'tail',
  summary: 'shows what the running gateway decides and delivers, as it happens',
  usage: [
    'tail [--gate NAME] [--verdict VERDICT] [--config FILE] [--admin URL]',
    'tail [--gate NAME] [--type TYPE] [--event ID] [--destination NAME]',
  ],
  details: [
    'It prints a line for each request, as `countersign serve` does on a terminal: status, reason, gate, path, and what to do about a refusal; and a line for each attempt to deliver an event: its result, its destination, and the time of the next retry. --verdict selects requests only; --type, --event and --destination select attempts only. Ctrl-C ends it.',
    `It asks the gateway at listen.admin, with admin.token or $${TOKEN_VARIABLE}; with --admin and $${TOKEN_VARIABLE} it reads no configuration. If the gateway restarts, tail reconnects and shows everything the gateway still remembers; it says how much is missing.`,
    `--json prints one object per line: the members of the log line; gate and delivery of an attempt; or {"lost": N} for missing lines, where N is null if they were not counted. Exit code 0: ended by Ctrl-C. 2: the gateway could not be reached.`,
  ],
  options: {
    gate: { value: 'NAME', description: 'only requests of this gate or session' },
    verdict: {
      value: 'VERDICT',
      description: `only requests with this verdict: ${VERDICT_KINDS.join(', ')}`,
    },
    type: { value: 'TYPE', description: 'only deliveries of events of this type' },
    event: { value: 'ID', description: 'only deliveries of this event' },
    destination: { value: 'NAME', description: 'only deliveries to this destination' },
    config: CONFIG_FILE,
    admin: ADMIN_LISTENER,
    json: { description: 'one JSON object per request or attempt' },
  },
  examples: [
    {
      note: 'what is refused at one gate, and what to do',
      command: 'countersign tail --gate github --verdict refused',
    },
    { note: 'what happens to deliveries to the shop', command: 'countersign tail --destination shop' },
  ],
  maxArguments: 0,
  run,
};

async function run(call: Call): Promise<ExitCode> {
  const { io, output } = call;
  const stop = new AbortController();
  const onFirst = (why: string): void => {
    if (why !== '') output.say(`${why}Stopping.`);
    stop.abort();
  };
  const stopped = untilStopped(io, { onFirst, onHangUp: () => {} });
  await unlessStopped(follow(call, stop.signal), stopped);
  return EXIT.ok;
}

/** Shows verdicts until the signal aborts. */
async function follow({ args, io, output }: Call, signal: AbortSignal): Promise<void> {
  const verdict = readWord(args.text('verdict'), VERDICT_KINDS, 'there is no verdict');
  const query = attemptQuery(args);
  const { url, token } = await gatewayPlace(args, io);
  const client = createAdminClient({ baseUrl: url, token, fetch: io.fetch });
  try {
    const gate = args.text('gate');
    await checkNames(client, gate, query.destination);
    const options = { signal, onBreak: sayOnce(output, url) };
    const isJson = args.flag('json');
    const color = wantsColor(io.stdout, io.env, args.flag('no-color'));
    for await (const part of client.stream('liveVerdicts', { gate, verdict, ...query }, options)) {
      if (part.kind === 'lost' && !isJson) output.warn(lostText(part.count));
      // The gateway tells what was lost while a reader was waited for.
      else await writeAll(io.stdout, isJson ? jsonLine(part) : pretty(part, color), signal);
    }
  } catch (error) {
    if (!signal.aborted) throw adminFailure(url, error);
  }
}

/** What chooses among attempts to deliver. */
function attemptQuery(args: Arguments): Pick<VerdictQuery, 'type' | 'event' | 'destination'> {
  const event = args.text('event');
  const query = {
    type: args.text('type'),
    event: event === undefined ? undefined : checkedId(event),
    destination: args.text('destination'),
  };
  const [name] = Object.entries(query).find(([, value]) => value !== undefined) ?? [];
  if (name === undefined || args.text('verdict') === undefined) return query;
  throw new UsageError(
    `--verdict and --${name} are given: no line has both`,
    'Give --verdict for requests, or the other for deliveries.',
  );
}

/** A name that nothing has would be waited for in vain. */
async function checkNames(
  client: AdminClient,
  gate: string | undefined,
  destination: string | undefined,
): Promise<void> {
  if (gate !== undefined) {
    const [gates, sessions] = await Promise.all([client.call('gates'), client.call('sessions')]);
    const names = [...gates, ...sessions].map(({ name }) => name);
    if (!names.includes(gate))
      throw new UsageError(`the gateway has no gate ${JSON.stringify(gate)}`, otherGates(gate, names));
  }
  if (destination === undefined) return;
  const names = (await client.call('destinations')).map(({ name }) => name);
  if (names.includes(destination)) return;
  const list = names.length === 0 ? 'There is none.' : `One of ${listed(names, MAX_NAMED)}.`;
  throw new UsageError(
    `the gateway has no destination ${JSON.stringify(destination)}`,
    `${didYouMean(destination, names)}${list}`,
  );
}

/** More destinations than these are counted, not named. */
const MAX_NAMED = 20;

/** Once, until the command ends: a gateway that starts anew is asked many times. */
function sayOnce({ warn }: Output, url: string): () => void {
  let isSaid = false;
  return () => {
    if (!isSaid) warn(`${url} has ended the stream, or does not answer; retrying until Ctrl-C.`);
    isSaid = true;
  };
}

function lostText(count: number | undefined): string {
  return count === undefined
    ? 'Lines are missing here; their number is not known.'
    : `${counted(count, 'line')} missing here: they came faster than they were read.`;
}

function jsonLine(part: StreamPart<LiveView>): string {
  const value = part.kind === 'lost' ? { lost: part.count ?? null } : part.item;
  return `${visibleJson(JSON.stringify(value))}\n`;
}

/** What a terminal would act on is escaped in it. */
function pretty(part: StreamPart<LiveView>, color: boolean): string {
  return part.kind === 'item' ? prettyLine(JSON.stringify(part.item), { color }) : '';
}
