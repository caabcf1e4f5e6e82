/** What the platform takes of one account. @see WIRE §1 */
export const MAX_ACTIONS = 100;
export const MAX_CALLS_AN_HOUR = 1000;
