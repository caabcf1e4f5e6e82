/** What the names of all connections of a store begin with: each program has one of its own. */
export const APPLICATION = 'countersign/';
