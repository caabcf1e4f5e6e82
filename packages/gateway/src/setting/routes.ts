/** What the paths of the public listener lead to, of gates and sessions that are open. */
import type { OpenGate } from '../gates/open-gate.ts';
import { type Endpoint, type EndpointsOptions, endpointsOf } from '../http/endpoints.ts';
import type { PathRoute } from '../paths/path-table.ts';
import type { OpenSession } from '../sessions/open-sessions.ts';

export function routesOf(
  gates: readonly OpenGate[],
  sessions: readonly OpenSession[],
  own: Pick<EndpointsOptions, 'now' | 'wellbeing'>,
): readonly PathRoute<Endpoint>[] {
  return endpointsOf({ gates, sessions: sessions.flatMap(({ endpoints }) => endpoints), ...own });
}
