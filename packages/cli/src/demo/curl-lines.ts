/** Freshly signed curl lines for the demo: of each system one that is accepted and one that is refused. */
import type { Scenario } from '@countersign/sandbox';
import type { Style } from '../output.ts';
import { curlLine } from '../print-request.ts';
import type { Player } from './player.ts';

/** How long a line stays good, where its system says so. */
const GOOD_FOR: Readonly<Partial<Record<Scenario['provider'], string>>> = {
  flowent: 'once, for 5 minutes',
  hmac: 'once, for 5 minutes',
  'flow-production-tracking': 'once, for 10 seconds',
  approov: 'for 5 minutes',
};

const SHOWN: readonly string[] = [
  'flowent/javascript',
  'flowent/unsigned',
  'hmac/signed',
  'hmac/tampered',
  'flow-production-tracking/urlencoded',
  'flow-production-tracking/tampered',
  'approov/valid',
  'approov/forged',
  'incode/bearer',
  'incode/wrong-token',
];

/** The lines, each under a comment that says what it is and what it gets. */
export function curlLines(scenarios: readonly Scenario[], player: Player, style: Style): readonly string[] {
  return SHOWN.flatMap((id) => {
    const scenario = scenarios.find((one) => one.id === id);
    if (scenario?.kind !== 'new') return [];
    const { status, verdict } = scenario.expect;
    const good = verdict === 'accepted' ? GOOD_FOR[scenario.provider] : undefined;
    const note = `# ${scenario.provider}, ${scenario.title}: ${status} ${verdict}${good === undefined ? '' : ` (${good})`}`;
    // curl's line is a byte string; on a terminal it is text again.
    return [style.dim(note), Buffer.from(curlLine(player.request(scenario)), 'latin1').toString('utf8')];
  });
}
