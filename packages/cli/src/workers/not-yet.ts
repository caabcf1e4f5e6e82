/** What a SIGHUP is told that comes too early. */
export const NOT_YET =
  'SIGHUP: nothing was done, because the gateway is still starting. Send it again once it serves.';
