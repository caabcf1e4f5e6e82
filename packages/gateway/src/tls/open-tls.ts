/** TLS of both listeners, as far as the configuration has it. */
import type { Config, TlsConfig } from '../config/config.ts';
import { type ConfigWarning, configWarning } from '../config/config-warnings.ts';
import { closedBy, type Lifecycle } from '../lifecycle.ts';
import type { Log } from '../log/log.ts';
import type { TlsFigures } from '../metrics/tls-families.ts';
import type { ListenerTls } from './listener-tls.ts';

/** Absent: plain HTTP. */
export interface GatewayTls {
  readonly public: ListenerTls | undefined;
  readonly admin: ListenerTls | undefined;
}

export interface TlsParts {
  readonly config: Config;
  readonly now: () => number;
  readonly log: Log;
  readonly lifecycle: Lifecycle;
}

/** Nothing is loaded where no listener speaks TLS. @throws SetupError for certificates that cannot be used */
export async function openTls({ config, now, log, lifecycle }: TlsParts): Promise<GatewayTls> {
  const { tls, adminTls, admin } = config.listen;
  if (tls === undefined && adminTls === undefined) return { public: undefined, admin: undefined };
  const { openListenerTls } = await import('./listener-tls.ts');
  const open = async (listener: TlsFigures['listener'], tlsConfig: TlsConfig): Promise<ListenerTls> => {
    const listenerTls = await openListenerTls({ listener, config: tlsConfig, now, log });
    // At once: the certificates of the other listener may be such as end the start.
    lifecycle.add(
      `the certificates of the ${listener} listener`,
      closedBy(() => listenerTls.close()),
    );
    return listenerTls;
  };
  return {
    public: tls && (await open('public', tls)),
    admin: admin && adminTls && (await open('admin', adminTls)),
  };
}

/** Reads what another configuration says. The result puts it to use. @throws SetupError; nothing has changed then */
export async function stageTls(tls: GatewayTls, { listen }: Config): Promise<() => void> {
  const staged = [
    await (listen.tls && tls.public?.stage(listen.tls)),
    await (listen.adminTls && tls.admin?.stage(listen.adminTls)),
  ];
  return () => {
    for (const use of staged) use?.();
  };
}

/** Looks at the files now: somebody has asked for it. */
export async function lookAtCertificates(tls: GatewayTls): Promise<void> {
  await tls.public?.look();
  await tls.admin?.look();
}

/** What is odd about the certificates of a configuration. @throws SetupError for such as cannot be used */
export async function tlsWarnings({ listen }: Config, nowMs: number): Promise<readonly ConfigWarning[]> {
  const { tls, adminTls, admin } = listen;
  if (tls === undefined && adminTls === undefined) return [];
  const { readTlsMaterial } = await import('./tls-material.ts');
  const { SOON_MS } = await import('./listener-tls.ts');
  const warnings: ConfigWarning[] = [];
  for (const [option, config] of [
    ['listen.tls', tls],
    ['listen.adminTls', admin && adminTls],
  ] as const) {
    if (config === undefined) continue;
    const { expiresMs } = await readTlsMaterial(config, option);
    const day = new Date(expiresMs).toISOString().slice(0, 10);
    if (expiresMs - nowMs <= SOON_MS)
      warnings.push(configWarning(`${option}.cert`, 'certificate-expires', day, expiresMs <= nowMs));
  }
  return warnings;
}

export function tlsFigures(tls: GatewayTls): readonly TlsFigures[] {
  return [tls.public, tls.admin].flatMap((listener) => listener?.figures() ?? []);
}
