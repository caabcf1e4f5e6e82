/** What programs in Go make of a request before they sign it. */
import { ACCESS_TOKEN_VARIABLE } from './language.ts';
import type { Derived } from './plan-parts.ts';

const FIELDS = [
  'var fields [][2]string',
  'for _, pair := range strings.Split(body, "&") {',
  '\tname, value, _ := strings.Cut(pair, "=")',
  '\tname, err := url.QueryUnescape(name)',
  '\tcheck(err)',
  '\tvalue, err = url.QueryUnescape(value)',
  '\tcheck(err)',
  '\tfields = append(fields, [2]string{name, value})',
  '}',
];

/** By the variable. All of it is `string`, which holds any bytes. */
export const GO_DERIVED: Readonly<Record<Derived, readonly string[]>> = {
  target: ['target := "/" + strings.SplitN(address, "/", 4)[3]'],
  path: ['path, _, _ := strings.Cut(target, "?")'],
  query: ['_, query, _ := strings.Cut(target, "?")'],
  sortedQuery: [
    'pairs := strings.Split(query, "&")',
    'sort.SliceStable(pairs, func(i, j int) bool {',
    '\treturn strings.SplitN(pairs[i], "=", 2)[0] < strings.SplitN(pairs[j], "=", 2)[0]',
    '})',
    'sortedQuery := strings.Join(pairs, "&")',
  ],
  digest: ['digest := fmt.Sprintf("%x", sha256.Sum256([]byte(body)))'],
  digestBytes: ['sum := sha256.Sum256([]byte(body))', 'digestBytes := string(sum[:])'],
  formLines: [
    ...FIELDS,
    'var lines []string',
    'for _, field := range fields {',
    '\tif field[1] != "" {',
    '\t\tlines = append(lines, field[0]+"="+field[1]+"\\r\\n")',
    '\t}',
    '}',
    'sort.Strings(lines)',
    'formLines := strings.Join(lines, "")',
  ],
  formText: [
    ...FIELDS,
    'sort.Slice(fields, func(i, j int) bool {',
    '\ta, b := fields[i], fields[j]',
    '\treturn a[0] < b[0] || (a[0] == b[0] && a[1] < b[1])',
    '})',
    'formText := ""',
    'for i, field := range fields {',
    '\tif i == 0 || field != fields[i-1] {',
    '\t\tformText += field[0] + field[1]',
    '\t}',
    '}',
  ],
  length: ['length := strconv.Itoa(len(body))'],
  jwk: ['jwk := publicJwk(&key.(*ecdsa.PrivateKey).PublicKey)'],
  accessToken: [
    `accessToken := os.Getenv("${ACCESS_TOKEN_VARIABLE}")`,
    'if accessToken == "" {',
    `\tlog.Fatal("Set ${ACCESS_TOKEN_VARIABLE}.")`,
    '}',
  ],
};
