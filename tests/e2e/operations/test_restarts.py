"""Two instances behind nginx: stopped and started again, and killed, under load."""

import random
import unittest

import shop
from fleet import CALLERS, KEY, Callers, Instance, redis, until
from nginx import Nginx
from programs import Sandbox

BEGIN = "/api/member/v1/member/getOAuthToken"


class Restarts(unittest.TestCase):
    def setUp(self) -> None:
        self.nice = Sandbox(self.addCleanup)
        store = redis(self.addCleanup)
        self.fleet = [Instance(self.addCleanup, self.nice, **store) for _ in range(2)]
        self.nginx = Nginx(self.addCleanup, tuple(one.port for one in self.fleet)).start()

    def callers(self) -> Callers:
        return Callers(f"{self.nginx.url}{BEGIN}", self.nginx.folder / "certificate.pem")

    def serves(self, instance: Instance) -> None:
        """Waits until nginx gives it requests, again."""
        before = self.served(instance)
        until(lambda: self.served(instance) > before, "nginx leaves it alone")

    def served(self, instance: Instance) -> int:
        return self.nginx.access.count(f" 127.0.0.1:{instance.port} ")

    def test_a_rolling_restart_loses_no_request(self) -> None:
        with self.callers() as callers:
            for instance in self.fleet * 2:
                self.serves(instance)
                self.assertEqual(0, instance.stop(), instance.program.output)
                callers.more(50)
                instance.start()
                self.serves(instance)
        self.assertEqual([], callers.failures)
        self.assertEqual(len(callers.tokens), len(set(callers.tokens)))

    def test_a_killed_instance_loses_what_it_was_answering_and_nothing_else(self) -> None:
        seed = random.randrange(2 ** 32)
        chance, kills = random.Random(seed), 3
        with self.callers() as callers:
            for _ in range(kills):
                callers.more(chance.randrange(1, 100))
                instance = chance.choice(self.fleet)
                instance.kill()
                callers.more(50)
                instance.start()
                self.serves(instance)
        where = f"seed {seed}"
        # A caller has one request under way at the most.
        self.assertLessEqual(len(callers.failures), kills * CALLERS, where)
        for failure in callers.failures:
            self.assertTrue(failure.startswith("502 "), (failure, where))
        self.assertEqual(len(callers.tokens), len(set(callers.tokens)), where)
        # What was begun before, on whichever instance, is opened after.
        for begun in chance.sample(callers.begun, 20):
            back = shop.verify(self.nice.window, begun)
            instance = chance.choice(self.fleet)
            opened = shop.open_result(instance.url, back, begun["reqNo"], KEY)
            self.assertEqual(200, opened.status_code, (opened.text, where))


if __name__ == "__main__":
    unittest.main()
