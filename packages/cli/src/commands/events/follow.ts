/** `countersign events follow`: the kept events of a gateway anywhere, sent to a server here. */
import { setTimeout as delay } from 'node:timers/promises';
import { AdminError, type EventSummaryView, type EventView } from '@countersign/api';
import { counted } from '@countersign/core/internal/amounts';
import { gatewayPlace } from '../../admin-access.ts';
import { type Admin, withGateway } from '../../admin-source.ts';
import type { Call } from '../../command.ts';
import { checkedId, GATE_OPTION, GATEWAY_OPTIONS, JSON_OPTION } from '../../day-options.ts';
import { eventRow, timeText, tookText } from '../../events/event-rows.ts';
import { followKept, untilAnswered } from '../../events/follow-events.ts';
import { type FollowPlace, followState } from '../../events/follow-state.ts';
import { type LocalResult, type LocalServer, sendLocally } from '../../events/local-server.ts';
import { EXIT, type ExitCode } from '../../exit-codes.ts';
import { growingTable, SYMBOLS } from '../../output.ts';
import type { SubCommand } from '../../sub-commands.ts';
import { unlessStopped, untilStopped } from '../../until-stopped.ts';
import { UsageError } from '../../usage-error.ts';
import { visibleText } from '../../visible-text.ts';

const DEFAULT_TIMEOUT_S = 30;
/** A gateway that takes a connection and says nothing is asked anew. */
const ASK_MS = 30_000;
/** A server that hangs up on an event each time is not sent it for ever. */
const MAX_HANG_UPS = 3;
const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 5_000;

export const followEvents: SubCommand = {
  name: 'follow',
  usage: '[--to URL] [--from now|start|ID] [--gate NAME] [--type TYPE] [--state FILE] [--once]',
  details:
    'follow reads the kept events of a gateway anywhere and sends each to a server on this machine, byte for byte and with its signature, without a tunnel. If the address has no path, each event is sent to its own path and query. After a stop, or when the machine slept, it continues where it was; while the server is down it waits. Any answer counts as delivered: to send an event again, use --from ID.',
  options: {
    to: {
      value: 'URL',
      description: 'the server, e.g. http://127.0.0.1:3000; without it, events are only shown',
    },
    from: {
      value: 'PLACE',
      description:
        'where to begin: now, start, or an event’s id (inclusive); default: where it stopped, otherwise now',
    },
    ...GATE_OPTION,
    type: { value: 'TYPE', description: 'only events of this type' },
    state: {
      value: 'FILE',
      description: 'where to remember how far it got; default: a file of your user for each address',
    },
    'keep-host': {
      description: 'send the original Host; default: the server’s, with the original in X-Forwarded-Host',
    },
    timeout: {
      value: 'SECONDS',
      description: `how long to wait for an answer; default: ${DEFAULT_TIMEOUT_S}`,
    },
    once: { description: 'stop once all kept events are sent' },
    ...GATEWAY_OPTIONS,
    ...JSON_OPTION,
  },
  takes: [],
  examples: [
    {
      note: 'webhooks of the staging gateway, at the server of this machine',
      command: 'countersign events follow --to http://127.0.0.1:3000 --admin https://admin.staging.example',
    },
  ],
  async run(call) {
    const stop = new AbortController();
    const stopped = untilStopped(call.io, {
      onFirst: (why) => {
        if (why !== '') call.output.say(`${why}Stopping.`);
        stop.abort();
      },
      onHangUp: () => {},
    });
    return (await unlessStopped(followKeptUntil(call, stop.signal), stopped)) ?? EXIT.ok;
  },
};

/** Follows until the signal ends it, or, with --once, until all is sent. @throws UsageError, ConfigError */
export async function followKeptUntil(call: Call, signal: AbortSignal): Promise<ExitCode> {
  const { args, io, output } = call;
  const server = readServer(call);
  const { url, token } = await gatewayPlace(args, io);
  const state = followState(
    { admin: url, to: args.text('to'), gate: args.text('gate'), type: args.text('type') },
    args.text('state'),
    io,
  );
  const fetch: typeof io.fetch = (input, init) =>
    io.fetch(input, { ...init, signal: AbortSignal.any([signal, AbortSignal.timeout(ASK_MS)]) });
  let isAllTaken = true;
  let unsent = 0;
  const unlock = state.lock();
  try {
    await withGateway(url, token, { fetch }, async ({ call: ask }) => {
      const onGone = (): void => output.warn(`${url} does not answer; retrying until Ctrl-C.`);
      const last = args.text('from') === undefined ? state.read() : undefined;
      const after = last ?? (await startOf(call, ask));
      if (last === undefined) state.write(after);
      if (!args.flag('json')) output.say(output.errorStyle.dim(`Keeps its position in ${state.file}`));
      const tell = createTeller(call);
      const kept = followKept({
        ask,
        after,
        gate: args.text('gate'),
        type: args.text('type'),
        isOnce: args.flag('once'),
        signal,
        onGone,
      });
      for await (const { event, place } of kept) {
        if (event !== undefined) {
          const result = server && (await deliver(event, { ask, server, signal, onGone, call }));
          tell(event, result);
          if (result?.kind === 'not-sent') unsent++;
          else if (result !== undefined && !isTaken(result)) isAllTaken = false;
        }
        state.write(place);
      }
    });
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    unlock();
    if (unsent > 0) output.say(`${counted(unsent, 'event')} ${unsent === 1 ? 'was' : 'were'} not sent.`);
  }
  return isAllTaken || signal.aborted ? EXIT.ok : EXIT.refused;
}

function readServer({ args, io }: Call): LocalServer | undefined {
  const text = args.text('to');
  const seconds = Number(/^\d{1,4}(?:\.\d+)?$/.exec(args.text('timeout') ?? String(DEFAULT_TIMEOUT_S))?.[0]);
  if (!(seconds > 0 && seconds <= 3600))
    throw new UsageError('--timeout is not a number of seconds', 'Give one up to 3600.');
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username + url.password + url.hash !== '')
    throw new UsageError('--to is not an http or https URL', 'E.g. --to http://127.0.0.1:3000.');
  return {
    url,
    keepsHost: args.flag('keep-host'),
    timeoutMs: Math.ceil(seconds * 1000),
    monotonicMs: io.monotonicMs,
  };
}

const WAITS = 'Waiting for new events; --from start begins with the first one.';
const NOTHING_YET =
  'There is no position to continue from: --from start begins with the first event, and without --once it waits for new ones.';

/** The event after which it begins. */
async function startOf({ args, output }: Call, ask: Admin['call']): Promise<FollowPlace> {
  const from = args.text('from');
  if (from === 'start') return { cursor: 0 };
  if (from !== undefined && from !== 'now')
    return { cursor: (await ask('event', { id: checkedId(from) })).place - 1 };
  if (from === undefined) output.say(args.flag('once') ? NOTHING_YET : WAITS);
  const [newest] = (await ask('events', { limit: 1 })).events;
  return newest === undefined ? { cursor: 0 } : { cursor: newest.place, id: newest.id };
}

interface Delivering {
  readonly ask: Admin['call'];
  readonly server: LocalServer;
  readonly signal: AbortSignal;
  readonly onGone: () => void;
  readonly call: Call;
}

/** An event that was erased or dropped, or is not there whole. */
interface NotSent {
  readonly kind: 'not-sent';
  readonly problem: string;
}

async function deliver(
  { id, erasedAt }: EventSummaryView,
  delivering: Delivering,
): Promise<LocalResult | NotSent> {
  const { ask, call } = delivering;
  const passOver = (problem: string): NotSent => {
    call.output.warn(`The event ${visibleText(id)} is not sent: ${problem}.`);
    return { kind: 'not-sent', problem };
  };
  if (erasedAt !== undefined) return passOver('it was erased');
  const event = await untilAnswered(delivering, () => ask('event', { id })).catch(unreadable);
  if (typeof event === 'string') return passOver(event);
  // It may have been erased meanwhile.
  if (event.erasedAt !== undefined) return passOver('it was erased');
  // It would be another request: nothing could be proved of it.
  if (event.masked === true) return passOver('something of it is masked');
  if (event.bodySha256 !== undefined) return passOver('its body is not kept');
  const withheld = event.headers.filter((header) => header.withheld !== undefined).map(({ name }) => name);
  if (withheld.length > 0)
    call.output.warn(
      `The event ${visibleText(id)} is sent without ${visibleText(withheld.join(', '))}, which the gateway keeps secret.`,
    );
  return sendUntilAnswered(event, delivering);
}

/** Why an event that was listed holds up no other. @throws what another try would mend, or nobody */
function unreadable(error: unknown): string {
  const code = error instanceof AdminError ? error.code : undefined;
  // Retention has taken it since the page that names it was read.
  if (code === 'no-such-event') return 'it is no longer kept';
  if (code === 'event-not-whole') return 'it is damaged in the store';
  throw error;
}

/** Until there is an answer, or it is clear that none comes. */
async function sendUntilAnswered(
  event: EventView,
  { server, signal, call }: Delivering,
): Promise<LocalResult> {
  let waitMs = FIRST_WAIT_MS;
  let hangUps = 0;
  let isTold = false;
  for (;;) {
    const result = await sendLocally(event, server, signal);
    if (result.kind === 'answered' || result.kind === 'timeout') return result;
    if (result.kind === 'hung-up' && ++hangUps === MAX_HANG_UPS) return result;
    // It is to end: the next call begins with this event.
    if (result.kind === 'down' && call.args.flag('once')) throw new UsageError(result.problem, result.remedy);
    if (!isTold) call.output.warn(`${result.problem}; retrying until it answers. ${result.remedy}`);
    isTold = true;
    await delay(waitMs, undefined, { signal });
    waitMs = Math.min(MAX_WAIT_MS, waitMs * 2);
  }
}

function isTaken(result: LocalResult): boolean {
  return result.kind === 'answered' && result.status >= 200 && result.status < 300;
}

/** A line an event. */
function createTeller({
  args,
  output,
}: Call): (event: EventSummaryView, result: LocalResult | NotSent | undefined) => void {
  const { style } = output;
  if (args.flag('json')) {
    return ({ id, gate, type, receivedAt, method, url }, result) => {
      const row = { id, gate, ...(type !== undefined && { type }), receivedAt, method, url };
      output.json({ ...row, ...(result && resultView(result)) });
    };
  }
  const aligned = growingTable();
  return (event, result) => {
    const { id, gate, receivedAt, method, url, type = '' } = event;
    if (result === undefined) return output.print(aligned(eventRow(event, style)));
    // The warning has said it.
    if (result.kind === 'not-sent') return undefined;
    const isGood = isTaken(result);
    const symbol = isGood ? style.green(SYMBOLS.accepted) : style.red(SYMBOLS.refused);
    const said = result.kind === 'answered' ? String(result.status) : result.kind;
    const what = [method, url, type]
      .filter((text) => text !== '')
      .map(visibleText)
      .join(' ');
    output.print(
      aligned([
        style.dim(timeText(receivedAt)),
        `${symbol} ${said}`,
        style.cyan(visibleText(gate)),
        what,
        style.dim(tookText(result.tookMs)),
        style.dim(visibleText(id)),
      ]),
    );
    if (result.kind !== 'answered') output.print(`  ${SYMBOLS.remedy} ${result.problem}. ${result.remedy}`);
  };
}

function resultView(result: LocalResult | NotSent): object {
  if (result.kind === 'not-sent') return { failure: result.kind, problem: result.problem };
  const { tookMs } = result;
  return result.kind === 'answered'
    ? { status: result.status, tookMs }
    : { failure: result.kind, problem: result.problem, tookMs };
}
