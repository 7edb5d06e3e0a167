"""moto with its corrections, and the sandbox's own door beside it."""

import json
from urllib.parse import parse_qs

import census
import corrections
from corrections import cloudtrail, eks
from moto.server import DomainDispatcherApplication, create_backend_app

OWN = "/_sandbox/"


def build():
    """The WSGI application."""
    corrections.apply()
    moto = DomainDispatcherApplication(create_backend_app)

    def application(environ, start_response):
        path = environ.get("PATH_INFO", "")
        if path.startswith(OWN):
            return own(environ, start_response, path.removeprefix(OWN))
        read_presigned(environ)
        return moto(environ, start_response)

    return application


def own(environ, start_response, path):
    """
    PUT eks-clusters/NAME          a cluster that already runs stands in the account
    PUT trail/RESOURCE             somebody did something to a resource
    GET census/REGION/TYPE/TEXT    how many objects there are whose names have a text
    GET network/REGION             the default VPC and its subnets
    """
    kind, _, name = path.partition("/")
    if environ["REQUEST_METHOD"] == "GET" and kind in ("census", "network"):
        parts = name.split("/")
        told = census.network(*parts) if kind == "network" else census.count(*parts)
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(told).encode()]
    if environ["REQUEST_METHOD"] != "PUT" or kind not in ("eks-clusters", "trail") or not name:
        start_response("404 Not Found", [])
        return [b""]
    length = int(environ.get("CONTENT_LENGTH") or 0)
    told = json.loads(environ["wsgi.input"].read(length))
    if kind == "trail":
        cloudtrail.record(name, told)
    else:
        eks.register(name, **told)
    start_response("204 No Content", [])
    return [b""]


def read_presigned(environ):
    """moto finds the service of a call in its header only, but a signature may
    stand in the query as well (S3's it does know):
    https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
    """
    query = parse_qs(environ.get("QUERY_STRING", ""))
    credential = query.get("X-Amz-Credential", [""])[0]
    if credential and "HTTP_AUTHORIZATION" not in environ and "/s3/" not in credential:
        environ["HTTP_AUTHORIZATION"] = f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0"
