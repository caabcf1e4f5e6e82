"""Flask and Django behind one server: answers with what a view holds after it has read the request. Usage: web.py PORT"""
import base64, json, sys
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import re_path
from flask import Flask, request

flask = Flask("flask")


def carried(items):
    return json.dumps([[name, value] for name, value in items if isinstance(value, str)])


@flask.route("/flask/json", methods=["POST"])
def flask_json():
    return json.dumps(request.get_json(force=True))


@flask.route("/flask/jsonify", methods=["POST"])
def flask_jsonify():
    return flask.json.dumps(request.get_json(force=True))


@flask.route("/flask/form", methods=["POST"])
def flask_form():
    from urllib.parse import urlencode
    return urlencode(list(request.form.items(multi=True)))


@flask.route("/flask/text", methods=["POST"])
def flask_text():
    return request.get_data(as_text=True)


@flask.route("/flask/data-after-form", methods=["POST"])
def flask_data_after_form():
    request.form
    return request.get_data()


@flask.route("/flask/<path:rest>", methods=["POST", "GET"])
def flask_request(rest):
    return json.dumps({"url": request.url, "headers": list(request.headers.items()), "environ": carried((k, v) for k, v in request.environ.items() if k.startswith("HTTP_") or k.startswith("CONTENT_"))})


settings.configure(DEBUG=False, SECRET_KEY="for tests of a parser", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, MIDDLEWARE=["django.middleware.common.CommonMiddleware"], APPEND_SLASH=False, DATA_UPLOAD_MAX_MEMORY_SIZE=None)


def django_json(request):
    return HttpResponse(json.dumps(json.loads(request.body)))


def django_post(request):
    return HttpResponse(request.POST.urlencode())


def django_body_after_post(request):
    request.POST
    return HttpResponse(str(request.body.decode("utf-8", "replace")))


def django_meta(request):
    meta = [[k, v] for k, v in request.META.items() if k.startswith("HTTP_") or k in ("CONTENT_TYPE", "CONTENT_LENGTH")]
    return HttpResponse(json.dumps({"url": request.build_absolute_uri(), "headers": meta}))


urlpatterns = [
    re_path(r"^django/json$", django_json),
    re_path(r"^django/form$", django_post),
    re_path(r"^django/text$", django_body_after_post),
    re_path(r"^django/.*", django_meta),
]
django.setup()
django_application = get_wsgi_application()


def application(environ, start_response):
    return (flask if environ["PATH_INFO"].startswith("/flask") else django_application)(environ, start_response)


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


make_server("127.0.0.1", int(sys.argv[1]), application, handler_class=Quiet).serve_forever()
