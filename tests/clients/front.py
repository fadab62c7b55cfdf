"""The network between the clients and the instance: names, and TLS as a reverse proxy ends it.

Clients of PeerTube ask `https://HOST/` and take no port in it. This is an HTTP proxy that a client is told to use: it
answers `CONNECT HOST:443` for the names that it knows, speaks TLS with a certificate of its own, and hands what it hears
to the instance. So the clients do what they do in the world, unchanged, and nobody has to be root for port 443. A name
that it does not know is refused and remembered: no test reaches out of this machine.
"""

import contextlib
import pathlib
import select
import socket
import socketserver
import ssl
import subprocess
import threading


class Front(socketserver.ThreadingTCPServer):
    """A proxy for the names of one instance, which listens on `port`."""

    daemon_threads = True

    def __init__(self, names, port, folder):
        self.names = set(names)
        self.port = port
        self.refused = []
        key, certificate = pathlib.Path(folder) / 'key.pem', pathlib.Path(folder) / 'certificate.pem'
        subprocess.run(
            ['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
             '-subj', '/CN=test', '-keyout', key, '-out', certificate], check=True, capture_output=True)
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(certificate, key)
        super().__init__(('127.0.0.1', 0), Visit)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f'http://127.0.0.1:{self.server_address[1]}'

    def stop(self):
        self.shutdown()
        self.server_close()


class Visit(socketserver.StreamRequestHandler):
    """One connection of a client."""

    def handle(self):
        method, address, _ = self.rfile.readline(4096).decode('ascii', 'replace').split(' ', 2)
        while self.rfile.readline(4096).strip():
            pass
        if method != 'CONNECT' or address not in {f'{name}:443' for name in self.server.names}:
            self.server.refused.append(address)
            self.wfile.write(b'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n')
            return
        self.wfile.write(b'HTTP/1.1 200 Connection established\r\n\r\n')
        # A client that goes away in the middle is nothing to speak of.
        with contextlib.suppress(OSError), \
                self.server.tls.wrap_socket(self.connection, server_side=True) as client, \
                socket.create_connection(('127.0.0.1', self.server.port)) as instance:
            carry(client, instance)


def carry(client, instance):
    """Hands on what each side says until one has gone. In one thread: a TLS connection is not for two."""
    while True:
        heard = [client] if client.pending() else select.select([client, instance], [], [])[0]
        for source in heard:
            chunk = source.recv(65536)
            if not chunk:
                return
            (instance if source is client else client).sendall(chunk)
