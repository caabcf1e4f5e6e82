/** Where a destination is, in words. */
import type { TargetConfig } from '../config/delivery-config.ts';

/** Where it goes, for people. Paths of URLs are left out: those of some services are secrets. */
export function targetText(target: TargetConfig): string {
  switch (target.kind) {
    case 'http':
      return `${new URL(target.url).origin}/…`;
    case 'command':
      return target.command[0] ?? '';
    case 'file':
      return target.path;
    case 'nats':
      return `${target.servers.map((server) => URL.parse(server)?.host ?? 'nats').join(', ')} ${target.subject}`;
    case 'action':
      return target.action === undefined ? target.actionsFile : `${target.action} of ${target.actionsFile}`;
  }
}
