/** Sessions: brokers that log in to a vendor for front ends. */

export const SESSIONS = {
  title: 'Sessions',
  lead: 'Brokers fetch short-lived vendor tokens for front ends, with keys that never leave the backend.',
  none: 'No sessions',
  noneHint:
    'A session lets a front end use a vendor’s service without holding a key. Add one to the configuration, and the state of its token is shown here:',
  noneConfig:
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the configuration’s own
    'sessions:\n  onboarding:\n    broker: incode\n    at: /onboarding\n    apiUrl: "${env:API_URL}"\n    apiKey: "${env:API_KEY}"\n    clientId: "${env:CLIENT_ID}"\n    flowId: "${env:FLOW_ID}"\n    adminToken: "${env:ADMIN_TOKEN}"\n',
  noneLabel: 'A session in the configuration',
  at: 'Routes under',
  broker: 'Broker',
  token: 'The vendor’s token',
  states: {
    none: {
      label: 'none yet',
      says: 'No token has been fetched: the first call of a front end fetches one.',
    },
    good: { label: 'valid', says: 'The token is valid.' },
    due: { label: 'due', says: 'The token is valid, and will be renewed with the next call.' },
    expired: { label: 'expired', says: 'The token has expired: the next call fetches a new one.' },
    closed: { label: 'closed', says: 'The broker is stopping.' },
  },
  age: 'Age',
  ageUnknown: 'unknown: another gateway fetched it',
  expires: 'Expires',
  failures: 'Failed log-ins since the last success',
  failed: 'The vendor’s server could not be reached or refused the call',
  mend: 'What to do',
  when: 'When',
  onboardings: {
    title: 'Onboardings',
    label: (session: string) => `Onboardings of ${session}`,
    none: 'None since the session was opened.',
    note: 'The last 100 since the session was opened. They are kept in memory only, with only the end of each vendor id.',
    forOperators: 'Viewing the onboardings needs the role operator.',
    columns: {
      id: 'Id ends with',
      state: 'State',
      status: 'The vendor’s status',
      started: 'Started',
      seen: 'Last seen',
    },
    notAsked: 'not requested yet',
    before: 'earlier, or elsewhere',
    states: {
      started: 'started',
      asked: 'status requested',
      finished: 'finished',
      approved: 'approved',
      declined: 'not approved: the score did not pass',
      unconfirmed: 'approval sent, answer lost',
      failed: 'the last call failed',
    },
  },
  age2: (seconds: number) => {
    const [unit, of] =
      seconds < 120
        ? (['second', 1] as const)
        : seconds < 7200
          ? (['minute', 60] as const)
          : (['hour', 3600] as const);
    const count = Math.floor(seconds / of);
    return `${count.toLocaleString('en')} ${unit}${count === 1 ? '' : 's'}`;
  },
} as const;
