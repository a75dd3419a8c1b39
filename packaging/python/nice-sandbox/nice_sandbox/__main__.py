"""`python -m nice_sandbox`: the program itself."""

import os
import sys

from ._program import path

program = path()
os.execv(program, [program, *sys.argv[1:]])
