/** What to do where a proof covers a part of the head that is not known, or not as it was sent. */

export const GIVE_HOST =
  'Hand the request over with its Host header or an absolute URL, or set the gate’s origin.';

export const OTHER_HOST =
  'Look for a proxy that writes the target anew; set the gate’s origin to what the sender calls.';

export const AS_RECEIVED = 'Hand over the header’s value as it arrived, one character a byte.';
