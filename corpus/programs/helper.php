<?php
// What PHP programs make of bodies, forms and signatures: a line of base64 words in, a line of base64 out.
function spelt(string $raw, string $form): string {
    return match ($form) {
        'hex' => bin2hex($raw),
        'upper-hex' => strtoupper(bin2hex($raw)),
        'base64' => base64_encode($raw),
        'base64url' => rtrim(strtr(base64_encode($raw), '+/', '-_'), '='),
        'base64-of-hex' => base64_encode(bin2hex($raw)),
        'percent-encoded' => rawurlencode(base64_encode($raw)),
        'lines' => chunk_split(base64_encode($raw), 76, "\r\n"),
    };
}
function json(int $flags): callable {
    return fn(string $body) => json_encode(json_decode($body), $flags);
}
function fields(string $body): array {
    parse_str($body, $fields);
    return $fields;
}
$operations = [
    'json' => json(0),
    'json-array' => fn(string $body) => json_encode(json_decode($body, true)),
    'json-slashes' => json(JSON_UNESCAPED_SLASHES),
    'json-unicode' => json(JSON_UNESCAPED_UNICODE),
    'json-slashes-unicode' => json(JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE),
    'json-pretty' => json(JSON_PRETTY_PRINT),
    'json-pretty-unicode' => json(JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE),
    'json-zero-fraction' => json(JSON_PRESERVE_ZERO_FRACTION | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE),
    'json-hex' => json(JSON_HEX_TAG | JSON_HEX_AMP | JSON_HEX_APOS | JSON_HEX_QUOT),
    'json-of-text' => fn(string $body) => json_encode($body),
    'form' => fn(string $body) => http_build_query(fields($body)),
    'form-rfc3986' => fn(string $body) => http_build_query(fields($body), '', '&', PHP_QUERY_RFC3986),
    'form-to-json' => fn(string $body) => json_encode(fields($body)),
    'json-to-form' => fn(string $body) => http_build_query(json_decode($body, true)),
    'print-r' => fn(string $body) => print_r(json_decode($body, true), true),
    'var-export' => fn(string $body) => var_export(json_decode($body, true), true),
    'serialize' => fn(string $body) => serialize(json_decode($body, true)),
    'htmlspecialchars' => fn(string $body) => htmlspecialchars($body),
    'addslashes' => fn(string $body) => addslashes($body),
    'stripslashes' => fn(string $body) => stripslashes($body),
    'strip-tags' => fn(string $body) => strip_tags($body),
    'nl2br' => fn(string $body) => nl2br($body),
    'trim' => fn(string $body) => trim($body),
    'utf8-encode' => fn(string $body) => @utf8_encode($body),
    'utf8-decode' => fn(string $body) => @utf8_decode($body),
    'rawurlencode' => fn(string $body) => rawurlencode($body),
    'urlencode' => fn(string $body) => urlencode($body),
    'urldecode' => fn(string $body) => urldecode($body),
    'chunk-split' => fn(string $body) => chunk_split(base64_encode($body), 76, "\r\n"),
    // As Laravel's TrimStrings and ConvertEmptyStringsToNull do before a controller sees the input.
    'trim-strings' => function (string $body) {
        $input = json_decode($body, true);
        array_walk_recursive($input, function (&$value) {
            if (!is_string($value)) return;
            $value = trim($value);
            if ($value === '') $value = null;
        });
        return json_encode($input, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE);
    },
    'query' => function (string $query) {
        parse_str($query, $parameters);
        return http_build_query($parameters);
    },
    'zoned-time' => function (string $seconds, string $zone) {
        date_default_timezone_set($zone);
        return date('Y-m-d\TH:i:s\Z', (int) $seconds);
    },
    'float-time' => fn(string $seconds, string $fraction) => (string) ((float) $seconds + (float) $fraction),
    'form-value' => function (string $body, string $name) {
        parse_str($body, $fields);
        return $fields[$name];
    },
    'hmac-signature' => fn(string $hash, string $key, string $message, string $form) => spelt(hash_hmac($hash, $message, $key, true), $form),
    'plain-hash' => fn(string $hash, string $message, string $form) => spelt(hash($hash, $message, true), $form),
];
ini_set('serialize_precision', '-1');
while (($line = fgets(STDIN)) !== false) {
    $words = explode("\t", rtrim($line, "\n"));
    $name = array_shift($words);
    try {
        $out = $operations[$name](...array_map('base64_decode', $words));
        if (!is_string($out)) throw new Exception('no text came out: ' . json_last_error_msg());
        echo base64_encode($out), "\n";
    } catch (Throwable $error) {
        echo '!', base64_encode($name . ': ' . $error->getMessage()), "\n";
    }
}
