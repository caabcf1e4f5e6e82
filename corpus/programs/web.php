<?php
// A router for PHP's own server: answers with what a script holds after PHP has read the request.
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
$input = file_get_contents('php://input');
switch ($path) {
    case '/json':
        echo json_encode(json_decode($input));
        return;
    case '/form':
        echo http_build_query($_POST);
        return;
    case '/form-to-json':
        echo json_encode($_POST);
        return;
    case '/input':
        echo $input;
        return;
    default:
        $headers = [];
        foreach ($_SERVER as $name => $value) {
            if (str_starts_with($name, 'HTTP_') || str_starts_with($name, 'CONTENT_')) $headers[] = [$name, $value];
        }
        echo json_encode(['url' => 'http://' . $_SERVER['HTTP_HOST'] . $_SERVER['REQUEST_URI'], 'headers' => $headers, 'query' => http_build_query($_GET)]);
}
