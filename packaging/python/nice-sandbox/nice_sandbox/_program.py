"""Where the program is that this package carries."""

import os
import shutil
import sysconfig

NAME = "nice-sandbox"


def path() -> str:
    """The program beside this Python, else of the user, else of `PATH`.

    NICE_SANDBOX names another one.
    """
    named = os.environ.get("NICE_SANDBOX")
    if named:
        return named
    user = "nt_user" if os.name == "nt" else "posix_user"
    for folder in (sysconfig.get_path("scripts"), sysconfig.get_path("scripts", user)):
        found = shutil.which(NAME, path=folder)
        if found:
            return found
    found = shutil.which(NAME)
    if found:
        return found
    raise FileNotFoundError(f"no {NAME}: pip install {NAME}, or name it in NICE_SANDBOX")
