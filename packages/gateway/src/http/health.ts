/** The answers to `/health` and `/ready`. */
import type { HealthView, ReadyView } from '@countersign/api';
import { type HttpAnswer, jsonAnswer } from '../http-answer.ts';

const NO_STORE = ['cache-control', 'no-store'];

/** What the answers say of. */
export interface Wellbeing {
  readonly isDraining: () => boolean;
  /** Why the store takes nothing; undefined where it does. */
  readonly storeFault: () => string | undefined;
  /** What the gateway cannot do though it works; undefined: nothing. Default: nobody knows of anything. */
  readonly degradedBecause?: () => string | undefined;
  /** Why every request would be refused; undefined where one can be accepted. */
  readonly idleBecause: () => string | undefined;
  /** Whether the server of claims answers. Absent: claims are not shared. */
  readonly claims?: (() => 'up' | 'down') | undefined;
}

/** `GET /health`: the process answers, and its store takes what it is given. */
export function healthAnswer({ storeFault, degradedBecause, claims }: Wellbeing, nowMs: number): HttpAnswer {
  const reason = storeFault();
  const degraded = degradedBecause?.();
  const timestamp = Math.floor(nowMs / 1000);
  const shared = claims === undefined ? {} : { claims: claims() };
  return reason === undefined
    ? viewAnswer<HealthView>(200, {
        status: 'healthy',
        timestamp,
        ...(degraded !== undefined && { degraded }),
        ...shared,
      })
    : viewAnswer<HealthView>(503, { status: 'unhealthy', timestamp, reason, ...shared });
}

/** `GET /ready`: whether new requests are taken, and can be. */
export function readyAnswer({ isDraining, storeFault, idleBecause }: Wellbeing): HttpAnswer {
  if (isDraining()) return viewAnswer<ReadyView>(503, { status: 'draining' });
  const reason = storeFault() ?? idleBecause();
  return reason === undefined
    ? viewAnswer<ReadyView>(200, { status: 'ready' })
    : viewAnswer<ReadyView>(503, { status: 'unready', reason });
}

function viewAnswer<View>(status: number, view: View): HttpAnswer {
  return jsonAnswer(status, JSON.stringify(view), NO_STORE);
}
