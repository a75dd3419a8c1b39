"""Settings: all mistakes at once, exit code 64 before the port is bound, secrets kept out of sight."""

import socket
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench import RETURN_URLS, Bench
from nice_stand_in import NiceStandIn
from service import Ports

USAGE = 64
NOBODY = f"http://127.0.0.1:{Ports.free()}"  # a setting that is let pass must not lead to NICE
SECRET = "canary-of-a-secret-0123456789-0123456789"
REQUIRED = ("NICE_CLIENT_ID", "NICE_CLIENT_SECRET", "RETURN_URLS")
SOUND = {"NICE_CLIENT_ID": "id", "NICE_CLIENT_SECRET": SECRET, "RETURN_URLS": RETURN_URLS[0],
         "NICE_BASE_URL": NOBODY}
MISTAKES = {
    "BIND": ("nowhere", "127.0.0.1:99999"), "ADMIN_BIND": ("nowhere",),
    "BASE_PATH": ("api member",),
    "NICE_BASE_URL": ("http://nice.example", "ftp://127.0.0.1", "nice", "http://127.0.0.1.example"),
    "NICE_WINDOW_URL": ("javascript:alert(1)", "window"),
    "REQUEST_DEADLINE": ("banana", "5", "-1s"), "NICE_CALL_TIMEOUT": ("4 parsecs",),
    "NICE_CONNECT_TIMEOUT": ("s",), "ERROR_STATUS": ("teapot",), "KEY_CUSTODY": ("both",),
    "RETURN_URLS": ("*", "https://shop.example/cb,*", "no url", "javascript:alert(1)",
                    "https://shop.example/" + "a" * 250),
    "CORS_ORIGINS": ("*", "https://shop.example/path", "shop"), "LOG_FORMAT": ("xml",),
}
LIVE_ONLY = {"NICE_CLIENT_ID": "id", "NICE_CLIENT_SECRET": SECRET, "NICE_ACCESS_TOKEN": SECRET,
             "NICE_BASE_URL": NOBODY}


def tasks() -> list[Callable[[Bench], None]]:
    found = [_nothing_set, _many_at_once, _value_and_file, _secret_from_file, _sandbox_refuses,
             _port_in_use, _flags, _help, _healthcheck]
    return found + [_one(name, value) for name, values in MISTAKES.items() for value in values]


def _nothing_set(bench: Bench) -> None:
    theme = bench.theme("settings: none at all")
    with bench.ended(("serve",), bench.bound({})) as service:
        theme.equal("exit code", service.exit_code(), USAGE, service.output)
        for name in REQUIRED:
            theme.check(f"{name} is named", name in service.output, service.output)


def _one(name: str, value: str) -> Callable[[Bench], None]:
    def run(bench: Bench) -> None:
        theme = bench.theme(f"settings: {name}={value[:40]}")
        with bench.ended(("serve",), {**bench.bound({}), **SOUND, name: value}) as service:
            theme.equal("exit code", service.exit_code(), USAGE, service.output[-200:])
            theme.check("it is named", name in service.output, service.output)
    run.__name__ = f"{name}={value[:40]}"
    return run


def _many_at_once(bench: Bench) -> None:
    """Both ports are taken: a service that bound before it judged would stumble over that."""
    theme = bench.theme("settings: many mistakes")
    wrong = {name: values[0] for name, values in MISTAKES.items() if "BIND" not in name}
    with socket.create_server(("127.0.0.1", 0)) as taken:
        bind = f"127.0.0.1:{taken.getsockname()[1]}"
        settings = {"BIND": bind, "ADMIN_BIND": bind, "NICE_CLIENT_SECRET": SECRET, **wrong}
        with bench.ended(("serve",), settings) as service:
            theme.equal("exit code", service.exit_code(), USAGE)
            for name in (*wrong, "NICE_CLIENT_ID"):
                theme.check(f"{name} is named", name in service.output, service.output)
            theme.check("a secret is not shown", SECRET not in service.output)


def _value_and_file(bench: Bench) -> None:
    theme = bench.theme("settings: secret as value and as file")
    for name in ("NICE_CLIENT_SECRET", "NICE_ACCESS_TOKEN"):
        settings = {**bench.bound({}), **SOUND, name: SECRET, f"{name}_FILE": "/dev/null"}
        with bench.ended(("serve",), settings) as service:
            theme.equal(f"{name}: exit code", service.exit_code(), USAGE)
            theme.check(f"{name} is named", f"{name}_FILE" in service.output, service.output)
            theme.check(f"{name} is not shown", SECRET not in service.output)
    settings = {**bench.bound({}), **SOUND, "NICE_CLIENT_SECRET_FILE": "/nowhere/secret"}
    del settings["NICE_CLIENT_SECRET"]
    with bench.ended(("serve",), settings) as service:
        theme.equal("a file that is not there: exit code", service.exit_code(), USAGE)
        theme.check("a file that is not there is named",
                    "NICE_CLIENT_SECRET_FILE" in service.output, service.output)


def _secret_from_file(bench: Bench) -> None:
    with NiceStandIn() as nice, tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "secret")
        path.write_text(nice.account.client_secret + "\n", encoding="ascii")
        settings = {**bench.live_settings(nice), "NICE_CLIENT_SECRET_FILE": str(path)}
        del settings["NICE_CLIENT_SECRET"]
        with bench.serving(("serve",), settings) as scene:
            bench.theme("settings: NICE_CLIENT_SECRET_FILE").equal(
                "is read, without its line end", scene.client.issue({}).status, 200)


def _sandbox_refuses(bench: Bench) -> None:
    theme = bench.theme("settings: serve --sandbox")
    for name, value in LIVE_ONLY.items():
        with bench.ended(("serve", "--sandbox"), {**bench.bound({}), name: value}) as service:
            theme.equal(f"refuses {name} with exit code", service.exit_code(), USAGE)
            theme.check(f"names {name}", name in service.output, service.output)
            theme.check(f"does not show the value of {name}", SECRET not in service.output)


def _port_in_use(bench: Bench) -> None:
    theme = bench.theme("settings: port in use")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        settings = {**bench.bound({}), "BIND": f"127.0.0.1:{port}"}
        with bench.ended(("serve", "--sandbox"), settings) as service:
            theme.check("it ends with a failure", service.exit_code() not in (None, 0))
            theme.check("the port is named", port in service.output, service.output)
            theme.check("a flag is suggested", "--bind" in service.output, service.output)


def _flags(bench: Bench) -> None:
    theme = bench.theme("settings: flags")
    with NiceStandIn() as nice:
        settings = bench.live_settings(nice)
        secret = {"NICE_CLIENT_SECRET": settings.pop("NICE_CLIENT_SECRET")}
        args = [part for name, value in settings.items()
                for part in (_flag(name), value)]
        with bench.serving(("serve", *args), secret) as scene:
            theme.equal("do what the variables do", scene.client.issue({}).status, 200)
        with bench.serving(("serve", "--error-status", "ok200"),
                           {**settings, **secret, "ERROR_STATUS": "http"}) as scene:
            theme.equal("win over the variables", scene.client.issue("{").status, 200)
    args = ("serve", "--nice-client-secret", SECRET)
    with bench.ended(args, {**bench.bound({}), **SOUND}) as service:
        theme.check("there is none for a secret", service.exit_code(5) not in (None, 0))


def _flag(name: str) -> str:
    return "--" + name.lower().replace("_", "-")


def _help(bench: Bench) -> None:
    theme = bench.theme("settings: --help")
    hidden = dict.fromkeys(("NICE_CLIENT_SECRET", "NICE_ACCESS_TOKEN", "RESULT_API_KEY",
                            "STORE_KEY", "REDIS_URL", "NICE_PROXY"), SECRET)
    for args in (("--help",), ("serve", "--help"), ("help",), ("serve", "-h")):
        with bench.ended(args, hidden) as service:
            theme.equal(f"{' '.join(args)}: exit code", service.exit_code(), 0)
            theme.check(f"{' '.join(args)} shows no secret", SECRET not in service.output)


def _healthcheck(bench: Bench) -> None:
    theme = bench.theme("healthcheck")
    with bench.serving(("serve", "--sandbox"), {}) as scene:
        with bench.ended(("healthcheck",), scene.service.settings) as asked:
            theme.equal("a ready service: exit code", asked.exit_code(), 0, asked.output)
    with bench.ended(("healthcheck",), {"BIND": f"127.0.0.1:{Ports.free()}"}) as asked:
        theme.check("nobody there: it fails", asked.exit_code() not in (None, 0))
