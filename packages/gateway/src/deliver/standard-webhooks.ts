/**
 * How deliveries are signed where nobody says otherwise: https://www.standardwebhooks.com, which receivers have libraries for. In a file of its
 * own, as every vendor's name is.
 */

/** The provider’s id. */
export const USUAL_SIGNATURE = 'standard-webhooks';
