/** What a running gateway can be reached at. */
import type { Gateway } from '@countersign/gateway';
import { type Style, table } from './output.ts';

/** Its URLs and gates, a line each. */
export function gatewayLines({ publicUrl, adminUrl, gates }: Gateway, style: Style): readonly string[] {
  const rows = gates.map(({ config, engine, outcome }) => [
    config.methods === 'all' ? 'any' : config.methods.join(','),
    style.cyan(publicUrl + config.path),
    engine?.provider ?? 'unsigned',
    outcome.kind,
  ]);
  return [
    `  public  ${style.cyan(publicUrl)}  (/health, /ready, /actions)`,
    `  admin   ${adminUrl === undefined ? 'off' : style.cyan(adminUrl)}`,
    ...(rows.length === 0 ? [] : [table(rows, '  ')]),
  ];
}
