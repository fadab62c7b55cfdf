//! Wider and higher pictures for encoders that take only some sizes: a [filter](super::filter) of ours. What is added
//! repeats the last column and line, because black beside the film would be seen in it as a dark fringe.

use gst_video::prelude::*;

use super::filter::{self, NewPicture, Picture, PictureFilter};

/// A filter that makes pictures of this size; what comes in is no larger. The film is in the upper left.
pub fn element(width: u32, height: u32) -> gst::Element {
    filter::element(Padding { width, height })
}

struct Padding {
    width: u32,
    height: u32,
}

impl PictureFilter for Padding {
    fn outgoing(&self, caps: &mut gst::StructureRef) {
        caps.set("width", self.width as i32);
        caps.set("height", self.height as i32);
    }

    fn incoming(&self, caps: &mut gst::StructureRef) {
        for (name, most) in [("width", self.width), ("height", self.height)] {
            caps.set(name, gst::IntRange::new(1, (most as i32).max(2)));
        }
    }

    fn make(&mut self, from: &Picture<'_>, to: &mut NewPicture<'_>) -> Option<()> {
        for nth in 0..3 {
            let part = |pixels: u32| if nth == 0 { pixels } else { pixels.div_ceil(2) } as usize;
            let size = (part(from.width()), part(from.height()));
            let wanted = (part(to.width()), part(to.height()));
            let (old, stride) = filter::plane(from, nth)?;
            let (new, new_stride) = filter::new_plane(to, nth)?;
            fill(old, stride, size, new, new_stride, wanted)?;
        }
        Some(())
    }
}

/// Copies a plane and repeats its last column and line. None when a line is not where it should be.
fn fill(
    from: &[u8],
    stride: usize,
    (width, height): (usize, usize),
    to: &mut [u8],
    to_stride: usize,
    (wide, high): (usize, usize),
) -> Option<()> {
    for line in 0..high {
        let source = from.get(line.min(height.checked_sub(1)?) * stride..)?.get(..width)?;
        let target = to.get_mut(line * to_stride..)?.get_mut(..wide)?;
        let (film, rest) = target.split_at_mut_checked(width)?;
        film.copy_from_slice(source);
        rest.fill(*source.last()?);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_column_and_line_are_repeated() {
        let from = [1, 2, 3, 0, 4, 5, 6, 0];
        let mut to = [9; 24];
        fill(&from, 4, (3, 2), &mut to, 6, (5, 4)).unwrap();
        assert_eq!(to, [1, 2, 3, 3, 3, 9, 4, 5, 6, 6, 6, 9, 4, 5, 6, 6, 6, 9, 4, 5, 6, 6, 6, 9]);
        assert_eq!(fill(&from, 4, (3, 3), &mut to, 6, (5, 4)), None, "lines that are not there");
        assert_eq!(fill(&from, 4, (3, 2), &mut to, 6, (7, 4)), None, "wider than its lines");
        assert_eq!(fill(&from, 4, (3, 0), &mut to, 6, (5, 4)), None, "nothing");
    }
}
