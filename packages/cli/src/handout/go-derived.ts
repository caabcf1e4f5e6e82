/** What programs in Go make of a request before they sign it. */
import { ACCESS_TOKEN_VARIABLE } from './language.ts';
import type { Derived } from './plan-parts.ts';

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
    'fields := formFields(body)',
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
    'fields := formFields(body)',
    'sort.Slice(fields, func(i, j int) bool {',
    '\ta, b := fields[i], fields[j]',
    '\treturn a[0] < b[0] || (a[0] == b[0] && a[1] < b[1])',
    '})',
    'var parts []string',
    'for i, field := range fields {',
    '\tif i == 0 || field != fields[i-1] {',
    '\t\tparts = append(parts, field[0], field[1])',
    '\t}',
    '}',
    'formText := strings.Join(parts, "")',
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
