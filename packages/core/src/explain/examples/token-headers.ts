/** How a client sends its token: where it stands, and what stands before it. */
import { type Example, NODE_FRAMEWORKS } from './example.ts';

const TOPICS = ['token-header'];
const NOTE =
  'This is the client’s side. At a gate whose clients send it elsewhere: provider: { id: jwt-bearer, header: x-access-token }. Approov’s stands in Approov-Token, without Bearer.';
const NOT_RUN = 'it is the client’s side, and what is run here are receivers';

export const TOKEN_HEADERS: readonly Example[] = [
  {
    frameworks: NODE_FRAMEWORKS,
    topics: TOPICS,
    language: 'js',
    code: `// The word Bearer once, one blank, and the token to the letter: three segments with two dots between them.
await fetch('https://api.example/orders', { headers: { authorization: \`Bearer \${token}\` } });`,
    note: NOTE,
    notRun: NOT_RUN,
  },
  {
    frameworks: ['flask', 'django'],
    topics: TOPICS,
    language: 'python',
    code: `# The word Bearer once, one blank, and the token to the letter: three segments with two dots between them.
requests.get("https://api.example/orders", headers={"Authorization": f"Bearer {token}"})`,
    note: NOTE,
    notRun: NOT_RUN,
  },
  {
    frameworks: ['php'],
    topics: TOPICS,
    language: 'php',
    code: `<?php
// The word Bearer once, one blank, and the token to the letter: three segments with two dots between them.
curl_setopt($curl, CURLOPT_HTTPHEADER, ["Authorization: Bearer $token"]);`,
    note: NOTE,
    notRun: NOT_RUN,
  },
  {
    frameworks: ['rails'],
    topics: TOPICS,
    language: 'ruby',
    code: `# The word Bearer once, one blank, and the token to the letter: three segments with two dots between them.
request['Authorization'] = "Bearer #{token}"`,
    note: NOTE,
    notRun: NOT_RUN,
  },
  {
    frameworks: ['go'],
    topics: TOPICS,
    language: 'go',
    code: `// The word Bearer once, one blank, and the token to the letter: three segments with two dots between them.
request.Header.Set("Authorization", "Bearer "+token)`,
    note: NOTE,
    notRun: NOT_RUN,
  },
  {
    frameworks: ['spring'],
    topics: TOPICS,
    language: 'java',
    code: `// The word Bearer once, one blank, and the token to the letter: three segments with two dots between them.
HttpRequest.newBuilder(URI.create("https://api.example/orders")).header("Authorization", "Bearer " + token).build();`,
    note: NOTE,
    notRun: NOT_RUN,
  },
];
