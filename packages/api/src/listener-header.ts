/**
 * What every answer of an admin listener has. A file server, a login page and a development server answer 200 to any path too: by this
 * header a client tells an answer to its question from theirs, whatever is in it.
 */
export const LISTENER_HEADER = 'countersign-listener';

/** Its value. */
export const ADMIN_LISTENER_NAME = 'admin';
