/** A request with a header for every kind of component that HTTP message signatures can cover, and these components. */
export const URL_TEXT = 'https://shop.example/orders?page=1&name=a%20b';

export const BODY = '{"total":12}';

export const COMPONENTS: string[] = [
  '@method',
  '@target-uri',
  '@authority',
  '@scheme',
  '@request-target',
  '@path',
  '@query',
  '@query-param;name="name"',
  'content-type',
  'x-dict;key="b"',
  'x-dict;sf',
  'x-lines;bs',
  'x-lines',
  'content-digest',
];

export const HEADERS = {
  Host: 'shop.example',
  'Content-Type': 'application/json',
  'X-Dict': 'a=1,   b=(x  y);q=2',
  'X-Lines': ['one, two', 'three'],
};
