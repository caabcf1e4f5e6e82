/** `countersign events refused`. */
import type { RefusedSummaryView } from '@countersign/api';
import { counted, shortened } from '@countersign/core/internal/amounts';
import { OTHER_STORE_KEY } from '../../admin-access.ts';
import { GATE_OPTION, GATEWAY_OPTIONS, JSON_OPTION, LIMIT_OPTION } from '../../day-options.ts';
import { timeText } from '../../events/event-rows.ts';
import { readSearch, SEARCH_OPTIONS } from '../../events/search-options.ts';
import type { Style } from '../../output.ts';
import { MORE_BY_LIMIT, printList } from '../../printed-list.ts';
import type { SubCommand } from '../../sub-commands.ts';
import { visibleText } from '../../visible-text.ts';
import { withRunningGateway } from '../../with-running-gateway.ts';

const MAX_PAGE = 50;
const MAX_CHARS = 60;

export const refusedEvents: SubCommand = {
  name: 'refused',
  usage: '[--gate NAME] [--text TEXT] [SEARCH OPTIONS] [--limit N]',
  details:
    'refused shows requests that gates with keepRefused have refused, newest first: those that match every option that is given. --text looks in method, URL, reason, message and address. `countersign explain --refused ID` says why.',
  options: {
    ...GATE_OPTION,
    text: { value: 'TEXT', description: 'only with this text; upper and lower case are the same' },
    ...SEARCH_OPTIONS,
    ...LIMIT_OPTION,
    ...GATEWAY_OPTIONS,
    ...JSON_OPTION,
  },
  takes: [],
  examples: [
    {
      note: 'what was refused for its signature in the last hour',
      command: 'countersign events refused --reason signature-mismatch --since 1h',
    },
  ],
  async run(call) {
    const { args, io, output } = call;
    const query = { gate: args.text('gate'), text: args.text('text'), ...readSearch(args, io.now()) };
    let unreadable = 0;
    const code = await printList<RefusedSummaryView, number>(call, {
      maxPage: MAX_PAGE,
      withPages: (use) =>
        withRunningGateway(call, (client) =>
          use(async (place) => {
            const { refused: items, ...page } = await client.call('refused', { ...query, ...place });
            unreadable += page.unreadable ?? 0;
            return { ...page, items };
          }),
        ),
      row: refusedRow,
      empty: 'No refused requests.',
      more: () => MORE_BY_LIMIT,
    });
    if (unreadable > 0)
      output.warn(
        `${counted(unreadable, 'refused request')} cannot be read: stored under another storeKey. ${OTHER_STORE_KEY}`,
      );
    return code;
  },
};

function refusedRow(request: RefusedSummaryView, style: Style): readonly string[] {
  const { id, gate, receivedAt, method, url, reason, remoteAddress, bodyBytes } = request;
  return [
    style.dim(timeText(receivedAt)),
    visibleText(id),
    style.cyan(visibleText(gate)),
    `${visibleText(method)} ${shortened(visibleText(url), MAX_CHARS)}`,
    style.red(visibleText(reason)),
    visibleText(remoteAddress),
    counted(bodyBytes, 'byte'),
  ];
}
