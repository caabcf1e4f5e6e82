/**
 * Simulates a Flow Production Tracking site that a person can use: a grid of entities with a context menu, whose items
 * post signed forms in a new tab or a modal frame.
 */

import { randomUUID } from 'node:crypto';
import { checkOptions, IS, type OptionRules, required } from '@countersign/core/internal/check-options';
import { startServer } from '../pages/start-server.ts';
import type { SandboxResponse } from '../send.ts';
import type { SiteProject } from './pick-form.ts';
import { type SiteWebhook, sendSiteWebhook } from './send-site-webhook.ts';
import { createSiteHandler, type SiteHandler } from './site-handler.ts';
import { checkItems, type SiteItem } from './site-item.ts';
import { SAMPLE_TABLES, type SiteTable } from './site-table.ts';
import { sitePages } from './site-view.ts';

export interface SiteOptions {
  readonly items: readonly SiteItem[];
  /** A page each, the first is the one that `/` leads to. Default: some versions and shots. */
  readonly tables?: readonly SiteTable[];
  /** `none`: the pages span projects, and forms say nothing of one. Default: Gunslinger, 81. */
  readonly project?: SiteProject | 'none';
  /** The site's clock: milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
  /** Default 0: one that the system chooses. */
  readonly port?: number;
}

const RULES: OptionRules<SiteOptions> = {
  items: required(IS.list),
  tables: IS.list,
  project: {
    expected: '{ id, name }, or none',
    isValid: (value) => value === 'none' || IS.record.isValid(value),
  },
  now: IS.function,
  port: IS.port,
};

/** A site that listens. */
export interface Site {
  /** E.g. `http://127.0.0.1:40123`; its host is the forms' `server_hostname`. */
  readonly url: string;
  /**
   * Posts a webhook of this site and reads the answer; it waits 6 s, or a second an event where that is longer.
   * @throws RangeError for no events, or more than 50; Error where no answer came in time.
   */
  sendWebhook(webhook: SiteWebhook): Promise<SandboxResponse>;
  /** Cuts connections. */
  close(): Promise<void>;
}

/**
 * Starts a site on 127.0.0.1.
 * @throws RangeError for a wrong item, or no table; Error where the port is taken.
 */
export async function startSite(options: SiteOptions): Promise<Site> {
  checkOptions<SiteOptions>(options, RULES);
  const { tables = SAMPLE_TABLES, project = { id: 81, name: 'Gunslinger' }, now = Date.now } = options;
  const items = checkItems(options.items);
  if (tables.length === 0) throw new RangeError('tables: there is none. Give one at least.');
  let handler: SiteHandler | undefined;
  const server = await startServer((request, response) => {
    handler?.(request).then(
      ({ status, headers, body }) => response.writeHead(status, headers).end(body),
      // The person hung up, or a bug: neither has more to say to a browser.
      () => response.writeHead(500).end(),
    );
  }, options.port);
  const url = server.origin;
  handler = createSiteHandler({
    origin: url,
    items,
    pages: sitePages(tables),
    project: project === 'none' ? undefined : project,
    now,
    randomId: randomUUID,
  });
  return {
    url,
    sendWebhook: (webhook) => sendSiteWebhook(webhook, { nowMs: now(), randomId: randomUUID }),
    close: () => server.close(),
  };
}
