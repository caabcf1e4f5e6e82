/** What to do about an attempt that failed, by its code. */

const REMEDIES: ReadonlyMap<string, string> = new Map([
  [
    'status',
    'Look at the answer, and at the receiver’s log; mend it there, then: countersign deliveries redrive.',
  ],
  ['gone', 'The receiver said that it wants no more: if it does, countersign deliveries resume NAME.'],
  ['aborted-by-receiver', 'The receiver wants this event no more; redrive sends it once more all the same.'],
  ['timeout', 'The receiver took too long to answer: have it answer first and work then.'],
  ['unreachable', 'Start the receiver, or compare the address and the network.'],
  ['connection-lost', 'The receiver hung up before it answered: look at its log.'],
  ['too-many-requests', 'The receiver is busy, and is sent less for a while: set a rate that it can take.'],
  ['exit-code', 'Look at what the command has printed, and run it by hand with the event’s body.'],
  ['killed', 'The command was ended by a signal, or took too long.'],
  ['not-started', 'The command could not be started: compare its path, and who may run it.'],
  ['not-written', 'Look at the disk, and at who may write the file.'],
  ['not-stored', 'Look at the NATS server, and at the stream that takes the subject.'],
  ['action-failed', 'Look at the gateway’s log, which has the action’s error.'],
  ['address-refused', 'The address may not be called: compare it with what the configuration allows.'],
  ['cancelled', 'The gateway was stopping; the attempt is made again.'],
]);

/** Undefined for what was delivered, and for a code of another version. */
export function attemptRemedy(code: string): string | undefined {
  return REMEDIES.get(code);
}
