"""A pywb over one WARC file, in a process of its own: `python pywb_server.py FOLDER FILE` prints its port."""

from __future__ import annotations

import os
import sys

from gevent.pywsgi import WSGIServer
from pywb.apps.frontendapp import FrontEndApp
from pywb.manager.manager import main as manager

os.chdir(sys.argv[1])
said, sys.stdout = sys.stdout, sys.stderr
manager(["init", "past"])
manager(["add", "past", sys.argv[2]])
server = WSGIServer(("127.0.0.1", 0), FrontEndApp(config_file=None), log=None)
server.start()
print(server.server_port, file=said, flush=True)
server.serve_forever()
