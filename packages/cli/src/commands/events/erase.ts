/** `countersign events erase`: a person's payloads, for good. */
import type { EraseInput, EraseView } from '@countersign/api';
import { counted, duration } from '@countersign/core/internal/amounts';
import { withAdmin } from '../../admin-source.ts';
import type { Arguments } from '../../arguments.ts';
import { CHANGE_OPTIONS, checkedId, GATE_OPTION, GATEWAY_OPTIONS, JSON_OPTION } from '../../day-options.ts';
import { isAgreed } from '../../events/agreed.ts';
import { EXIT } from '../../exit-codes.ts';
import type { SubCommand } from '../../sub-commands.ts';
import { UsageError } from '../../usage-error.ts';

export const eraseEvents: SubCommand = {
  name: 'erase',
  usage: '--match WHAT [--match WHAT] [--gate NAME] [--dry-run] [--yes]',
  details:
    'erase deletes events and refused requests from every file of the store, for good; of each event only a hash and the length of the body stay. WHAT is text=TEXT, id=ID, header:NAME=VALUE or member:PATH=VALUE (e.g. member:customer.email=ada@example.org); if you give several, all must match. Backups, and copies that were delivered, are your responsibility.',
  options: {
    match: {
      value: 'WHAT',
      repeatable: true,
      description: 'what to erase: text=…, id=…, header:NAME=… or member:PATH=…',
    },
    ...GATE_OPTION,
    ...CHANGE_OPTIONS,
    ...GATEWAY_OPTIONS,
    ...JSON_OPTION,
  },
  takes: [],
  examples: [
    {
      note: 'how many events name a person',
      command: 'countersign events erase --match text=ada@example.org --dry-run',
    },
  ],
  async run(call) {
    const { args, output } = call;
    const match = readMatches(args);
    return withAdmin(call, async ({ call: ask }) => {
      const preview = await ask('eraseEvents', { ...match, dryRun: true });
      const number = preview.events + preview.refused;
      const deed = `${requestsText(preview)} would be erased for good`;
      if (args.flag('dry-run')) {
        if (args.flag('json')) output.json({ ...preview, dryRun: true });
        else output.print(`${deed}.`);
        return EXIT.ok;
      }
      if (number > 0 && !(await isAgreed(call, number, deed, 0))) return EXIT.refused;
      const report = await ask('eraseEvents', match);
      if (args.flag('json')) output.json(report);
      else output.print(reportText(report));
      return EXIT.ok;
    });
  },
};

function requestsText({ events, refused }: EraseView): string {
  return refused === 0
    ? counted(events, 'event')
    : `${counted(events, 'event')} and ${counted(refused, 'refused request')}`;
}

function reportText(report: EraseView): string {
  const { cancelled, copiedMs } = report;
  return [
    `${requestsText(report)} erased.`,
    ...(cancelled > 0
      ? [`Of their deliveries ${cancelled} that waited ${cancelled === 1 ? 'is' : 'are'} cancelled.`]
      : []),
    ...(copiedMs === undefined ? [] : [`The file was copied for it, which took ${duration(copiedMs)}.`]),
  ].join(' ');
}

const FORMS = 'Write text=TEXT, id=ID, header:NAME=VALUE or member:PATH=VALUE.';

function readMatches(args: Arguments): EraseInput {
  const texts = args.texts('match');
  if (texts.length === 0) throw new UsageError('nothing says what to erase', `Add --match WHAT. ${FORMS}`);
  const parts = texts.map(readMatch);
  const names = parts.flatMap((part) => Object.keys(part));
  if (new Set(names).size < names.length)
    throw new UsageError('two --match are of the same kind', 'Give one of each kind; all of them must hold.');
  return { gate: args.text('gate'), ...Object.assign({}, ...parts) };
}

function readMatch(text: string): EraseInput {
  const [, kind = '', name, value = ''] = /^(text|id|header|member)(?::([^=]+))?=(.+)$/s.exec(text) ?? [];
  const isNamed = kind === 'header' || kind === 'member';
  if (kind === '' || isNamed !== (name !== undefined))
    throw new UsageError('--match does not say what to erase', FORMS);
  if (kind === 'header') return { headerName: name, headerValue: value };
  if (kind === 'member') return { memberPath: name, memberValue: value };
  return kind === 'id' ? { id: checkedId(value) } : { text: value };
}
