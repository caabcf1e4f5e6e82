/** The page of kept events and refused requests. */
export const EVENTS = {
  title: 'Events',
  lead: 'What your gates have kept: accepted requests, byte for byte, and refused ones.',
  tabs: { label: 'Kept requests', kept: 'Kept', refused: 'Refused' },
  keptList: 'Kept events, newest first',
  refusedList: 'Refused requests, newest first',
  filter: {
    text: 'Search',
    placeholder: 'Text in body, URL or headers',
    wordsPlaceholder: 'Words and "phrases"',
    refusedPlaceholder: 'URL, reason, message or address',
    gate: 'Gate',
    allGates: 'All gates',
    type: 'Event type',
    within: 'Received',
    spans: { '': 'Any time', hour: 'Last hour', day: 'Last 24 hours', week: 'Last 7 days' },
    by: 'How the text is searched',
    kinds: { bytes: 'Text, byte for byte', words: 'Words (full text)' },
    until: 'Until',
    more: 'More filters',
    verdict: 'Verdict',
    allVerdicts: 'Any verdict',
    verdicts: { accepted: 'Accepted', refused: 'Refused, let through (monitor mode)', unsigned: 'Unsigned' },
    tenant: 'Tenant',
    reason: 'Reason, e.g. signature-mismatch',
    id: 'Id, or the start of one',
    member: 'JSON path=value, e.g. data.object.id=ch_1',
    header: 'Header, or header=value',
    textOnly:
      'A byte-for-byte search cannot be combined with further filters: search for words instead, or leave the text empty.',
    clear: 'Clear filters',
    search: 'Search',
  },
  bytes: (count: number) => `${count.toLocaleString('en')} B`,
  erased: 'erased',
  unmatched: 'no destination',
  unsigned: 'unsigned',
  matches: {
    body: () => 'in the body',
    url: () => 'in the URL',
    header: (name: string) => `in ${name}`,
  } as Readonly<Record<'body' | 'url' | 'header', (name: string) => string>>,
  count: (count: number, isAll: boolean) =>
    `${count.toLocaleString('en')} ${count === 1 ? 'request' : 'requests'}${isAll ? '' : ' so far'}`,
  further: 'Search further back',
  searchedUntil: 'Searched back to',
  indexing: (gates: readonly string[]) =>
    `Some events may be missing: the full-text index is still being built (${gates.join(', ')}).`,
  damaged: (ids: readonly string[]) =>
    `${ids.length === 1 ? 'An event is' : `${ids.length} events are`} damaged in the store and could not be searched: ${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ' …' : ''}.`,
  unreadable: (count: number) =>
    `${count === 1 ? 'A refused request was' : `${count} refused requests were`} stored under another storeKey, and cannot be shown.`,
  empty: {
    kept: 'No events kept yet',
    keptNoMatch: 'No event matches',
    keptText:
      'A gate with keep stores every request that it accepts before it answers, and delivers it from the store.',
    words: 'No gate has a full-text index',
    wordsText:
      'Set fullText: true under a gate’s keep, and reload the configuration. Events that the gate has already kept are indexed too, in the background. A byte-for-byte search needs no index.',
    wordsLabel: 'Configuration',
    wordsExample: `gates:
  shop:
    path: /webhooks/shop
    keep:
      fullText: true`,
    refused: 'No refused requests kept yet',
    refusedNoMatch: 'No refused request matches',
    noneOfFilter: 'Nothing matches all the filters. Clear some of them.',
    refusedText: 'A gate with keepRefused: true keeps what it refuses, with the reason.',
  },
} as const;
