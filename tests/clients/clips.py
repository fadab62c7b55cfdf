"""Small films made with GStreamer, and what a film that came back holds."""

import pathlib
import subprocess

SECONDS, FPS = 3, 30
# Sound of 16 kHz, frames of 16 × 9 grey pixels: enough to see that a film plays to its end and is not all one colour.
RATE, WIDTH, HEIGHT = 16_000, 16, 9


def launch(line, **places):
    """Runs a pipeline to its end."""
    words = [word.format(**places) for word in line.split()]
    done = subprocess.run(['gst-launch-1.0', '--quiet', *words], capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise RuntimeError(f'{line}\n{done.stderr}')


def film(path, pattern='ball', seconds=SECONDS, size=(640, 360), kilobits=800):
    """A film of H.264 and AAC, as telephones make them."""
    width, height = size
    launch(
        f'videotestsrc num-buffers={seconds * FPS} pattern={pattern} '
        f'! video/x-raw,width={width},height={height},framerate={FPS}/1,format=I420 '
        f'! x264enc speed-preset=ultrafast key-int-max={FPS} bitrate={kilobits} ! h264parse ! mp4mux name=m '
        '! filesink location={path} '
        f'audiotestsrc num-buffers={seconds * FPS} samplesperbuffer={48_000 // FPS} volume=0.2 '
        '! audioconvert ! audio/x-raw,rate=48000,channels=2 ! avenc_aac ! aacparse ! m.',
        path=path)
    return path


def play(path, folder):
    """Decodes a whole film: seconds of pictures, seconds of sound, and how many frames differ from the one before."""
    path, folder = pathlib.Path(path), pathlib.Path(folder)
    frames, sound = folder / 'frames', folder / 'sound'
    # One decoder thread: more of them hang now and then in the libavcodec of Debian 12. No file waits for the other's first
    # bytes: a fragment holds all its pictures before its sound.
    launch(
        'filesrc location={path} ! qtdemux name=d '
        'd.video_0 ! queue ! h264parse ! avdec_h264 max-threads=1 ! videoscale ! videoconvert '
        f'! video/x-raw,format=GRAY8,width={WIDTH},height={HEIGHT} ! filesink async=false location={{frames}} '
        'd.audio_0 ! queue ! aacparse ! avdec_aac ! audioconvert ! audioresample '
        f'! audio/x-raw,format=S16LE,channels=1,rate={RATE} ! filesink async=false location={{sound}}',
        path=path, frames=frames, sound=sound)
    pictures, size = frames.read_bytes(), WIDTH * HEIGHT
    each = [pictures[at:at + size] for at in range(0, len(pictures), size)]
    moving = sum(before != after for before, after in zip(each, each[1:]))
    return len(each) / FPS, sound.stat().st_size / 2 / RATE, moving
