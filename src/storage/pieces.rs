//! Hashes of the pieces of a file, as torrents name them.

use super::Storage;
use crate::error::{Error, Result};
use sha1::{Digest as _, Sha1};
use std::{fs::File, io::Read as _};

/// Bytes read at once.
const READ: usize = 256 << 10;

impl Storage {
    /// SHA-1 of each `length` bytes of a file, one after the other, and how many bytes it has; read once from front to
    /// back. `go_on` is told now and then how far it is; `None` when it says no.
    pub fn piece_hashes(
        &self,
        relative: &str,
        length: u64,
        mut go_on: impl FnMut(u64) -> bool,
    ) -> Result<Option<(Vec<u8>, u64)>> {
        let path = self.path(relative)?;
        let mut file = File::open(&path).map_err(Error::io(&path))?;
        let mut buffer = vec![0; READ];
        let (mut hashes, mut piece, mut left, mut read) = (Vec::new(), Sha1::new(), length, 0_u64);
        loop {
            let most = left.min(READ as u64) as usize;
            let got = file.read(&mut buffer[..most]).map_err(Error::io(&path))?;
            piece.update(&buffer[..got]);
            (left, read) = (left - got as u64, read + got as u64);
            if left == 0 || (got == 0 && left < length) {
                hashes.extend_from_slice(&piece.finalize_reset());
                left = length;
            }
            if got == 0 {
                return Ok(Some((hashes, read)));
            }
            if !go_on(read) {
                return Ok(None);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_piece_has_its_hash_and_the_last_may_be_shorter() {
        let dir = tempfile::tempdir().unwrap();
        let storage = Storage::open(dir.path()).unwrap();
        let bytes: Vec<u8> = (0..1_000_003_u32).map(|n| (n * 7 % 251) as u8).collect();
        std::fs::write(dir.path().join("media/a"), &bytes).unwrap();
        for length in [100_000, 300_000, 1_000_003, 2_000_000] {
            let expected: Vec<u8> = bytes.chunks(length).flat_map(Sha1::digest).collect();
            let found = storage.piece_hashes("media/a", length as u64, |_| true).unwrap();
            assert_eq!(found, Some((expected, 1_000_003)), "{length}");
        }
        assert_eq!(storage.piece_hashes("media/a", 9, |read| read < 50_000).unwrap(), None);
        std::fs::write(dir.path().join("media/b"), "").unwrap();
        assert_eq!(storage.piece_hashes("media/b", 9, |_| true).unwrap(), Some((Vec::new(), 0)));
    }
}
