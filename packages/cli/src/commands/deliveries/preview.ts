/** `countersign deliveries preview`: what a destination would be sent, without sending it. */
import type { HeaderView, PreviewView } from '@countersign/api';
import { withAdmin } from '../../admin-source.ts';
import { checkedId, GATEWAY_OPTIONS, JSON_OPTION } from '../../day-options.ts';
import { readableBody } from '../../events/readable-body.ts';
import { EXIT } from '../../exit-codes.ts';
import type { Style } from '../../output.ts';
import { shellWord } from '../../shell-word.ts';
import type { SubCommand } from '../../sub-commands.ts';
import { visibleText } from '../../visible-text.ts';

export const previewDelivery: SubCommand = {
  name: 'preview',
  usage: 'EVENT DESTINATION',
  details:
    'preview shows what the running gateway would send of an event to a destination, filtered, transformed and signed: a request, a command with its variables and standard input, a line of a file, a message on NATS, or the input of an action. If the gate masks values, it is built from the masked event. Nothing is sent. Exit code 1: the transformation failed.',
  options: { ...GATEWAY_OPTIONS, ...JSON_OPTION },
  takes: ['EVENT', 'DESTINATION'],
  examples: [
    {
      note: 'a transformation, tried on a kept event',
      command: 'countersign deliveries preview 019ac2f4-4d5e-7000-8a3b-5d1c0e9f7a21 shop',
    },
  ],
  async run(call, [word = '', destination = '']) {
    const id = checkedId(word);
    const preview = await withAdmin(call, ({ call: ask }) => ask('previewDelivery', { id, destination }));
    if (call.args.flag('json')) call.output.json(preview);
    else call.output.print(previewText(preview, call.output.style));
    return preview.kind === 'failed' ? EXIT.refused : EXIT.ok;
  },
};

const KINDS: Readonly<Record<Exclude<PreviewView['kind'], 'message'>, string>> = {
  skipped: 'Nothing would be sent: the transformation leaves this event out.',
  unmatched: 'Nothing would be sent: the filters leave this event out.',
  failed: 'It could not be prepared.',
};

const MASKED =
  '*** stands for what the gate’s keep.mask hides: what is sent has the values, and so another signature where it is signed anew.';

/** What the body is to a destination of that kind, where it is not plain from what stands above it. */
const BODIES: Readonly<Record<string, string>> = {
  command: 'On its standard input:',
  file: 'The line:',
  action: 'Its input:',
};

function previewText(preview: PreviewView, style: Style): string {
  const { kind, problem, to = 'http', headers = [], variables = [], bodyBase64 = '', masked } = preview;
  const note = masked === true ? [style.dim(MASKED)] : [];
  if (kind !== 'message')
    return [...note, KINDS[kind], ...(problem === undefined ? [] : [visibleText(problem)])].join('\n');
  const shown = (fields: readonly HeaderView[], sign: string): readonly string[] =>
    fields.map(({ name, value, withheld }) => {
      const text = withheld === undefined ? visibleText(value) : style.dim('[a secret]');
      return `${style.dim(`${visibleText(name)}${sign}`)}${text}`;
    });
  const body = BODIES[to];
  return [
    ...note,
    style.bold(visibleText(headOf(preview))),
    ...shown(headers, ': '),
    ...shown(variables, '='),
    '',
    ...(body === undefined ? [] : [style.dim(body)]),
    ...readableBody(new Uint8Array(Buffer.from(bodyBase64, 'base64'))),
  ].join('\n');
}

function headOf({
  to = 'http',
  target = '',
  method = '',
  subject = '',
  arguments: words = [],
}: PreviewView): string {
  switch (to) {
    case 'http':
      return `${method} ${target}`;
    case 'command':
      return `command: ${[target, ...words].map(shellWord).join(' ')}`;
    case 'nats':
      return `nats: ${subject}`;
    default:
      return `${to}: ${target}`;
  }
}
