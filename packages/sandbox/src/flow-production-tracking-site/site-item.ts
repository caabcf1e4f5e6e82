/** An action menu item, as an administrator of the site would set it up. */
export interface SiteItem {
  /** Unique on the site: letters, digits, `-` and `_`. */
  readonly id: string;
  readonly title: string;
  /** Where the form is posted: http or https. */
  readonly url: string;
  /** Shown on pages of this type only. Default: on every page. */
  readonly entityType?: string;
  /** The item's Secret Token. It stays on the server: the page never sees it. */
  readonly secret: string;
  /** A modal frame shows pages of the URL's own origin, and of the site's. */
  readonly opens: 'tab' | 'modal';
  /**
   * Posts the id of an event log entry in place of the fields. Such a form names no site, so a gate lets none frame its
   * page: for tabs. Default false.
   */
  readonly lightPayload?: boolean;
  /** Default `urlencoded`. */
  readonly encoding?: 'urlencoded' | 'multipart';
}

/** @throws RangeError for an id that is malformed or taken, a URL that is not http(s), and an empty secret or title. */
export function checkItems(items: readonly SiteItem[]): readonly SiteItem[] {
  const ids = new Set<string>();
  for (const { id, title, url, secret } of items) {
    const where = `item ${JSON.stringify(id)}`;
    if (!/^[\w-]+$/.test(id)) {
      throw new RangeError(`${where}: the id is malformed. Use letters, digits, - and _.`);
    }
    if (ids.has(id)) throw new RangeError(`${where}: two items have this id. Give each its own.`);
    ids.add(id);
    if (title === '') throw new RangeError(`${where}: the title is empty. Say what the item does.`);
    if (secret === '') throw new RangeError(`${where}: the secret is empty. Give the item's Secret Token.`);
    if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
      throw new RangeError(`${where}: the url is not one. Give e.g. http://127.0.0.1:8787/ami/review`);
    }
  }
  return items;
}

/** The items in the menu of a page of this type, in their order. */
export function itemsFor(items: readonly SiteItem[], entityType: string): readonly SiteItem[] {
  return items.filter((item) => item.entityType === undefined || item.entityType === entityType);
}
