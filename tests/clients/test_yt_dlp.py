"""yt-dlp as people use it: it is given an address, and a film is to lie in the folder."""

import json
import re
import subprocess
import sys
import urllib.request

import clips
import world
from kiosque import NAME
from yt_dlp.extractor.peertube import PeerTubeIE

# yt-dlp has a list of instances that it knows by their address, and looks at the pages of all others. Under the first
# name of that list the same instance is tried as one of the known.
KNOWN = re.search(r'^\s*((?:[a-z0-9-]+\\\.)+[a-z]+)\|', PeerTubeIE._INSTANCES_RE, re.MULTILINE).group(1).replace('\\', '')

DESCRIPTION = 'Le **bal** du samedi. ' * 20


class YtDlp(world.Case):
    @classmethod
    def names(cls):
        return [NAME, KNOWN]

    @classmethod
    def fill(cls):
        captions = cls.folder / 'captions.vtt'
        captions.write_text(world.CAPTIONS)
        cls.public = cls.kiosque.upload(
            clips.film(cls.folder / 'bal.mp4'), captions={'fr': captions}, name='Le bal de la place', category=1, licence=2,
            language='fr', description=DESCRIPTION, **{'tags[0]': 'bal', 'tags[1]': 'été'})
        cls.locked = cls.kiosque.upload(
            clips.film(cls.folder / 'repetition.mp4', pattern='smpte'), name='La répétition', privacy=5,
            **{'videoPasswords[0]': 'do ré mi'})
        cls.other = cls.kiosque.upload(clips.film(cls.folder / 'fanfare.mp4', pattern='snow'), name='La fanfare')

    def yt_dlp(self, *words, fails=False):
        """Runs yt-dlp in a folder of its own. What it printed: when it `fails`, what it complained of."""
        command = [sys.executable, '-m', 'yt_dlp', '--ignore-config', '--no-cache-dir', '--no-progress', '--no-check-certificates',
                   '--proxy', self.front.url, '--retries', '0', '--extractor-retries', '0', *words]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode != 0, fails, f'{command}\n{done.stdout}\n{done.stderr}')
        return done.stderr if fails else done.stdout

    def told(self, *words):
        return [json.loads(line) for line in self.yt_dlp('--dump-json', *words).splitlines()]

    def fetch(self, url):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(url.replace(f'https://{NAME}', self.kiosque.url), timeout=60) as response:
            return response.read()

    def test_a_page_is_enough(self):
        for address in [
            f'https://{NAME}/w/{self.public["shortUUID"]}',
            f'https://{NAME}/videos/watch/{self.public["uuid"]}',
            f'https://{NAME}/videos/embed/{self.public["uuid"]}',
        ]:
            with self.subTest(address):
                [film] = self.told(address)
                self.assertEqual((film['extractor'], film['title']), ('PeerTube', 'Le bal de la place'))

    def test_a_known_instance_is_known_by_its_address(self):
        for address in [
            f'https://{KNOWN}/w/{self.public["shortUUID"]}',
            f'https://{KNOWN}/api/v1/videos/{self.public["uuid"]}',
            f'peertube:{NAME}:{self.public["uuid"]}',
        ]:
            with self.subTest(address):
                [film] = self.told(address)
                self.assertEqual((film['extractor'], film['title']), ('PeerTube', 'Le bal de la place'))

    def test_all_that_it_reads_is_told(self):
        [film] = self.told('--all-subs', f'https://{NAME}/w/{self.public["shortUUID"]}')
        account, group = self.public['account'], self.public['channel']
        expected = {
            'title': 'Le bal de la place', 'description': DESCRIPTION.strip(), 'duration': clips.SECONDS, 'language': 'fr',
            'uploader': account['displayName'], 'uploader_id': str(account['id']), 'uploader_url': f'https://{NAME}/accounts/camille',
            'channel': group['displayName'], 'channel_id': str(group['id']), 'channel_url': group['url'],
            'license': 'Attribution - Share Alike', 'categories': ['Music'], 'tags': ['bal', 'été'],
            'like_count': 0, 'dislike_count': 0, 'view_count': 0,
            'is_live': False,
        }
        self.assertEqual({name: film.get(name) for name in expected}, expected)
        self.assertEqual(film['upload_date'], self.public['publishedAt'][:10].replace('-', ''))
        self.assertEqual(self.fetch(film['thumbnail'])[:3], b'\xff\xd8\xff', 'a JPEG')
        [french] = film['subtitles']['fr']
        self.assertIn('Et voici la fanfare.', self.fetch(french['url']).decode())
        heights = {form.get('height') for form in film['formats'] if form['protocol'].startswith('m3u8')}
        self.assertLessEqual({144, 240, 360}, heights, 'by HLS')
        plain = [form for form in film['formats'] if form['protocol'] == 'https']
        self.assertIn((360, clips.FPS), {(form.get('height'), form.get('fps')) for form in plain}, 'as a file')
        for form in plain:
            self.assertEqual(len(self.fetch(form['url'])), form['filesize'], form['format_id'])

    def test_a_film_is_downloaded_in_every_way(self):
        address = f'https://{NAME}/w/{self.public["shortUUID"]}'
        self.yt_dlp('--output', 'best.%(ext)s', '--write-subs', '--write-thumbnail', address)
        self.assert_plays(self.folder / 'best.mp4')
        self.assertIn('Et voici la fanfare.', (self.folder / 'best.fr.vtt').read_text())
        self.assertEqual((self.folder / 'best.jpg').read_bytes()[:3], b'\xff\xd8\xff')
        self.yt_dlp('--output', 'hls.%(ext)s', '--format', 'best[protocol^=m3u8][height=240]', address)
        self.assert_plays(self.folder / 'hls.mp4')
        self.yt_dlp('--output', 'plain.%(ext)s', '--format', 'best[protocol=https]', address)
        self.assert_plays(self.folder / 'plain.mp4')

    def test_a_password_opens_a_film(self):
        addresses = {
            'page': f'https://{NAME}/w/{self.locked["shortUUID"]}',
            'known': f'https://{KNOWN}/w/{self.locked["shortUUID"]}',
            'extractor': f'peertube:{NAME}:{self.locked["uuid"]}',
        }
        for name, address in addresses.items():
            with self.subTest(name):
                self.yt_dlp('--video-password', 'do ré mi', '--output', f'{name}.%(ext)s', address)
                self.assert_plays(self.folder / f'{name}.mp4')
                self.yt_dlp('--video-password', 'la si do', address, fails=True)
                self.yt_dlp(address, fails=True)
        self.yt_dlp('--video-password', 'do ré mi', '--output', 'locked-hls.%(ext)s', '--format', 'best[protocol^=m3u8]',
                    addresses['extractor'])
        self.assert_plays(self.folder / 'locked-hls.mp4')

    def test_what_a_group_published_is_downloaded(self):
        group = self.kiosque.group['name']
        # Only known instances have lists for yt-dlp; of all others it takes the feed.
        for name, address in {
            'list': f'https://{KNOWN}/c/{group}/videos',
            'account': f'https://{KNOWN}/a/camille/videos',
            'feed': f'https://{NAME}/feeds/videos.xml?videoChannelName={group}',
        }.items():
            with self.subTest(name):
                films = self.told(address)
                self.assertEqual([film['title'] for film in films], ['La fanfare', 'Le bal de la place'])
                folder = self.folder / name
                self.yt_dlp('--output', f'{folder}/%(playlist_index)s.%(ext)s', '--format', 'best[height=144]/best', address)
                for index in (1, 2):
                    self.assert_plays(folder / f'{index}.mp4')

    def test_a_playlist_is_downloaded_in_its_order(self):
        group, films = self.kiosque.group, (self.public, self.other)
        made = self.kiosque.post('/video-playlists', {
            'displayName': 'Les bals', 'description': 'Deux soirs.', 'privacy': 1, 'videoChannelId': group['id']})['videoPlaylist']
        for film in films:
            self.kiosque.post(f'/video-playlists/{made["id"]}/videos', {'videoId': film['id']})
        # Only known instances have lists for yt-dlp.
        address = f'https://{KNOWN}/w/p/{made["shortUUID"]}'
        told = self.told(address)
        self.assertEqual([film['title'] for film in told], ['Le bal de la place', 'La fanfare'])
        [one, *_] = told
        self.assertEqual((one['playlist_title'], one['playlist_id']), ('Les bals', made['shortUUID']))
        folder = self.folder / 'playlist'
        self.yt_dlp('--output', f'{folder}/%(playlist_index)s.%(ext)s', '--format', 'best[height=144]/best', address)
        for index in (1, 2):
            self.assert_plays(folder / f'{index}.mp4')
