/** What Flowent takes of one account: so many actions, and so many calls of its API an hour. */
export const MAX_ACTIONS = 100;
export const MAX_CALLS_AN_HOUR = 1000;
