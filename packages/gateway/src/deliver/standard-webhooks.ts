/** How deliveries are signed where nobody says otherwise: https://www.standardwebhooks.com, which receivers have libraries for. */

/** The provider’s id. */
export const USUAL_SIGNATURE = 'standard-webhooks';
