/** How other languages’ frameworks get the bytes as they came, and hold an HMAC against them with what they bring. */
import type { Example } from './example.ts';

const TOPICS = ['raw-body', 'charset', 'content-digest', 'decompression', 'header-dropped'];

export const RAW_BODY_OTHERS: readonly Example[] = [
  {
    frameworks: ['flask'],
    topics: TOPICS,
    language: 'python',
    code: `import hashlib, hmac, os
from flask import Flask, abort, request

app = Flask(__name__)
SECRET = os.environ["WEBHOOK_SECRET"].encode()


@app.post("/webhook")
def webhook():
    body = request.get_data()  # before request.form, and not request.json
    expected = "sha256=" + hmac.new(SECRET, body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), request.headers.get("X-Hub-Signature-256", "").encode()):
        abort(401)
    return request.get_json(force=True)["id"]


if __name__ == "__main__":
    app.run(port=3000)`,
  },
  {
    frameworks: ['django'],
    topics: TOPICS,
    language: 'python',
    code: `import hashlib, hmac, json, os
from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt

SECRET = os.environ["WEBHOOK_SECRET"].encode()


@csrf_exempt
def webhook(request):
    body = request.body  # before request.POST
    expected = "sha256=" + hmac.new(SECRET, body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), request.headers.get("X-Hub-Signature-256", "").encode()):
        return HttpResponse(status=401)
    return HttpResponse(json.loads(body)["id"])`,
    note: 'In Django REST framework: request._request.body, before request.data.',
  },
  {
    frameworks: ['spring'],
    topics: TOPICS,
    language: 'java',
    code: `@PostMapping("/webhook")
ResponseEntity<Void> webhook(
    @RequestBody byte[] body, // not a Map, a record or a String
    @RequestHeader("X-Hub-Signature-256") String signature) throws GeneralSecurityException {
  Mac mac = Mac.getInstance("HmacSHA256");
  mac.init(new SecretKeySpec(System.getenv("WEBHOOK_SECRET").getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
  String expected = "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
  boolean isGenuine = MessageDigest.isEqual(
      expected.getBytes(StandardCharsets.UTF_8), signature.getBytes(StandardCharsets.UTF_8));
  return ResponseEntity.status(isGenuine ? 200 : 401).build();
}`,
  },
  {
    frameworks: ['rails'],
    topics: TOPICS,
    language: 'ruby',
    code: `class WebhooksController < ActionController::Base
  skip_forgery_protection

  def create
    body = request.raw_post # not params, and not params.to_json
    expected = 'sha256=' + OpenSSL::HMAC.hexdigest('SHA256', ENV.fetch('WEBHOOK_SECRET'), body)
    signature = request.headers['X-Hub-Signature-256'].to_s
    return head :unauthorized unless ActiveSupport::SecurityUtils.secure_compare(expected, signature)

    render plain: JSON.parse(body)['id']
  end
end`,
  },
  {
    frameworks: ['php'],
    topics: TOPICS,
    language: 'php',
    code: `<?php
$body = file_get_contents('php://input'); // not $_POST, and not json_encode of anything
$expected = 'sha256=' . hash_hmac('sha256', $body, getenv('WEBHOOK_SECRET'));
if (!hash_equals($expected, $_SERVER['HTTP_X_HUB_SIGNATURE_256'] ?? '')) {
    http_response_code(401);
    exit;
}
echo json_decode($body)->id;`,
    note: 'php://input is empty for multipart/form-data. In Laravel: $request->getContent().',
  },
  {
    frameworks: ['go'],
    topics: TOPICS,
    language: 'go',
    code: `package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"os"
)

func webhook(w http.ResponseWriter, r *http.Request) {
	// Not json.NewDecoder(r.Body): what is signed is the bytes.
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil {
		return
	}
	mac := hmac.New(sha256.New, []byte(os.Getenv("WEBHOOK_SECRET")))
	mac.Write(body)
	expected := "sha256=" + hex.EncodeToString(mac.Sum(nil))
	if !hmac.Equal([]byte(expected), []byte(r.Header.Get("X-Hub-Signature-256"))) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	var event struct{ Id string }
	json.Unmarshal(body, &event)
	io.WriteString(w, event.Id)
}

func main() {
	http.HandleFunc("/webhook", webhook)
	http.ListenAndServe("127.0.0.1:3000", nil)
}`,
  },
  {
    frameworks: ['nginx'],
    topics: [
      ...TOPICS,
      'signature-header',
      'binding',
      'proxy-host',
      'proxy-scheme',
      'proxy-path',
      'trusted-proxies',
      'query-encoding',
      'redirect',
    ],
    language: 'nginx',
    code: `underscores_in_headers on; # headers such as x_signature are dropped without it
merge_slashes off;

location / {
  proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-Host $http_host;
  proxy_set_header X-Forwarded-Proto $scheme;
  proxy_set_header X-Forwarded-For $remote_addr;
  # Neither a path nor a slash behind the port: with one, nginx decodes the path, and cuts or adds.
  proxy_pass http://127.0.0.1:3000;
}`,
    note: 'nginx passes bodies on as they are. Where it must redirect: return 308, which keeps POST and body; 301 and 302 do not. Set listen.trustedProxies of the gateway to nginx’ address.',
  },
];
