/** Defaults that rules look at, as a person would write them. */
export const DEFAULTS = {
  public: '127.0.0.1:8787',
  admin: '127.0.0.1:8788',
  store: 'sqlite:./countersign.db',
  requestTimeout: '30s',
} as const;
