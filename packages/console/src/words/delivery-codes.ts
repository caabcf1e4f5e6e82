/** What became of an attempt, or why none is made: a sentence for each code, with what to do where something is to be done. */
export const DELIVERY_CODES: Readonly<Record<string, string>> = {
  delivered: 'The destination accepted the event.',
  status:
    'The destination answered with a status other than 2xx. Its answer and its own log say why; a redirect is not followed, so give the final address.',
  'too-many-requests':
    'The destination answered 429: it asked for fewer events. The gateway slows down automatically.',
  gone: 'The destination answered 410 (Gone): it wants no more events, and has been disabled. Correct its address, or resume it.',
  'aborted-by-receiver':
    'The destination answered that it does not want this event again (webhook-delivery: abort-message). It is not retried.',
  timeout:
    'The destination did not answer in time. Have it answer before it does its work, or raise its timeout.',
  unreachable:
    'No connection: nothing is listening there, the name does not resolve, TLS failed, or NATS refused the credentials. Check the address, and that the service is running.',
  'address-refused':
    'The address is not allowed: it is private or reserved. If it is yours, allow it in the configuration.',
  'connection-lost':
    'The connection broke before the answer was complete, or the answer was not HTTP. Check the receiver and any proxy in front of it.',
  'exit-code': 'The command exited with a code other than 0. Its output is shown with the attempt.',
  killed: 'The command was killed by a signal.',
  'process-ended':
    'An uncaught error ended the gateway while it ran a transformation or an action for this event. Fix the code.',
  'not-started':
    'The command could not be started, or the request could not be sent: check that the program exists and is executable.',
  'not-written': 'The file could not be written: check its directory, its permissions and the free space.',
  'not-stored': 'No stream has this subject, or the stream refused the message: check the JetStream set-up.',
  'action-failed': 'The action failed, or the event does not fit its input.',
  'body-not-kept': 'The event was erased, or its gate keeps only a hash of bodies: there is nothing to send.',
  'event-damaged': 'The event cannot be read from the store. Redrive it once the store is repaired.',
  'transform-threw': 'The transformation threw an error. Fix it; the event is retried.',
  'transform-late': 'The transformation took too long. Make it faster; the event is retried.',
  'transform-wrong':
    'The transformation returned something that cannot be sent. Fix it; the event is retried.',
  'not-signed': 'The scheme cannot sign this message.',
  skipped: 'The transformation left the event out.',
  cancelled: 'The attempt was interrupted when the gateway stopped. It is made again.',
  'cancelled-by-operator': 'An operator cancelled the delivery.',
  'skipped-by-operator': 'An operator skipped it, so that the next event with its order key could be sent.',
  'event-dropped': 'The event was removed by retention before it could be delivered.',
  'event-erased': 'The event was erased before it could be delivered.',
};
