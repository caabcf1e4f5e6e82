/** What of a Redis server's own set-up would lose claims, read from what `INFO` says. */

/** What of the server’s set-up loses claims, and what to do about it. */
export interface RedisWarning {
  readonly code: 'evicts-claims' | 'restart-forgets-claims';
  readonly message: string;
  readonly remedy: string;
}

/** @param info the answer to `INFO`: lines of `name:value` */
export function warningsOf(info: string): readonly RedisWarning[] {
  const fieldOf = (name: string): string | undefined =>
    new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
  const warnings: RedisWarning[] = [];
  const policy = fieldOf('maxmemory_policy');
  const maxBytes = fieldOf('maxmemory');
  if (policy !== undefined && policy !== 'noeviction' && maxBytes !== '0') {
    warnings.push({
      code: 'evicts-claims',
      message: `Redis drops keys when its memory is full (maxmemory-policy ${policy}), claims among them: a request that was taken would run again`,
      remedy:
        'Set maxmemory-policy noeviction, or give claims a server of their own: what it has no room for is refused with 503 then.',
    });
  }
  if (fieldOf('aof_enabled') === '0') {
    warnings.push({
      code: 'restart-forgets-claims',
      message: 'Redis keeps no append-only file, so a restart forgets the claims since its last snapshot',
      remedy:
        'Set appendonly yes; with appendfsync everysec a crash of the machine still loses up to a second.',
    });
  }
  return warnings;
}
