//! Still pictures: opening what people send, cutting to size, writing JPEG. No pipelines.

use std::io::{BufReader, BufWriter};
use std::path::Path;

use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use image::{DynamicImage, ImageDecoder, ImageReader, Rgb, RgbImage, imageops};

use super::{MediaError, Result};

/// Largest side of a picture that is opened, in pixels: a phone's panorama fits.
const LARGEST_SIDE: u32 = 16_384;
/// Memory that decoding one may take. A small file can claim to be huge; this is where it stops.
const MOST_MEMORY: u64 = 384 << 20;
const JPEG_QUALITY: u8 = 82;

/// Opens a JPEG, PNG, WebP or GIF (its first picture), upright as its Exif data says, without any of its metadata.
pub fn open(file: &Path) -> Result<RgbImage> {
    let file = std::fs::File::open(file).map_err(|e| MediaError::Io(e.to_string()))?;
    decode(BufReader::new(file))
}

/// The same from memory.
pub fn decode(bytes: impl std::io::BufRead + std::io::Seek) -> Result<RgbImage> {
    upright(bytes).map(on_white)
}

/// The same with what can be seen through, in squares of these sides, as PNGs: for signs, which stand on any ground.
pub fn signs(bytes: impl std::io::BufRead + std::io::Seek, sides: &[u32]) -> Result<Vec<Vec<u8>>> {
    let picture = upright(bytes)?;
    sides.iter().map(|side| sign(&picture, *side)).collect()
}

/// The picture as PNG of these heights, as wide as it is but no wider than `widest` heights; see-through where it is. Each with
/// its width and height.
pub fn wide_signs(
    bytes: impl std::io::BufRead + std::io::Seek,
    heights: &[u32],
    widest: u32,
) -> Result<Vec<(u32, u32, Vec<u8>)>> {
    let picture = upright(bytes)?;
    let one = |most: &u32| {
        let (width, height) = fit((picture.width(), picture.height()), (most * widest, *most));
        let small = picture.resize_exact(width, height, imageops::FilterType::CatmullRom).into_rgba8();
        Ok((width, height, png(&small)?))
    };
    heights.iter().map(one).collect()
}

fn sign(picture: &DynamicImage, side: u32) -> Result<Vec<u8>> {
    let (width, height) = fit((picture.width(), picture.height()), (side, side));
    let small = picture.resize_exact(width, height, imageops::FilterType::CatmullRom).into_rgba8();
    let mut square = image::RgbaImage::new(side, side);
    imageops::replace(&mut square, &small, i64::from((side - width) / 2), i64::from((side - height) / 2));
    png(&square)
}

fn png(picture: &image::RgbaImage) -> Result<Vec<u8>> {
    let mut png = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut png, image::ImageFormat::Png)
        .map_err(|e| MediaError::Internal(format!("writing a PNG: {e}")))?;
    Ok(png.into_inner())
}

fn upright(bytes: impl std::io::BufRead + std::io::Seek) -> Result<DynamicImage> {
    let mut reader =
        ImageReader::new(bytes).with_guessed_format().map_err(|e| MediaError::Io(e.to_string()))?;
    if reader.format().is_none() {
        return Err(MediaError::NotMedia("not a picture: send a JPEG, PNG or WebP".into()));
    }
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(LARGEST_SIDE);
    limits.max_image_height = Some(LARGEST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refusal)?;
    let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) * 4 > MOST_MEMORY {
        return Err(MediaError::Limit(format!(
            "a picture of {width}×{height} is too large; make it smaller"
        )));
    }
    let mut picture = DynamicImage::from_decoder(decoder).map_err(refusal)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn refusal(error: image::ImageError) -> MediaError {
    match error {
        image::ImageError::Limits(_) => MediaError::Limit("the picture is too large; make it smaller".into()),
        image::ImageError::Unsupported(_) => {
            MediaError::NotMedia("a picture of an unknown kind: send a JPEG, PNG or WebP".into())
        }
        image::ImageError::IoError(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => {
            MediaError::Io(error.to_string())
        }
        error => MediaError::Damaged(format!("the picture cannot be read: {error}")),
    }
}

/// JPEG has no transparency.
fn on_white(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let picture = picture.into_rgba8();
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [r, g, b, a] = picture.get_pixel(x, y).0;
        let over = |c: u8| ((u16::from(c) * u16::from(a) + 255 * (255 - u16::from(a))) / 255) as u8;
        Rgb([over(r), over(g), over(b)])
    })
}

/// Fills a size with a picture. Of the same orientation it is cut to fit; else it stands whole before a blurred copy of
/// itself, as a vertical film on a horizontal thumbnail.
pub fn fill(picture: &RgbImage, width: u32, height: u32) -> Result<RgbImage> {
    let cut = resize(picture, width, height, true)?;
    let (own_width, own_height) = picture.dimensions();
    if (own_width >= own_height) == (width >= height) {
        return Ok(cut);
    }
    let mut filled = imageops::fast_blur(&cut, (width as f32 / 24.0).max(2.0));
    for pixel in filled.pixels_mut() {
        pixel.0 = pixel.0.map(|value| (u16::from(value) * 3 / 4) as u8);
    }
    let (inner_width, inner_height) = fit((own_width, own_height), (width, height));
    let whole = resize(picture, inner_width, inner_height, false)?;
    let (left, top) = ((width - inner_width) / 2, (height - inner_height) / 2);
    imageops::replace(&mut filled, &whole, i64::from(left), i64::from(top));
    Ok(filled)
}

/// The middle of a picture in the shape of a box, at its own scale.
pub fn cut(picture: &RgbImage, box_width: u32, box_height: u32) -> RgbImage {
    let (own_width, own_height) = picture.dimensions();
    let (width, height) = fit((box_width, box_height), (own_width, own_height));
    let (left, top) = ((own_width - width) / 2, (own_height - height) / 2);
    imageops::crop_imm(picture, left, top, width, height).to_image()
}

/// The largest size of the same shape inside a box.
pub fn fit((width, height): (u32, u32), (box_width, box_height): (u32, u32)) -> (u32, u32) {
    let (w, h) = (u64::from(width.max(1)), u64::from(height.max(1)));
    let by_width = (u64::from(box_width), (h * u64::from(box_width) / w).max(1));
    let by_height = ((w * u64::from(box_height) / h).max(1), u64::from(box_height));
    let (w, h) = if by_width.1 <= u64::from(box_height) { by_width } else { by_height };
    (w as u32, h as u32)
}

fn resize(picture: &RgbImage, width: u32, height: u32, cut: bool) -> Result<RgbImage> {
    let internal = |e: &dyn std::fmt::Display| MediaError::Internal(format!("resizing a picture: {e}"));
    let source = DynamicImage::ImageRgb8(picture.clone());
    let mut target = DynamicImage::new_rgb8(width.max(1), height.max(1));
    let mut options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom));
    if cut {
        options = options.fit_into_destination(None);
    }
    Resizer::new().resize(&source, &mut target, &options).map_err(|e| internal(&e))?;
    Ok(target.into_rgb8())
}

/// Writes a JPEG whole or not at all. The result is its size in bytes.
pub fn write_jpeg(picture: &RgbImage, file: &Path) -> Result<u64> {
    let io = |e: std::io::Error| MediaError::of_file(file, &e);
    let partial = file.with_extension("partial");
    let written = write_partial(picture, &partial).and_then(|size| {
        std::fs::rename(&partial, file).map_err(io)?;
        Ok(size)
    });
    if written.is_err() {
        // What is there is of no use; that it may not go away is no second error.
        let _ = std::fs::remove_file(&partial);
    }
    written
}

fn write_partial(picture: &RgbImage, file: &Path) -> Result<u64> {
    let io = |e: std::io::Error| MediaError::of_file(file, &e);
    let mut writer = BufWriter::new(std::fs::File::create(file).map_err(io)?);
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut writer, JPEG_QUALITY)
        .encode_image(picture)
        .map_err(|e| match e {
            image::ImageError::IoError(e) => io(e),
            other => MediaError::Internal(other.to_string()),
        })?;
    let file = writer.into_inner().map_err(|e| io(e.into_error()))?;
    // Pictures are for nginx too, whatever the mask of this process.
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644)).map_err(io)?;
    file.sync_all().map_err(io)?;
    file.metadata().map(|metadata| metadata.len()).map_err(io)
}

/// How much there is to see: spread of brightness, nothing for what is nearly black, nearly white or flat.
pub fn interest(picture: &RgbImage) -> f64 {
    let (mut count, mut sum, mut squares) = (0.0_f64, 0.0_f64, 0.0_f64);
    for pixel in picture.pixels().step_by(7) {
        let [r, g, b] = pixel.0.map(f64::from);
        let light = 0.2126 * r + 0.7152 * g + 0.0722 * b;
        count += 1.0;
        sum += light;
        squares += light * light;
    }
    let mean = sum / count.max(1.0);
    let spread = (squares / count.max(1.0) - mean * mean).max(0.0).sqrt();
    if (20.0..=238.0).contains(&mean) { spread } else { spread / 4.0 }
}

/// A picture for sound that brings none: bars that rise and fall, other ones for each seed.
pub fn drawn(seed: u64, width: u32, height: u32) -> RgbImage {
    const BARS: u32 = 48;
    let mut state = seed | 1;
    let heights: Vec<f32> = (0..BARS)
        .map(|bar| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let random = (state >> 40) as f32 / (1_u64 << 24) as f32;
            let swell = (bar as f32 / BARS as f32 * std::f32::consts::PI).sin();
            (0.12 + 0.5 * swell * random + 0.15 * swell).min(0.8)
        })
        .collect();
    let (w, h) = (width.max(1) as f32, height.max(1) as f32);
    RgbImage::from_fn(width.max(1), height.max(1), |x, y| {
        let (across, down) = (x as f32 / w, y as f32 / h);
        let place = (across - 0.1) / 0.8 * BARS as f32;
        let within = (0.0..BARS as f32).contains(&place) && place.fract() > 0.35;
        let tall = heights.get(place.max(0.0) as usize).copied().unwrap_or(0.0);
        if within && (down - 0.5).abs() * 2.0 < tall {
            Rgb([244, 196, 98])
        } else {
            let shade = 1.0 - 0.45 * down;
            Rgb([34.0, 52.0, 84.0].map(|c: f32| (c * shade) as u8))
        }
    })
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::media::clips::{self, clip};

    fn encoded(picture: &RgbImage, format: image::ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn halves(width: u32, height: u32) -> RgbImage {
        RgbImage::from_fn(
            width,
            height,
            |x, _| if x < width / 2 { Rgb([200, 0, 0]) } else { Rgb([0, 0, 200]) },
        )
    }

    #[test]
    fn pictures_are_cut_or_set_before_themselves() {
        let wide = fill(&halves(1000, 400), 280, 157).unwrap();
        assert_eq!(wide.dimensions(), (280, 157));
        assert!(wide.get_pixel(2, 80).0[0] > 180 && wide.get_pixel(277, 80).0[2] > 180);
        let tall = fill(&RgbImage::from_pixel(400, 1000, Rgb([200, 200, 200])), 280, 157).unwrap();
        assert_eq!(tall.get_pixel(140, 80).0[0], 200, "the whole film in the middle");
        assert!(tall.get_pixel(4, 80).0[0] < 160, "darker beside it");
        assert_eq!(fit((1080, 1920), (850, 480)), (270, 480));
        assert_eq!(fit((1, 10_000), (850, 480)), (1, 480));
    }

    #[test]
    fn what_is_no_picture_or_too_large_a_one_is_refused() {
        let not = decode(Cursor::new(b"hello, this is a text".to_vec())).unwrap_err();
        assert!(matches!(not, MediaError::NotMedia(_)), "{not:?}");
        let mut bomb = encoded(&halves(8, 8), image::ImageFormat::Png);
        bomb[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
        let checksum = crc(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&checksum.to_be_bytes());
        let large = decode(Cursor::new(bomb)).unwrap_err();
        assert!(matches!(large, MediaError::Limit(_)), "{large:?}");
        let mut cut = encoded(&halves(300, 300), image::ImageFormat::Jpeg);
        cut.truncate(40);
        assert!(matches!(decode(Cursor::new(cut)).unwrap_err(), MediaError::Damaged(_)));
    }

    /// The checksum of PNG.
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0_u32, |sum, byte| {
            (0..8)
                .fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg()))
        })
    }

    #[test]
    fn transparency_becomes_white_and_exif_turns_and_goes() {
        let clear = image::RgbaImage::from_pixel(4, 4, image::Rgba([0, 0, 0, 0]));
        assert_eq!(on_white(DynamicImage::ImageRgba8(clear)).get_pixel(0, 0).0, [255, 255, 255]);

        let jpeg = encoded(&halves(40, 20), image::ImageFormat::Jpeg);
        let mut turned = jpeg[..2].to_vec();
        // Exif: one entry, orientation 6 (the top of the picture is at its right).
        let exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        turned.extend([0xff, 0xe1]);
        turned.extend((exif.len() as u16 + 2).to_be_bytes());
        turned.extend(exif);
        turned.extend(&jpeg[2..]);
        let upright = decode(Cursor::new(turned)).unwrap();
        assert_eq!(upright.dimensions(), (20, 40));
        assert!(upright.get_pixel(10, 4).0[0] > 150, "{:?}", upright.get_pixel(10, 4));
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.jpg");
        let size = write_jpeg(&upright, &file).unwrap();
        let written = std::fs::read(&file).unwrap();
        assert_eq!(written.len() as u64, size);
        assert!(!written.windows(4).any(|four| four == b"Exif"));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn flat_pictures_are_dull() {
        let flat = RgbImage::from_pixel(64, 64, Rgb([0, 0, 0]));
        assert!(interest(&flat) < 1.0);
        assert!(interest(&open(&clip("picture.jpg")).unwrap()) > 20.0);
        let (one, other) = (drawn(1, 280, 157), drawn(2, 280, 157));
        assert!(interest(&one) > 10.0 && one != other);
    }

    #[test]
    fn real_pictures_open() {
        let Some(folder) = clips::fixtures() else { return };
        for name in ["avatar.png", "banner.jpg", "custom-preview.jpg", "exif.jpg"] {
            open(&folder.join("media").join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
        }
    }
}
