/** Reads the kept request that was chosen, and says why there is none. */
import type { EventView, GateView, RefusedPage, RefusedView } from '@countersign/api';
import { counted, duration } from '@countersign/core/internal/amounts';
import type { GateConfig } from '@countersign/gateway';
import { OTHER_STORE_KEY } from '../admin-access.ts';
import { UsageError } from '../usage-error.ts';
import type { KeptChoice } from './kept-choice.ts';
import type { KeptSource } from './kept-source.ts';

export type KeptRequest =
  | { readonly kind: 'refused'; readonly view: RefusedView; readonly notes: readonly string[] }
  | { readonly kind: 'event'; readonly view: EventView; readonly notes: readonly string[] };

/**
 * @param gate of the last refused request
 * @param gates of the configuration here
 * @throws UsageError where there is none.
 */
export async function readKept(
  source: KeptSource,
  choice: KeptChoice,
  gate: string | undefined,
  gates: readonly GateConfig[],
): Promise<KeptRequest> {
  if (choice.kind === 'event') return { kind: 'event', view: await source.event(choice.id), notes: [] };
  if (choice.kind === 'refused') {
    return { kind: 'refused', view: await source.refusedRequest(choice.id), notes: [] };
  }
  const page = await source.refused(gate);
  const running = await source.gates();
  const [last] = page.refused;
  if (last === undefined) throw noneKept(page, gate, running, gates);
  const view = await source.refusedRequest(last.id);
  return { kind: 'refused', view, notes: [...unreadableNotes(page), ...leftOutNotes(view, running)] };
}

function unreadableNotes({ unreadable = 0 }: RefusedPage): readonly string[] {
  if (unreadable === 0) return [];
  return [
    `Of those that came after or before, ${unreadable} cannot be read: they were stored under another storeKey.`,
  ];
}

function leftOutNotes({ gate }: RefusedView, running: readonly GateView[] | undefined): readonly string[] {
  const leftOut = running?.find(({ name }) => name === gate)?.keepsRefused?.leftOut ?? 0;
  if (leftOut === 0) return [];
  return [
    `The gate has left out ${counted(leftOut, 'refused request')} since the gateway was started: too many came at once, or the store did not take them. The last one may be among them.`,
  ];
}

/** Whether the gates keep any at all is said by the gateway that runs, else by the configuration. */
function noneKept(
  { unreadable = 0 }: RefusedPage,
  gate: string | undefined,
  running: readonly GateView[] | undefined,
  gates: readonly GateConfig[],
): UsageError {
  if (unreadable > 0) {
    return new UsageError(
      'the refused requests that are kept were stored under another storeKey',
      OTHER_STORE_KEY,
    );
  }
  const keeping: readonly Keeping[] = running?.map(keepingOfView) ?? gates.map(keepingOfConfig);
  const asked = gate === undefined ? keeping : keeping.filter(({ name }) => name === gate);
  const [first] = asked.filter(({ forMs }) => forMs !== undefined);
  const whose = gate === undefined ? 'no gate keeps' : `the gate ${gate} does not keep`;
  if (first?.forMs === undefined) {
    return new UsageError(
      `${whose} refused requests`,
      `Write keepRefused: true beside ${gate === undefined ? 'the gate’s' : 'its'} path, start the gateway again, and have the request sent once more.`,
    );
  }
  return new UsageError(
    gate === undefined
      ? 'no refused request is kept now'
      : `no refused request of the gate ${gate} is kept now`,
    `They are kept for ${duration(first.forMs)}; what comes to no gate, and what is refused because the gateway is full or stopping, is not. Have the request sent again, and look at the log.`,
  );
}

interface Keeping {
  readonly name: string;
  /** Undefined where it keeps none. */
  readonly forMs: number | undefined;
}

function keepingOfView({ name, keepsRefused }: GateView): Keeping {
  return { name, forMs: keepsRefused && keepsRefused.forSeconds * 1000 };
}

function keepingOfConfig({ name, keepRefused }: GateConfig): Keeping {
  return { name, forMs: keepRefused?.forMs };
}
