"""A real Kiosque in a folder of its own, set up by its link; and what the tests ask it themselves."""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

# The name that the instance has in the world. Nobody resolves it: `front.py` stands for the network.
NAME = 'kiosque.example'
# peertube-cli keeps the password in a .netrc, which cannot hold spaces.
USER, PASSWORD = 'camille', 'correct-horse-battery'
PATIENCE = 90


def until(what, ask):
    """Asks again and again until there is an answer; fails with `what` when none comes."""
    begun = time.monotonic()
    while not (answer := ask()):
        if time.monotonic() - begun > PATIENCE:
            raise TimeoutError(f'waited {PATIENCE} s for: {what}')
        time.sleep(0.05)
    return answer


class Kiosque:
    """The program that `make test` built, on a free port, with the public address https://kiosque.example."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(prefix='kiosque-clients-')
        self.data = pathlib.Path(self._folder.name)
        self._log = []
        options = ['--data-dir', self.data, '--listen', '127.0.0.1:0', '--public-url', f'https://{NAME}']
        self._process = subprocess.Popen(
            [os.environ['KIOSQUE_BIN'], 'serve', *options],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, 'NO_COLOR': '1'})
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        try:
            self._set_up()
        except BaseException:
            self.stop()
            raise

    def _set_up(self):
        self.url = self._said(r'listening on (http://\S+)')
        self.port = int(self.url.rsplit(':', 1)[1])
        token = self._said(r'/setup\?token=([\w-]+)')
        self.token = self.post('/setup', {
            'token': token, 'language': 'fr', 'name': 'Kiosque de la Halle', 'publicUrl': f'https://{NAME}',
            'username': USER, 'email': 'camille@kiosque.example', 'password': PASSWORD,
        })['access_token']
        self.group = self.get('/users/me')['videoChannels'][0]

    def _read(self):
        for line in self._process.stdout:
            self._log.append(line)

    def _said(self, pattern):
        def look():
            if self._process.poll() is not None:
                raise RuntimeError('kiosque ended:\n' + ''.join(self._log))
            return re.search(pattern, ''.join(self._log))
        return until(f'kiosque to say {pattern}', look).group(1)

    def stop(self):
        self._process.terminate()
        self._process.wait(timeout=20)
        self._reader.join(timeout=5)
        self._process.stdout.close()
        self._folder.cleanup()

    def ask(self, method, path, body=None, headers=None):
        """Asks the API, as the administrator once there is one. Status and body as JSON, none where it is empty."""
        headers = dict(headers or {})
        if hasattr(self, 'token'):
            headers['authorization'] = f'Bearer {self.token}'
        if body is not None:
            headers['content-type'] = 'application/json'
        request = urllib.request.Request(
            f'{self.url}/api/v1{path}', method=method, headers=headers,
            data=None if body is None else json.dumps(body).encode())
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                status, text = response.status, response.read()
        except urllib.error.HTTPError as error:
            with error:
                status, text = error.code, error.read()
        return status, json.loads(text) if text else None

    def get(self, path):
        return self._fine('GET', path)

    def post(self, path, body):
        return self._fine('POST', path, body)

    def put(self, path, body):
        return self._fine('PUT', path, body)

    def _fine(self, method, path, body=None):
        status, answer = self.ask(method, path, body)
        if not 200 <= status < 300:
            raise RuntimeError(f'{method} {path}: {status} {answer}')
        return answer

    def upload(self, clip, captions=None, **fields):
        """Sends a clip by the plain form and waits until all of it is made. What the API then says of the video."""
        fields = {'channelId': self.group['id'], 'privacy': 1, **fields}
        uuid = json.loads(self.form('POST', '/videos/upload', {'videofile': f'@{clip}', **fields}))['video']['uuid']
        for language, file in (captions or {}).items():
            self.form('PUT', f'/videos/{uuid}/captions/{language}', {'captionfile': f'@{file}'})
        return self.made(uuid)

    def form(self, method, path, fields):
        """Sends a form with curl, which names the part that it could not send."""
        parts = [part for name, value in fields.items() for part in ('--form', f'{name}={value}')]
        command = ['curl', '--silent', '--show-error', '--fail-with-body', '--noproxy', '*', '--request', method,
                   '--header', f'Authorization: Bearer {self.token}', *parts, f'{self.url}/api/v1{path}']
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        if done.returncode:
            raise RuntimeError(f'{method} {path}: {done.stdout}{done.stderr}')
        return done.stdout

    def made(self, uuid):
        """Waits until every rendition, the progressive file and the pictures of a video are there."""
        def look():
            progress = self.get(f'/videos/{uuid}/progress')
            if progress['stage'] == 'failed':
                raise RuntimeError(f'{uuid} failed: {progress}')
            if progress['stage'] != 'ready':
                return None
            video = self.get(f'/videos/{uuid}')
            return video if video['files'] and video['thumbnailPath'] else None
        return until(f'{uuid} to be made', look)
