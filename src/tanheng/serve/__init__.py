"""服务 Serve: the HTTP API, the job runner and the built web application.

Uses every room below; only here and in `access` is it known who asks. Needs the extra ``serve``.
"""

from tanheng.serve.app import create_app
from tanheng.serve.settings import Settings

__all__ = ["Settings", "create_app"]
