"""curl follows the resumable protocol, as a script would that copies films from a camera, through a lost connection."""

import json
import re
import subprocess

import clips
import world
from kiosque import until


class Curl(world.Case):
    @classmethod
    def fill(cls):
        cls.kiosque.put('/server/settings', {'transcoding': {'keepOriginal': True}})

    def curl(self, path, *words, start=False):
        """Runs curl against the API. Status, headers and body; with `start` the process, which goes on."""
        command = ['curl', '--silent', '--show-error', '--noproxy', '*', '--include', '--header', 'Expect:',
                   '--header', f'Authorization: Bearer {self.kiosque.token}', *words, self.kiosque.url + path]
        if start:
            return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
        head, _, body = done.stdout.replace('\r\n', '\n').partition('\n\n')
        first, *lines = head.splitlines()
        headers = {name.lower(): value for name, value in (line.split(': ', 1) for line in lines if ': ' in line)}
        return int(first.split()[1]), headers, body

    def received(self):
        """Bytes of unfinished uploads that are on the disk, counted or not."""
        return sum(file.stat().st_size for file in self.kiosque.data.glob('**/uploads/**/*') if file.is_file())

    def test_an_upload_goes_on_where_it_was_lost(self):
        clip = clips.film(self.folder / 'camera.mp4', pattern='snow', kilobits=6000)
        size = clip.stat().st_size
        announcement = {'name': 'De la caméra', 'filename': clip.name, 'channelId': self.kiosque.group['id'], 'privacy': 1}
        status, headers, _ = self.curl(
            '/api/v1/videos/upload-resumable', '--json', json.dumps(announcement),
            '--header', f'X-Upload-Content-Length: {size}', '--header', 'X-Upload-Content-Type: video/mp4')
        self.assertEqual((status, headers['content-length']), (201, '0'))
        # The address is relative to the scheme.
        path = re.fullmatch(rf'//127\.0\.0\.1:{self.kiosque.port}(/\S+\?upload_id=\S+)', headers['location']).group(1)

        # All of it at once, slowly, and cut off in the middle.
        first = self.curl(
            path, '--upload-file', clip, '--header', f'Content-Range: bytes 0-{size - 1}/{size}', '--limit-rate', '400k', start=True)
        until('a part to come', lambda: self.received() > size // 8)
        self.assertIsNone(first.poll(), 'it is under way')
        first.kill()
        first.wait()

        def ask():
            status, headers, body = self.curl(path, '--request', 'PUT', '--header', f'Content-Range: bytes */{size}')
            # What came is counted when the server notices that the other has gone.
            return 'range' in headers and (status, headers, body)
        status, headers, body = until('the lost connection to be noticed', ask)
        self.assertEqual((status, body), (308, ''))
        last = int(re.fullmatch(r'bytes=0-(\d+)', headers['range']).group(1))
        self.assertTrue(size // 8 < last + 1 < size, f'{last} of {size}')

        # The rest in two pieces.
        half = (last + 1 + size) // 2
        for start, end, expected in [(last + 1, half, 308), (half, size, 200)]:
            piece = self.folder / 'piece'
            piece.write_bytes(clip.read_bytes()[start:end])
            status, headers, body = until('the upload to be free', lambda: (answer := self.curl(
                path, '--upload-file', piece, '--header', f'Content-Range: bytes {start}-{end - 1}/{size}'))[0] != 503 and answer)
            self.assertEqual(status, expected, body)
            if expected == 308:
                self.assertEqual(headers['range'], f'bytes=0-{end - 1}')
        video = self.kiosque.made(json.loads(body)['video']['uuid'])

        self.assertEqual((video['name'], video['duration']), ('De la caméra', clips.SECONDS))
        sent = self.kiosque.get(f'/videos/{video["uuid"]}/source')
        self.assertEqual((sent['filename'], sent['size']), (clip.name, size))
        self.assertEqual(self.fetch(sent['fileDownloadUrl']).read_bytes(), clip.read_bytes())
        self.assertEqual(self.received(), 0, 'nothing is left of the upload')
        self.assert_plays(self.fetch(video['files'][0]['fileUrl']))

    def fetch(self, url):
        """A file by its public address, as the administrator."""
        to = self.folder / 'fetched.mp4'
        subprocess.run(
            ['curl', '--silent', '--show-error', '--fail', '--proxy', self.front.url, '--insecure', '--output', to,
             '--header', f'Authorization: Bearer {self.kiosque.token}', url], check=True, timeout=60)
        return to
