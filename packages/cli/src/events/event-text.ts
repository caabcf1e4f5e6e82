/** One event as `events show` prints it. */
import type { AttemptView, DeliveryWithAttemptsView, EventView, HeaderView } from '@countersign/api';
import { counted } from '@countersign/core/internal/amounts';
import { keyName } from '../key-name.ts';
import { type Style, SYMBOLS, table } from '../output.ts';
import { visibleText } from '../visible-text.ts';
import { heldText, paintState, timeText, tookText } from './event-rows.ts';
import { readableBody } from './readable-body.ts';

/** @param nowMs tells what is due already */
export function eventText(event: EventView, style: Style, nowMs: number): string {
  return [
    ...headLines(event, style),
    '',
    ...event.headers.map((header) => headerLine(header, style)),
    ...(event.erasedAt === undefined ? ['', ...bodyLines(event, style)] : []),
    '',
    ...deliveryLines(event, style, nowMs),
  ].join('\n');
}

function headLines(event: EventView, style: Style): readonly string[] {
  const { id, gate, provider, keyId, type, receivedAt, method, url, claimId, erasedAt, erasedSha256 } = event;
  const rows: (readonly string[])[] = [
    ['event', style.bold(visibleText(id))],
    ['gate', style.cyan(visibleText(gate))],
    ['received', visibleText(receivedAt)],
    ['request', `${visibleText(method)} ${visibleText(url)}`],
  ];
  if (type !== undefined) rows.push(['type', visibleText(type)]);
  rows.push([
    'proved',
    keyId === ''
      ? style.yellow('taken without a proof')
      : `by ${visibleText(provider)} with the key ${keyName(event)}`,
  ]);
  if (event.verdict !== undefined) rows.push(['evidence', evidenceText(event.verdict)]);
  if (claimId !== undefined) rows.push(['claim', visibleText(claimId)]);
  if (erasedAt !== undefined)
    rows.push([
      'erased',
      `${visibleText(erasedAt)}; of its body the SHA-256 is left: ${visibleText(erasedSha256 ?? '')}`,
    ]);
  return table(rows).split('\n');
}

function bodyLines(
  { bodyBase64, bodyBytes, bodySha256, masked }: EventView,
  style: Style,
): readonly string[] {
  if (bodySha256 !== undefined) {
    return [`Of its body of ${counted(bodyBytes, 'byte')} the SHA-256 is kept: ${visibleText(bodySha256)}`];
  }
  return [
    ...(masked === true ? [style.dim('*** stands for what the gate’s keep.mask hides.')] : []),
    ...readableBody(new Uint8Array(Buffer.from(bodyBase64, 'base64'))),
  ];
}

function evidenceText({ reading, timestamp, evidence }: NonNullable<EventView['verdict']>): string {
  const parts = [
    ...(reading === undefined ? [] : [`reading ${reading}`]),
    ...(timestamp === undefined ? [] : [`signed at ${timestamp}`]),
    ...Object.entries(evidence).map(([name, value]) => `${name} ${value}`),
  ];
  return visibleText(parts.join(', '));
}

function headerLine({ name, value, withheld }: HeaderView, style: Style): string {
  const shown =
    withheld === undefined
      ? visibleText(value)
      : style.dim(withheld === 'sealed' ? '[a secret; the store has it encrypted]' : '[a secret, not kept]');
  return `${style.dim(`${visibleText(name)}:`)} ${shown}`;
}

function deliveryLines(event: EventView, style: Style, nowMs: number): readonly string[] {
  const { deliveries, destinations } = event;
  if (deliveries.length === 0) {
    return [destinations === 0 ? style.yellow('It matched no destination.') : 'No destination.'];
  }
  // The first made first.
  const hasBody = event.erasedAt === undefined && event.bodySha256 === undefined;
  return deliveries
    .toReversed()
    .flatMap((delivery) => [
      ...deliveryText(delivery, style, nowMs),
      ...remediesOf(delivery, hasBody).map((text) => `  ${SYMBOLS.remedy} ${text}`),
    ]);
}

function deliveryText(delivery: DeliveryWithAttemptsView, style: Style, nowMs: number): readonly string[] {
  const { destination, state, attempts, code = '', history, blocks, orderKey } = delivery;
  const notes = [
    ...(state === 'waiting' ? [nextText(delivery, nowMs)] : []),
    ...(state === 'cancelled' && code !== '' ? [visibleText(code)] : []),
    ...(blocks && state === 'dead' ? [`blocks its key ${visibleText(orderKey ?? '')}`] : []),
  ];
  const left = attempts - history.length;
  return [
    `${style.bold(visibleText(destination))}  ${paintState(state, style)}  ${[counted(attempts, 'attempt'), ...notes].join(', ')}`,
    ...(left > 0 ? [style.dim(`  … ${counted(left, 'earlier attempt')}`)] : []),
    ...history.flatMap((attempt, i) => attemptLines(attempt, i === history.length - 1, style)),
  ];
}

/** One that is due and that nothing holds is under way, or waits for its turn. */
function nextText({ dueAt, heldBy }: DeliveryWithAttemptsView, nowMs: number): string {
  if (heldBy !== undefined) return heldText(heldBy);
  return Date.parse(dueAt) <= nowMs ? `due since ${timeText(dueAt)}` : `next attempt ${timeText(dueAt)}`;
}

/**
 * What to do about one: of this destination, since the event may be dead at others for another reason.
 * @param hasBody what has none cannot be redriven
 */
function remediesOf(delivery: DeliveryWithAttemptsView, hasBody: boolean): readonly string[] {
  const { state, blocks, heldBy } = delivery;
  const event = visibleText(delivery.event);
  const destination = visibleText(delivery.destination);
  if (heldBy === 'paused') return [`To have it sent: countersign deliveries resume ${destination}`];
  if (heldBy === 'disabled') return [`Once that is fixed: countersign deliveries resume ${destination}`];
  if (state !== 'dead') return [];
  return [
    ...(hasBody
      ? [`Once that is fixed: countersign deliveries redrive --event ${event} --destination ${destination}`]
      : []),
    ...(blocks
      ? [`To send the next event of its key without it: countersign deliveries skip ${event} ${destination}`]
      : []),
  ];
}

function attemptLines(attempt: AttemptView, isLast: boolean, style: Style): readonly string[] {
  const { number, startedAt, tookMs, code, status, problem } = attempt;
  const lines = [
    `  ${symbolOf(code, style)} ${number}  ${style.dim(timeText(startedAt))}  ${endOf(code, status)}  ${style.dim(tookText(tookMs))}`,
    ...(problem === undefined ? [] : [`      ${visibleText(problem)}`]),
  ];
  if (!isLast) return lines;
  const answer = answerBytes(attempt);
  return [
    ...lines,
    ...(answer === undefined || answer.length === 0
      ? []
      : readableBody(answer).map((line) => style.dim(`      | ${line}`))),
  ];
}

/** What a transformation leaves out has neither failed nor been delivered. */
function symbolOf(code: string, style: Style): string {
  if (code === 'skipped') return style.dim(SYMBOLS.note);
  return code === 'delivered' ? style.green(SYMBOLS.accepted) : style.red(SYMBOLS.refused);
}

/** How an attempt ended, with its status: a command's is its exit code. */
function endOf(code: string, status: number | undefined): string {
  if (code === 'exit-code' && status !== undefined) return `exit ${status}`;
  if (code === 'delivered' && status === 0) return 'delivered, exit 0';
  return [visibleText(code), ...(status === undefined ? [] : [String(status)])].join(' ');
}

function answerBytes({ answer, answerBase64 }: AttemptView): Uint8Array | undefined {
  if (answer !== undefined) return Buffer.from(answer, 'utf8');
  return answerBase64 === undefined ? undefined : Buffer.from(answerBase64, 'base64');
}
