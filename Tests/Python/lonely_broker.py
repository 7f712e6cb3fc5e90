"""A broker that answers what a client asks first, and whose advertised host nobody knows."""

import contextlib
import socketserver
import struct
import threading


def text(value):
    return struct.pack(">h", len(value)) + value.encode()


def metadata(topic, host):
    """Response of Metadata, version 0: one broker, one topic of one partition that it leads."""
    broker = struct.pack(">ii", 1, 1) + text(host) + struct.pack(">i", 9092)
    partition = struct.pack(">hii", 0, 0, 1) + 2 * struct.pack(">ii", 1, 1)
    return broker + struct.pack(">ih", 1, 0) + text(topic) + struct.pack(">i", 1) + partition


APIS = [(1, 0, 4), (2, 0, 1), (3, 0, 0), (18, 0, 0)]  # Fetch, ListOffsets, Metadata, ApiVersions: oldest and newest


def api_versions(version):
    """Response of ApiVersions, version 0; to a newer request with the error that makes the client ask with 0."""
    known = b"".join(struct.pack(">hhh", *api) for api in APIS)
    return struct.pack(">hi", 35 if version else 0, len(APIS)) + known


@contextlib.contextmanager
def lonely_broker(topic, host="nowhere.invalid"):
    """Yields its address."""

    class Connection(socketserver.StreamRequestHandler):
        def handle(self):
            with contextlib.suppress(struct.error, ConnectionError):
                while True:
                    (length,) = struct.unpack(">i", self.rfile.read(4))
                    request = self.rfile.read(length)
                    api, version, correlation = struct.unpack(">hhi", request[:8])
                    if api not in (3, 18):
                        return
                    body = metadata(topic, host) if api == 3 else api_versions(version)
                    answer = struct.pack(">i", correlation) + body
                    self.wfile.write(struct.pack(">i", len(answer)) + answer)

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    with Server(("127.0.0.1", 0), Connection) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()
