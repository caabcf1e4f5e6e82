/** What a gateway can be reached at: of one that runs, and of one that would. */
import type { Config, GateConfig, Gateway, SessionRouteView } from '@countersign/gateway';
import type { Io } from './io.ts';
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

/** By which token commands get in. One that nobody configured is shown on a terminal only: standard error is often a log. */
export function tokenLines(
  { adminUrl, adminToken }: Pick<Gateway, 'adminUrl' | 'adminToken'>,
  { admin }: { readonly admin: Pick<Config['admin'], 'token'> },
  { stderr }: { readonly stderr: Pick<Io['stderr'], 'isTTY'> },
): readonly string[] {
  if (adminUrl === undefined) return [];
  if (admin.token !== undefined) return ['  token   the configuration’s admin.token'];
  return stderr.isTTY === true
    ? [`  token   ${adminToken}  (this run’s, for the admin API)`]
    : ['  token   none: set admin.token in the configuration to use the admin API'];
}

/** Where the console is: the link logs in. None where there is no admin listener. */
export function consoleLines(gateway: Pick<Gateway, 'createLogInUrl'>, style: Style): readonly string[] {
  const link = gateway.createLogInUrl();
  return link === undefined ? [] : [`  console ${logInLinkText(link, style)}`];
}

/** A link that `createLogInUrl` has made. */
export function logInLinkText(link: string, style: Style): string {
  return `${style.cyan(link)}  (logs you in once, within ten minutes)`;
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
