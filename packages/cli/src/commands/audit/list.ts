/** `countersign audit list`. */

import { AUDIT_KINDS, type AuditEntryView, ROUTES } from '@countersign/api';
import { shortened } from '@countersign/core/internal/amounts';
import { AUDIT_OPTIONS, withAudit } from '../../audit/audit-source.ts';
import { LIMIT_OPTION } from '../../day-options.ts';
import { timeText } from '../../events/event-rows.ts';
import type { Style } from '../../output.ts';
import { printList } from '../../printed-list.ts';
import { readWord } from '../../read-word.ts';
import type { SubCommand } from '../../sub-commands.ts';
import { UsageError } from '../../usage-error.ts';
import { visibleText } from '../../visible-text.ts';

const MAX_PAGE = 200;
const MAX_INPUT_CHARS = 80;

export const listAudit: SubCommand = {
  name: 'list',
  usage:
    '[--who NAME] [--route NAME] [--kind KIND] [--limit N] [--before N] [--store ADDRESS | --config FILE]',
  details:
    'list shows who changed or saw what, newest first: when, who, from where, the route, what it was done to, and how it ended. Secrets and bodies are not in it.',
  options: {
    who: { value: 'NAME', description: 'only what this caller did' },
    route: { value: 'NAME', description: 'only calls of this route, e.g. releaseClaim' },
    kind: { value: 'KIND', description: `only entries of this kind: ${AUDIT_KINDS.join(', ')}` },
    ...LIMIT_OPTION,
    before: { value: 'N', description: 'only entries before this one' },
    ...AUDIT_OPTIONS,
  },
  takes: [],
  examples: [
    { note: 'who did what last', command: 'countersign audit list' },
    { note: 'what was refused, and to whom', command: 'countersign audit list --kind refused' },
  ],
  async run(call) {
    const { args } = call;
    const first = readBefore(args.text('before'));
    const who = args.text('who');
    const route = readWord(args.text('route'), Object.keys(ROUTES), 'there is no route');
    const kind = readWord(args.text('kind'), AUDIT_KINDS, 'no entry has the kind');
    const query = {
      ...(who !== undefined && { who }),
      ...(route !== undefined && { route }),
      ...(kind !== undefined && { kind }),
    };
    return printList<AuditEntryView, number>(call, {
      maxPage: MAX_PAGE,
      before: first,
      withPages: (use) =>
        withAudit(call, ({ page }) =>
          use(async ({ before, limit }) => {
            const { entries: items, next } = await page({
              ...query,
              limit,
              ...(before !== undefined && { before }),
            });
            return { items, next };
          }),
        ),
      row: rowOf,
      empty: 'The audit log has no such entries.',
      more: ({ seq }) => `--before ${seq}`,
    });
  },
};

/** @throws UsageError */
function readBefore(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new UsageError(
    '--before is not the number of an entry',
    '`countersign audit list` shows them first.',
  );
}

function rowOf(entry: AuditEntryView, style: Style): readonly string[] {
  const { seq, kind, at, who, from = '', route = '', target = {}, input = {} } = entry;
  return [
    style.dim(String(seq)),
    style.dim(at === undefined ? '' : timeText(at)),
    who === undefined ? '' : style.cyan(visibleText(`${who.name} (${who.role}, ${who.by})`)),
    visibleText(from),
    visibleText(route === '' ? kind : route),
    shortened(valuesText(target), MAX_INPUT_CHARS),
    shortened(valuesText(input), MAX_INPUT_CHARS),
    outcomeText(entry, style),
  ];
}

function valuesText(values: NonNullable<AuditEntryView['target']>): string {
  return Object.entries(values)
    .map(([name, value]) => visibleText(`${name}=${value}`))
    .join(' ');
}

function outcomeText({ kind, status, code, count }: AuditEntryView, style: Style): string {
  if (count !== undefined) return `${kind === 'pruned' ? 'removed' : 'not listed'}: ${count}`;
  if (status === undefined)
    return kind === 'change' || kind === 'reveal' ? style.yellow('under way, or cut off') : '';
  const text = code === undefined ? String(status) : `${status} ${visibleText(code)}`;
  return status < 400 ? style.green(text) : style.red(text);
}
