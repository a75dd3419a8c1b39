"""The stand-in, tried with a client of its own: python3 -B -m unittest test_stand_in."""

import http.client
import json
import socket
import time
import unittest
from email.utils import parsedate_to_datetime

from foreign_client import ForeignClient, gateway_code, result_code
from nice_rules import CRYPTO_TOKEN, INSTITUTION_TOKEN
from nice_stand_in import CONTENT_TYPE, DEFAULT_ACCOUNT, NiceStandIn
from scripted import CLOSE, HALF_BODY, REDIRECT, STALL, Step, number


class StandIn(unittest.TestCase):
    def setUp(self) -> None:
        self.nice = NiceStandIn()
        self.nice.__enter__()
        self.addCleanup(self.nice.__exit__)
        self.client = ForeignClient(self.nice.port, DEFAULT_ACCOUNT)

    def test_issues_both_tokens(self) -> None:
        token = self.client.institution_token()
        self.assertEqual(self.client.content_type, CONTENT_TYPE)
        self.assertEqual(self.client.institution_token(), token)
        periods = []
        for _ in range(2):
            body = self.client.crypto_token(token)["dataBody"]
            self.assertEqual((body["rsp_cd"], body["result_cd"]), ("P000", "0000"))
            issued = self.nice.issued[body["token_version_id"]]
            self.assertEqual(issued.token_val, body["token_val"])
            self.assertEqual(issued.req_no, self.nice.calls(CRYPTO_TOKEN)[-1].req_no)
            periods.append(type(body["period"]))
        self.assertEqual(periods, [int, float])
        self.assertEqual(self.nice.broken_rules(), [])

    def test_revokes(self) -> None:
        answer = self.client.revoke(self.client.institution_token())
        self.assertIs(answer["dataBody"]["result"], True)
        self.assertEqual(self.nice.broken_rules(), [])

    def test_is_strict(self) -> None:
        token = self.client.institution_token()
        for code, answer in (
            ("1801", self.client.issue("wrong")),
            ("1800", self.client.crypto_token("unknown")),
            ("1800", self.client.crypto_token(token, skew=200)),
            ("1800", self.client.crypto_token(token, skew=-200)),
            ("1706", self.client.crypto_token(token, product="1")),
            ("1404", self.client.crypto_token(token, path="/v1.0/common/crypto/token")),
            ("1401", self.client.crypto_token(token, prefix="Bearer ")),
            ("1500", self.client.crypto_token(token, country="kr")),
        ):
            self.assertEqual(gateway_code(answer), code)
        self.assertEqual(len(self.nice.broken_rules()), 8)

    def test_is_strict_about_the_body(self) -> None:
        token = self.client.institution_token()
        self.client.crypto_token(token, req_no="same")
        for data in ({"req_no": "same"}, {"req_no": "a" * 31}, {"req_no": ""}, {"enc_mode": "2"},
                     {"req_dtim": "20260115"}, {"req_dtim": "20260115093000"}):
            self.assertEqual(result_code(self.client.crypto_token(token, **data)), "0001", data)

    def test_token_retired(self) -> None:
        token = self.client.institution_token()
        self.nice.retire_tokens("1401")
        self.assertEqual(gateway_code(self.client.crypto_token(token)), "1401")
        self.assertNotEqual(self.client.institution_token(), token)
        self.assertEqual(self.nice.broken_rules(), [])

    def test_scripted_codes_and_fields(self) -> None:
        token = self.client.institution_token()
        self.nice.script.once(CRYPTO_TOKEN, Step(gw="1702", status=500), Step(rsp_cd="S603"),
                              Step(fields={"period": number("3.6e3")}, without=("site_code",)))
        self.assertEqual(gateway_code(self.client.crypto_token(token)), "1702")
        self.assertEqual(self.client.crypto_token(token)["dataBody"]["rsp_cd"], "S603")
        body = self.client.crypto_token(token)["dataBody"]
        self.assertEqual((body["period"], "site_code" in body), (3600.0, False))
        self.nice.script.always(CRYPTO_TOKEN, Step(result_cd="0003"))
        for _ in range(2):
            self.assertEqual(result_code(self.client.crypto_token(token)), "0003")

    def test_faults_of_transport(self) -> None:
        for fault, expected in ((HALF_BODY, http.client.IncompleteRead),
                                (CLOSE, http.client.RemoteDisconnected)):
            self.nice.script.once(INSTITUTION_TOKEN, Step(fault=fault))
            self.assertRaises(expected, self.client.issue)
        for fault in ("garbage", "empty"):
            self.nice.script.once(INSTITUTION_TOKEN, Step(fault=fault))
            self.assertRaises(ValueError, self.client.issue)
        self.nice.script.once(INSTITUTION_TOKEN, Step(fault=REDIRECT), Step(fault=STALL))
        self.assertEqual(self._get_date_and_location()[1], "/elsewhere")
        with socket.create_connection(("127.0.0.1", self.nice.port), 0.3) as stalled:
            stalled.sendall(b"POST /digital/niceid/oauth/oauth/token HTTP/1.1\r\n\r\n")
            self.assertRaises(TimeoutError, stalled.recv, 1)

    def test_date(self) -> None:
        self.nice.clock_offset = 600
        date = parsedate_to_datetime(self._get_date_and_location()[0]).timestamp()
        self.assertAlmostEqual(date, time.time() + 600, delta=3)

    def test_control_path(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.nice.port)
        script = [{"call": "institution_token", "times": 1, "gw": "1503"}]
        for method, path, body in (("PUT", "/control/script", json.dumps(script)),):
            connection.request(method, path, body)
            self.assertEqual(connection.getresponse().read(), b"")
        self.assertEqual([gateway_code(self.client.issue()) for _ in range(2)], ["1503", "1200"])
        connection.request("GET", "/control/calls")
        self.assertEqual([call["kind"] for call in json.load(connection.getresponse())],
                         [INSTITUTION_TOKEN] * 2)
        connection.close()

    def _get_date_and_location(self) -> tuple[str, str | None]:
        connection = http.client.HTTPConnection("127.0.0.1", self.nice.port)
        connection.request("POST", "/digital/niceid/oauth/oauth/token")
        response = connection.getresponse()
        connection.close()
        return response.getheader("Date"), response.getheader("Location")


if __name__ == "__main__":
    unittest.main()
