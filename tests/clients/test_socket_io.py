"""socket.io-client, by which PeerTube's web client is told of notifications at once."""

import contextlib
import json
import os
import pathlib
import queue
import subprocess
import threading

import world
from kiosque import PASSWORD, USER

PATIENCE = 30


class Listener:
    """The client in a process of its own."""

    def __init__(self, url, transports, query, auth):
        words = [pathlib.Path(__file__).with_name('socket_io.mjs'), url, transports, json.dumps(query), json.dumps(auth)]
        self._process = subprocess.Popen(['node', *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self._heard = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self._process.stdout:
            self._heard.put(json.loads(line))

    def hears(self):
        """The next that it hears: the event, and what comes with it."""
        heard = self._heard.get(timeout=PATIENCE)
        return heard['event'], heard.get('what')

    def stop(self):
        self._process.terminate()
        self._process.wait(timeout=20)
        self._reader.join(timeout=5)
        self._process.stdout.close()


class SocketIo(world.Case):
    @classmethod
    def fill(cls):
        cls.kiosque.post('/users', {
            'username': 'lea', 'email': 'lea@kiosque.example', 'password': PASSWORD, 'videoQuota': -1, 'videoQuotaDaily': -1, 'role': 2,
        })

    def sign_in(self, name):
        client = self.kiosque.get('/oauth-clients/local')
        form = {**client, 'grant_type': 'password', 'username': name, 'password': PASSWORD}
        words = [part for key, value in form.items() for part in ('--data-urlencode', f'{key}={value}')]
        done = subprocess.run(
            ['curl', '--silent', '--fail', '--noproxy', '*', *words, f'{self.kiosque.url}/api/v1/users/token'],
            capture_output=True, text=True, timeout=60, check=True)
        return json.loads(done.stdout)['access_token']

    def as_whom(self, token, method, path, body=None):
        words = ['--request', method, '--header', f'Authorization: Bearer {token}']
        if body is not None:
            words += ['--header', 'Content-Type: application/json', '--data', json.dumps(body)]
        subprocess.run(
            ['curl', '--silent', '--show-error', '--fail-with-body', '--noproxy', '*', *words, f'{self.kiosque.url}/api/v1{path}'],
            capture_output=True, text=True, timeout=60, check=True)

    @contextlib.contextmanager
    def listening(self, transports, query=None, auth=None):
        listener = Listener(self.kiosque.url, transports, query or {}, auth or {})
        try:
            yield listener
        finally:
            listener.stop()

    def test_it_hears_of_what_is_new_by_every_way(self):
        camille, lea = self.sign_in(USER), self.sign_in('lea')
        group = f'{self.kiosque.group["name"]}@kiosque.example'
        token = {'accessToken': camille}
        ways = [('websocket', token, None), ('polling', token, None), ('polling,websocket', None, token)]
        for transports, query, auth in ways:
            with self.subTest(transports), self.listening(transports, query, auth) as listener, \
                    self.listening('websocket', {'accessToken': lea}) as other:
                self.assertEqual(listener.hears()[0], 'connect')
                self.assertEqual(other.hears()[0], 'connect')
                self.as_whom(lea, 'POST', '/users/me/subscriptions', {'uri': group})
                event, told = listener.hears()
                self.assertEqual((event, told['type']), ('new-notification', 10))
                self.assertEqual(told['actorFollow']['follower']['name'], 'lea')
                # As the list has it.
                [listed, *_] = self.kiosque.get('/users/me/notifications?count=1')['data']
                self.assertEqual(told, listed)
                self.as_whom(lea, 'DELETE', f'/users/me/subscriptions/{group}')
                # Nobody else hears of it.
                self.assertTrue(other._heard.empty())

    def test_who_is_not_signed_in_hears_nothing(self):
        with self.listening('websocket') as listener:
            self.assertEqual(listener.hears(), ('connect_error', 'No access token provided'))
        with self.listening('polling', {'accessToken': 'wrong'}) as listener:
            self.assertEqual(listener.hears(), ('connect_error', 'Invalid access token.'))
        lea = self.sign_in('lea')
        for transports in ['websocket', 'polling']:
            with self.listening(transports, {'accessToken': lea}) as listener:
                self.assertEqual(listener.hears()[0], 'connect')
                self.as_whom(lea, 'POST', '/users/revoke-token')
                self.assertEqual(listener.hears(), ('disconnect', 'io server disconnect'))
            lea = self.sign_in('lea')

    def test_one_account_has_ten_of_them(self):
        lea = self.sign_in('lea')
        with contextlib.ExitStack() as stack:
            listeners = [stack.enter_context(self.listening('websocket', {'accessToken': lea})) for _ in range(11)]
            heard = sorted(listener.hears() for listener in listeners)
        self.assertEqual(heard, [('connect', 'websocket')] * 10 + [('connect_error', 'Too many connections.')])
