"""One instance with films in it, for all tests of a module; made once."""

import pathlib
import tempfile
import unittest

import clips
from front import Front
from kiosque import NAME, Kiosque

CAPTIONS = 'WEBVTT\n\n00:00:00.500 --> 00:00:02.000\nEt voici la fanfare.\n'


class Case(unittest.TestCase):
    """A test with an instance, the network in front of it, and a folder."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls._folder = tempfile.TemporaryDirectory(prefix='kiosque-clients-')
        cls.addClassCleanup(cls._folder.cleanup)
        cls.folder = pathlib.Path(cls._folder.name)
        cls.kiosque = Kiosque()
        cls.addClassCleanup(cls.kiosque.stop)
        cls.front = Front(cls.names(), cls.kiosque.port, cls.folder)
        cls.addClassCleanup(cls.front.stop)
        cls.fill()

    @classmethod
    def tearDownClass(cls):
        if cls.front.refused:
            raise AssertionError(f'a client asked elsewhere: {cls.front.refused}')

    @classmethod
    def names(cls):
        """Under which names the instance is reached."""
        return [NAME]

    @classmethod
    def fill(cls):
        """Puts films into the instance."""

    def assert_plays(self, path, seconds=clips.SECONDS):
        """The file holds moving pictures and sound of that length."""
        pictures, sound, moving = clips.play(path, self.folder)
        self.assertAlmostEqual(pictures, seconds, delta=0.1, msg=str(path))
        self.assertAlmostEqual(sound, seconds, delta=0.15, msg=str(path))
        self.assertGreater(moving, seconds * clips.FPS / 4, f'{path} does not move')
