import os
import sys

from member_verification_client import (
    ApiClient, ApiException, Configuration, MemberApi, VerificationMakeKeyRequest)

host = os.environ.get("SERVICE_API", "http://127.0.0.1:8080/api/member")
api = MemberApi(ApiClient(Configuration(host=host)))
request = VerificationMakeKeyRequest(authtype="M", returnurl=(sys.argv[1:] or [None])[0])
try:
    answer = api.get_o_auth_token_with_http_info(request)
    print("begun:", answer.data.req_no, answer.headers["x-nice-window-url"])
except ApiException as refused:
    print("refused:", refused.status, refused.data.payload, refused.data.message)
    for mistake in refused.data.errors:
        print(f"- {mistake.field}: {mistake.message}")
