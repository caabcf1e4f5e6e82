/** What the settings of Flask and Django stand in. */
import {
  ADDRESS,
  BINDING,
  BOUND_VALUE,
  IN_BASE64,
  KEY_SET,
  OLD_SIGNATURE,
  type Program,
  SECRET,
  SIGNATURE,
  SIGNED_TIMES,
  TARGET,
  TOKENS,
  WITH_BLANKS,
} from './program.ts';

const FLASK = 'from flask import Flask, request\napp = Flask(__name__)\n';

/** `CODE` stands in its settings, and `views` is a view’s expression. */
function django(view: string): string {
  return `from django.conf import settings
CODE
settings.configure(SECRET_KEY="for tests", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, MIDDLEWARE=["django.middleware.common.CommonMiddleware"], **{name: value for name, value in list(globals().items()) if name.isupper()})
import django
django.setup()
from django.http import HttpResponse
from django.test import Client
from django.urls import path
urlpatterns = [path("webhook/", lambda request: HttpResponse(${view}))]
`;
}

const DJANGO = django('request.build_absolute_uri()');
const NOTHING_ELSE = 'end=""';

export const PYTHON_PROGRAMS: Readonly<Record<string, Program>> = {
  'flask key-whitespace': {
    text: `CODE\nprint(SECRET.decode(), ${NOTHING_ELSE})`,
    prints: SECRET,
    secret: WITH_BLANKS,
  },
  'flask key-encoding': {
    text: `CODE\nprint(SECRET.decode(), ${NOTHING_ELSE})`,
    prints: SECRET,
    secret: IN_BASE64,
  },
  'flask key-as-text': { text: `CODE\nprint(SECRET.decode(), ${NOTHING_ELSE})`, prints: SECRET },
  'flask time-form': { text: `CODE\nprint(abs(time.time() - int(timestamp)) < 60)`, prints: 'True\n' },
  'flask key-rotation': {
    text: `CODE
for text in ("${SIGNATURE}", "${OLD_SIGNATURE}", "0" * 64): print(is_genuine(b"{}", "sha256=" + text))`,
    prints: 'True\nTrue\nFalse\n',
  },
  'flask proxy-host': {
    text: `${FLASK}app.add_url_rule("/webhook", view_func=lambda: request.url, methods=["POST"], endpoint="w")
CODE
print(app.test_client().post("/webhook", headers={"X-Forwarded-Proto": "https", "X-Forwarded-Host": "hooks.example"}).text, ${NOTHING_ELSE})`,
    prints: `${ADDRESS}/webhook`,
  },
  'flask proxy-path': {
    text: `${FLASK}with app.test_request_context("${TARGET}"):\n  exec('''CODE''')\n  print(target, ${NOTHING_ELSE})`,
    prints: TARGET,
  },
  'flask redirect': {
    text: `${FLASK}CODE
app.add_url_rule("/webhook/", view_func=lambda: "", methods=["POST"], endpoint="w")
for path in ("/webhook", "/webhook/"): print(app.test_client().post(path).status_code)`,
    prints: '200\n200\n',
  },
  'flask signature-encoding': {
    text: `CODE\nprint(sign(b"${SECRET}", b"{}"), ${NOTHING_ELSE})`,
    prints: SIGNATURE,
  },
  'flask message-parts': {
    text: `CODE
for time_text, signature in ${JSON.stringify(SIGNED_TIMES)}: print(is_genuine({"X-Timestamp": time_text, "X-Signature": signature}, b"{}"))`,
    prints: 'True\nFalse\nFalse\n',
  },
  'flask token-key': {
    text: `CODE
import json
jwt.PyJWKClient.fetch_data = lambda self: json.loads('${KEY_SET}')
for token in ${JSON.stringify(TOKENS)}:
  try: print(claims_of(token)["aud"])
  except jwt.InvalidAudienceError: print("refused")`,
    prints: 'https://api.example\nrefused\n',
  },
  'flask binding': {
    text: `CODE
for value in ("${BOUND_VALUE}", "Bearer mallory"): print(is_bound({"pay": "${BINDING}"}, {"Authorization": value}))`,
    prints: 'True\nFalse\n',
  },
  'django proxy-host': {
    text: `${DJANGO}print(Client().post("/webhook/", HTTP_X_FORWARDED_PROTO="https", HTTP_X_FORWARDED_HOST="hooks.example").content.decode(), ${NOTHING_ELSE})`,
    prints: `${ADDRESS}/webhook/`,
  },
  // Under Werkzeug’s server, which sets what Gunicorn does.
  'django proxy-path': {
    text: `from django.conf import settings
settings.configure(SECRET_KEY="for tests", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__)
import django
django.setup()
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import re_path
def view(request):
  names = {"request": request}
  exec('''CODE''', names)
  return HttpResponse(names["target"])
urlpatterns = [re_path(".*", view)]
from werkzeug.test import Client
print(Client(get_wsgi_application()).post("${TARGET}").text, ${NOTHING_ELSE})`,
    prints: TARGET,
  },
  'django redirect': {
    text: `${DJANGO}print(Client().post("/webhook").status_code, ${NOTHING_ELSE})`,
    prints: '404',
  },
};
