/** What a gateway can be reached at: of one that runs, and of one that would. */
import type { GateConfig, Gateway, SessionRouteView } from '@countersign/gateway';
import { type Style, table } from './output.ts';

/** Its URLs, gates and the routes of its sessions, a line each. */
export function gatewayLines(gateway: Gateway, style: Style): readonly string[] {
  const { publicUrl, adminUrl, gates, sessionRoutes } = gateway;
  const rows = [
    ...gates.map(({ config, outcome }) => [
      methodsText(config),
      style.cyan(publicUrl + config.path),
      proofText(config),
      outcome.kind,
    ]),
    ...sessionRoutes.map(({ methods, path, broker, session }) => [
      methods.join(','),
      style.cyan(publicUrl + path),
      broker,
      `session ${session}`,
    ]),
  ];
  const own = ['/health', '/ready', ...(gates.some(listsActions) ? ['/actions'] : [])].join(', ');
  return [
    `  public  ${style.cyan(publicUrl)}  (${own})`,
    `  admin   ${adminUrl === undefined ? 'off' : style.cyan(adminUrl)}`,
    ...(rows.length === 0 ? [] : [table(rows, '  ')]),
  ];
}

/** One route of a session, under the session's line. */
export function sessionRouteCells({ methods, path }: SessionRouteView, style: Style): readonly string[] {
  return [methods.join(','), style.cyan(path)];
}

/** How requests prove themselves at a gate: a provider's id, or the type of the scheme that is declared. */
export function proofText({ proof }: GateConfig): string {
  if (proof.kind === 'none') return 'unsigned';
  return proof.kind === 'provider' ? proof.id : `declared ${proof.scheme['type'] ?? 'template'}`;
}

function methodsText({ methods }: GateConfig): string {
  return methods === 'all' ? 'any' : methods.join(',');
}

function listsActions({ config: { outcome } }: Gateway['gates'][number]): boolean {
  return outcome.kind === 'answer' && outcome.list;
}
