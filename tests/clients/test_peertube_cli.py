"""peertube-cli, PeerTube's own client for the command line: it signs in, remembers, and uploads."""

import json
import os
import re
import subprocess

import clips
import world
from kiosque import PASSWORD, USER


class PeerTubeCli(world.Case):
    def cli(self, *words, fails=False):
        """Runs it with a home of its own. What it printed."""
        home = self.folder / 'home'
        home.mkdir(exist_ok=True)
        environment = {'PATH': os.environ['PATH'], 'HOME': str(home), 'XDG_CONFIG_HOME': str(home / 'config')}
        done = subprocess.run(
            ['node', os.environ['PEERTUBE_CLI'], *words], env=environment, capture_output=True, text=True, timeout=60,
            stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode != 0, fails, f'{words}\n{done.stdout}\n{done.stderr}')
        return done.stdout + done.stderr

    def upload(self, name, *words):
        """Uploads and finds what came of it."""
        clip = clips.film(self.folder / f'{name}.mp4')
        said = self.cli('upload', '--file', str(clip), '--video-name', name, *words)
        self.assertIn(f'Video {name} uploaded.', said)
        [video] = [video for video in self.kiosque.get('/users/me/videos')['data'] if video['name'] == name]
        return self.kiosque.made(video['uuid'])

    def test_it_signs_in_remembers_and_uploads(self):
        url = self.kiosque.url
        self.cli('auth', 'add', '--url', url, '--username', USER, '--password', 'wrong', fails=True)
        self.cli('auth', 'add', '--url', url, '--username', USER, '--password', PASSWORD, '--default')
        listed = self.cli('auth', 'list')
        self.assertIn(url, listed)
        self.assertIn(USER, listed)

        # With all that is remembered, and all that can be said of a film.
        picture = self.folder / 'affiche.jpg'
        clips.launch('videotestsrc num-buffers=1 pattern=gradient ! video/x-raw,width=1280,height=720 ! jpegenc '
                     '! filesink location={path}', path=picture)
        group = self.kiosque.group['name']
        video = self.upload(
            'Le bal', '--channel-name', group, '--category', '1', '--licence', '2', '--language', 'fr', '--tags', 'bal,été',
            '--privacy', '2', '--video-description', 'Le **bal** du samedi', '--support', 'Un gâteau', '--nsfw',
            '--no-download-enabled', '--thumbnail', str(picture), '--preview', str(picture))
        told = {
            'category': 1, 'licence': 2, 'language': 'fr', 'privacy': 2, 'state': 1,
        }
        self.assertEqual({name: video[name]['id'] for name in told}, told)
        told = {
            'name': 'Le bal', 'description': 'Le **bal** du samedi', 'support': 'Un gâteau', 'nsfw': True, 'tags': ['bal', 'été'],
            'downloadEnabled': False, 'waitTranscoding': True, 'duration': clips.SECONDS,
        }
        self.assertEqual({name: video[name] for name in told}, told)
        self.assertEqual(video['channel']['name'], group)

        # By name and password, and at once.
        video = self.upload('La fanfare', '--url', url, '--username', USER, '--password', PASSWORD, '--no-wait-transcoding')
        self.assertEqual((video['privacy']['id'], video['waitTranscoding'], video['nsfw']), (1, False, False))

        self.cli('auth', 'del', url)
        self.assertNotIn(url, self.cli('auth', 'list'))

    def test_it_gets_a_token_for_scripts(self):
        said = self.cli('get-access-token', '--url', self.kiosque.url, '--username', USER, '--password', PASSWORD)
        token = re.fullmatch(r'\s*(\S+)\s*', said).group(1)
        asked = subprocess.run(
            ['curl', '--silent', '--noproxy', '*', '--header', f'Authorization: Bearer {token}', f'{self.kiosque.url}/api/v1/users/me'],
            capture_output=True, text=True, timeout=60, check=True)
        self.assertEqual(json.loads(asked.stdout)['username'], USER)
        self.cli('get-access-token', '--url', self.kiosque.url, '--username', USER, '--password', 'wrong', fails=True)

    def test_what_is_no_film_is_refused_with_a_reason(self):
        text = self.folder / 'letter.mp4'
        text.write_text('Dear members, the next meeting is on Tuesday.\n' * 100)
        said = self.cli('upload', '--file', str(text), '--video-name', 'Letter', '--url', self.kiosque.url,
                        '--username', USER, '--password', PASSWORD, fails=True)
        self.assertIn('got 422', said)
