/** Rows of the route table: the configuration. */
import type { ConfigReportView, ConfigView, ValidateConfigInput } from './config-types.ts';
import { GET, POST, type RouteTable } from './route.ts';

export type ConfigApi = {
  readonly config: { readonly reply: ConfigView; readonly etag: true };
  readonly validateConfig: { readonly body: ValidateConfigInput; readonly reply: ConfigReportView };
  readonly reloadConfig: { readonly reply: ConfigReportView };
};

/** Longer ones are read from the file: reading YAML holds everything else up. */
export const MAX_CONFIG_TEXT_CHARS = 65_536;

export const CONFIG_ROUTES: RouteTable<ConfigApi> = {
  config: {
    ...GET,
    path: '/api/config',
    role: 'admin',
    etag: true,
    answers:
      'the configuration in effect: each value with the defaults filled in, secrets hidden; its file, and when it was read',
  },
  validateConfig: {
    ...POST,
    path: '/api/config/validate',
    role: 'admin',
    readsOnly: true,
    body: {
      text: {
        kind: 'text',
        pattern: new RegExp(`^[^]{1,${MAX_CONFIG_TEXT_CHARS}}$`),
        mustBe: `1 to ${MAX_CONFIG_TEXT_CHARS} characters`,
        secret: true,
        optional: true,
      },
    },
    answers:
      'what a reload would come to, of the file as it is now or of `text` in its place (whose modules are not loaded): problems, warnings, and what differs; nothing is changed. `countersign config diff` calls it',
  },
  reloadConfig: {
    ...POST,
    path: '/api/config/reload',
    role: 'admin',
    answers:
      'reads the file again and applies it, whole or not at all, as SIGHUP does; `result` is `applied`, `unchanged`, `restart` or `broken`. `countersign config reload` calls it',
  },
};
