"""A wire to PostgreSQL that can break where a test wants it to."""

from __future__ import annotations

import contextlib
import socket
import tempfile
import threading
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

PORT = 5432


class Relay:
    """Passes bytes on between clients and a server, until a client says a word that ends the connection.

    What the client said with that word is still passed on, and the server's answer is not.
    """

    def __init__(self, address: str) -> None:
        self._parts = urlsplit(address)
        self._query = dict(parse_qsl(self._parts.query, keep_blank_values=True))
        self._directory = tempfile.mkdtemp(prefix="ze-")
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(f"{self._directory}/.s.PGSQL.{PORT}")
        self._listener.listen()
        self.cut_at: bytes | None = None
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, url: str) -> str:
        """The same address, by way of this wire."""
        query = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
        query |= {"host": self._directory, "port": str(PORT)}
        parts = self._parts._replace(netloc="postgres@", query=urlencode(query))
        return urlunsplit(parts)

    def close(self) -> None:
        """Take the wire away."""
        self._listener.close()
        with contextlib.suppress(OSError):
            Path(self._directory, f".s.PGSQL.{PORT}").unlink()
            Path(self._directory).rmdir()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = self._to_server()
                answered = threading.Event()
                for source, target, asks in ((client, server, True), (server, client, False)):
                    threading.Thread(
                        target=self._pass_on, args=(source, target, asks, answered), daemon=True
                    ).start()

    def _to_server(self) -> socket.socket:
        host = self._query.get("host") or self._parts.hostname or "localhost"
        port = int(self._query.get("port") or self._parts.port or PORT)
        if host.startswith("/"):
            server = socket.socket(socket.AF_UNIX)
            server.connect(f"{host}/.s.PGSQL.{port}")
            return server
        return socket.create_connection((host, port))

    def _pass_on(
        self, source: socket.socket, target: socket.socket, asks: bool, cut: threading.Event
    ) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if not asks and cut.is_set():
                    break
                if asks and self.cut_at is not None and self.cut_at in data:
                    cut.set()
                target.sendall(data)
        for each in (source, target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
